import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type BufferLedger, createLedger, Holding } from '../src/buffer-budget.js';

const LIMIT = 1_000_000;

interface Upload {
  readonly holding: Holding;
  readonly limit: number;
  state: 'arriving' | 'held' | 'answered' | 'over';
}

/** What may happen to uploads, in any order. `pick` chooses among those that there are. */
type Step =
  | { readonly kind: 'open'; readonly limit: number }
  | { readonly kind: 'chunk'; readonly pick: number; readonly bytes: number }
  | { readonly kind: 'whole' | 'answer' | 'end'; readonly pick: number }
  | { readonly kind: 'wait'; readonly ms: number };

const pick = fc.nat(1_000);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('open' as const), limit: fc.constantFrom(LIMIT, LIMIT / 2, LIMIT / 4) }),
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('chunk' as const), pick, bytes: fc.nat(200_000) }) },
  fc.record({ kind: fc.constantFrom('whole' as const, 'answer' as const, 'end' as const), pick }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(5_000) }),
);

class World {
  readonly ledger: BufferLedger = createLedger();
  readonly uploads: Upload[] = [];
  #nowMs = 0;

  open(limit: number): void {
    const holding = new Holding(limit, { ledger: this.ledger, now: () => this.#nowMs });
    const upload: Upload = { holding, limit, state: 'arriving' };
    holding.startArriving(() => this.#evict(upload));
    this.uploads.push(upload);
  }

  run(step: Step): void {
    if (step.kind === 'open') return this.open(step.limit);
    if (step.kind === 'wait') {
      this.#nowMs += step.ms;
      return;
    }
    const upload = this.uploads[step.pick % this.uploads.length];
    if (!upload) return;
    if (step.kind === 'chunk') return this.#take(upload, step.bytes);
    if (step.kind === 'whole') this.#hold(upload);
    else if (step.kind === 'end') this.#end(upload);
    else if (upload.state === 'held') upload.state = 'answered';
  }

  #evict(upload: Upload): void {
    // What arrives gives way, and what is answered; never what is on its way to be paid for or in the hands of a handler.
    expect(['arriving', 'answered']).toContain(upload.state);
    upload.state = 'over';
  }

  #hold(upload: Upload): void {
    if (upload.state !== 'arriving') return;
    upload.state = 'held';
    upload.holding.stopYielding();
    upload.holding.startWaiting(
      () => upload.state === 'answered',
      () => this.#evict(upload),
    );
  }

  #end(upload: Upload): void {
    upload.holding.release();
    upload.state = 'over';
  }

  #take(upload: Upload, bytes: number): void {
    if (upload.state === 'held' || upload.state === 'answered') return;
    const before = this.ledger.totalBytes;
    const wasOver = upload.state === 'over';
    if (upload.holding.take(bytes)) {
      expect(wasOver).toBe(false);
      expect(this.ledger.totalBytes).toBeLessThanOrEqual(upload.limit);
      return;
    }
    // A refusal sends nobody away, and comes only where there is no room.
    expect(this.ledger.totalBytes).toBe(before);
    if (!wasOver) expect(before + bytes).toBeGreaterThan(upload.limit);
    upload.holding.release();
    upload.state = 'over';
  }
}

describe('the count of what uploads hold', () => {
  it('is the sum of them, never above the limit, and 0 once all have ended, whatever the order (E18, A25)', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 120 }), (steps) => {
        const world = new World();
        for (const next of steps) {
          world.run(next);
          const held = world.uploads.reduce((sum, { holding }) => sum + holding.bytes, 0);
          expect(world.ledger.totalBytes).toBe(held);
          expect(held).toBeLessThanOrEqual(LIMIT);
          expect(held).toBeGreaterThanOrEqual(0);
        }
        for (const { holding } of world.uploads) holding.release();
        expect(world.ledger.totalBytes).toBe(0);
        expect(world.ledger.yielding.size).toBe(0);
      }),
      { numRuns: 500 },
    );
  });
});

/** An upload that is four seconds old: what it brought at first, and what it has brought of late. */
const anyUpload = fc.record({ early: fc.nat(200_000), late: fc.oneof(fc.nat(100_000), fc.constant(0)) });

/** Fewer bytes than this in two seconds are too few when others need the room. */
const LEAST_BYTES = 64 * 1024;

describe('who gives way to an upload that needs the room', () => {
  it('are the slowest, as few as will do, and nobody who keeps the pace or holds nothing (A24, E18)', () => {
    fc.assert(
      fc.property(fc.array(anyUpload, { maxLength: 8 }), fc.nat(1_600_000), fc.nat(400_000), (uploads, limit, need) => {
        let nowMs = 0;
        const world = { ledger: createLedger(), now: () => nowMs };
        const evicted: number[] = [];
        const holdings = uploads.map((_, index) => {
          const holding = new Holding(Infinity, world);
          holding.startArriving(() => evicted.push(index));
          return holding;
        });
        uploads.forEach(({ early }, index) => holdings[index]?.take(early));
        nowMs = 4_000;
        uploads.forEach(({ late }, index) => holdings[index]?.take(late));
        const held = uploads.map(({ early, late }, index) => ({ index, late, bytes: early + late }));
        const total = bytesOf(held);
        const slow = held.filter(({ late, bytes }) => late < LEAST_BYTES && bytes > 0);
        const next = new Holding(limit, world);

        const couldTake = next.couldTake(need);
        const isTaken = next.take(need);

        expect(isTaken).toBe(couldTake);
        expect(isTaken).toBe(total - bytesOf(slow) + need <= limit);
        const gone = evicted.map((index) => slow.find((upload) => upload.index === index));
        expect(gone).not.toContain(undefined);
        const stayed = slow.filter(({ index }) => !evicted.includes(index));
        for (const { late } of stayed)
          expect(late).toBeGreaterThanOrEqual(Math.max(0, ...gone.map((one) => one?.late ?? 0)));
        // The last one to go was needed; if nobody had to go, there was room or too little to gain.
        const last = gone.at(-1);
        if (isTaken && last) expect(world.ledger.totalBytes + last.bytes).toBeGreaterThan(limit);
        if (!isTaken) expect(gone).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

function bytesOf(uploads: readonly { readonly bytes: number }[]): number {
  return uploads.reduce((total, { bytes }) => total + bytes, 0);
}
