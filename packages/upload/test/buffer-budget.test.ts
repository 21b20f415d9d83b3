import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLedger, Holding } from '../src/buffer-budget.js';

const KIB = 1024;
const LIMIT = 1024 * KIB;

describe('Holding', () => {
  let nowMs: number;
  let ledger: ReturnType<typeof createLedger>;
  let evicted: string[];
  beforeEach(() => {
    nowMs = 0;
    ledger = createLedger();
    evicted = [];
  });

  function arriving(name: string, limit = LIMIT): Holding {
    const holding = new Holding(limit, { ledger, now: () => nowMs });
    holding.startArriving(() => evicted.push(name));
    return holding;
  }

  it('takes what fits to the last byte, and not one more (E18)', () => {
    const upload = arriving('upload');

    expect(upload.take(LIMIT)).toBe(true);
    expect(arriving('another').take(1)).toBe(false);
    expect(evicted).toEqual([]);
  });

  it('lets an upload that stands still be, for as long as nobody needs its room (A24)', () => {
    const slow = arriving('slow');
    slow.take(LIMIT / 2);
    nowMs = 600_000;

    expect(arriving('next').take(LIMIT / 2)).toBe(true);
    expect(slow.take(0)).toBe(true);
    expect(evicted).toEqual([]);
  });

  it('has the slowest give way first, and no more of them than are needed (A24, E18)', () => {
    const [trickling, stalled, phone] = [arriving('trickling'), arriving('stalled'), arriving('phone')];
    trickling.take(290 * KIB);
    stalled.take(300 * KIB);
    phone.take(410 * KIB);
    nowMs = 4_500;
    trickling.take(10 * KIB);
    phone.take(14 * KIB);

    // All of what the slowest holds, and not a byte more.
    expect(arriving('next').take(300 * KIB)).toBe(true);

    expect(evicted).toEqual(['stalled']);
    expect(stalled.take(1)).toBe(false);
  });

  it('sends nobody away who brings 64 KiB in two seconds, nor anybody in the first two (A24)', () => {
    const steady = arriving('steady');
    steady.take(LIMIT / 2);
    nowMs = 4_000;
    steady.take(64 * KIB);
    const young = arriving('young');
    young.take(LIMIT / 2 - 64 * KIB);

    expect(arriving('next').take(1)).toBe(false);
    expect(evicted).toEqual([]);
  });

  it('sends nobody away whose leaving would free nothing', () => {
    const idle = arriving('idle');
    arriving('slow').take(LIMIT);
    nowMs = 60_000;

    expect(arriving('next').take(1)).toBe(true);
    expect(evicted).toEqual(['slow']);
    expect(idle.take(1)).toBe(true);
  });

  it('does not take a fast start for a steady pace (A22)', () => {
    arriving('burst').take(LIMIT);
    nowMs = 4_000;

    expect(arriving('next').take(1)).toBe(true);
    expect(evicted).toEqual(['burst']);
  });

  it('sends nobody away where that would not be enough, or who has arrived', () => {
    const arrived = arriving('arrived');
    arrived.take(LIMIT / 2);
    arrived.stopYielding();
    arriving('slow').take(LIMIT / 2);
    nowMs = 60_000;

    expect(arriving('large').take(LIMIT / 2 + 1)).toBe(false);
    expect(evicted).toEqual([]);
    expect(arrived.bytes).toBe(LIMIT / 2);
  });

  it('lets no slow upload send away one that is not slower', () => {
    const slow = arriving('slow');
    arriving('other').take(LIMIT - 10);
    slow.take(10);
    nowMs = 60_000;

    expect(slow.take(1)).toBe(false);
    expect(evicted).toEqual([]);
  });

  it('holds each guard to its own limit on the total of all (F09)', () => {
    arriving('wide').take(LIMIT / 2);

    expect(arriving('narrow', LIMIT / 2).take(1)).toBe(false);
    expect(arriving('wide').take(1)).toBe(true);
  });

  it('tells whether a declared length can fit without sending anybody away for a promise', () => {
    arriving('slow').take(LIMIT);
    expect(arriving('next').couldTake(10)).toBe(false);

    nowMs = 60_000;
    const next = arriving('next');
    expect(next.couldTake(LIMIT)).toBe(true);
    expect(next.couldTake(LIMIT + 1)).toBe(false);
    expect(evicted).toEqual([]);
  });

  describe('whose answer is not taken', () => {
    let isAnswered: boolean;
    let waiting: Holding;
    beforeEach(() => {
      isAnswered = true;
      waiting = arriving('waiting');
      waiting.take(LIMIT / 2);
      waiting.stopYielding();
      waiting.startWaiting(
        () => isAnswered,
        () => evicted.push('waiting'),
      );
    });

    it('is left alone for as long as nobody needs its room (A24)', () => {
      nowMs = 600_000;

      expect(arriving('next').take(LIMIT / 2)).toBe(true);
      expect(evicted).toEqual([]);
    });

    it('gives way four seconds after somebody first needed it, even to a slow upload (E18)', () => {
      const slow = arriving('slow');
      slow.take(10);
      nowMs = 60_000;
      expect(slow.couldTake(LIMIT / 2)).toBe(false);
      nowMs = 63_999;
      expect(slow.take(LIMIT / 2)).toBe(false);

      nowMs = 64_000;
      expect(slow.couldTake(LIMIT / 2)).toBe(true);
      expect(evicted).toEqual([]);
      expect(slow.take(LIMIT / 2)).toBe(true);

      expect(evicted).toEqual(['waiting']);
      expect(ledger.totalBytes).toBe(LIMIT / 2 + 10);
      expect(ledger.yielding.size).toBe(1);
    });

    it.each([0, LIMIT / 2])('is not hurried by a promise of %d bytes, for which there is room', (bytes) => {
      expect(arriving('small').couldTake(bytes)).toBe(true);
      nowMs = 60_000;

      expect(arriving('large').take(LIMIT)).toBe(false);
      expect(evicted).toEqual([]);
    });

    it('does not give way to itself', () => {
      expect(arriving('other').take(LIMIT)).toBe(false);
      nowMs = 60_000;

      expect(waiting.take(LIMIT / 2 + 1)).toBe(false);
      expect(evicted).toEqual([]);
      expect(waiting.bytes).toBe(LIMIT / 2);
    });

    it('gives way before an upload that stands still', () => {
      arriving('stalled').take(LIMIT / 2);
      nowMs = 60_000;
      arriving('next').take(1);
      expect(evicted).toEqual(['stalled']);
      arriving('stalled again').take(LIMIT / 2 - 1);
      nowMs = 120_000;

      arriving('next').take(1);

      expect(evicted).toEqual(['stalled', 'waiting']);
    });

    it('gives way to nobody while its handler works, however long that takes (P3)', () => {
      isAnswered = false;
      expect(arriving('next').take(LIMIT)).toBe(false);
      nowMs = 600_000;
      expect(arriving('next').take(LIMIT)).toBe(false);

      isAnswered = true;
      expect(arriving('next').take(LIMIT)).toBe(false);
      nowMs += 4_000;
      expect(arriving('next').take(LIMIT)).toBe(true);
    });

    it('gives way no more once its answer was taken', () => {
      arriving('next').take(LIMIT);
      waiting.release();

      expect(ledger).toEqual({ totalBytes: 0, yielding: expect.objectContaining({ size: 1 }) });
      nowMs = 60_000;
      expect(arriving('another').take(LIMIT)).toBe(true);
      expect(evicted).toEqual([]);
    });
  });

  it('counts nothing twice when it is released twice', () => {
    const upload = arriving('upload');
    upload.take(10);
    upload.release();
    upload.release();

    expect(ledger.totalBytes).toBe(0);
    expect(upload.take(1)).toBe(false);
  });
});
