import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Pace } from '../src/pace.js';

const WINDOW_MS = 2_000;

describe('Pace', () => {
  it.each([
    [0, 4_000],
    [1_999, 4_000],
    [2_000, 6_000],
  ])('judges nobody who began at %d ms before there was a whole window, until %d ms (A24)', (startMs, judgedMs) => {
    const pace = new Pace(startMs);

    expect(pace.bytesOfLate(judgedMs - 1)).toBe(Infinity);
    expect(pace.bytesOfLate(judgedMs)).toBe(0);
  });

  it('tells what came in the last whole window, or in this one if that is more', () => {
    const pace = new Pace(0);
    pace.note(1_000, 0);
    pace.note(100, 2_000);
    pace.note(50, 3_999);
    expect(pace.bytesOfLate(4_000)).toBe(150);

    pace.note(200, 5_000);
    expect(pace.bytesOfLate(5_999)).toBe(200);
    expect(pace.bytesOfLate(6_000)).toBe(200);
  });

  it('forgets all of it where a whole window brought nothing (A22)', () => {
    const pace = new Pace(0);
    pace.note(1_000, 3_000);

    expect(pace.bytesOfLate(5_999)).toBe(1_000);
    expect(pace.bytesOfLate(6_000)).toBe(0);
  });

  it('agrees with a count of all that came', () => {
    const anyArrival = fc.record({ afterMs: fc.nat(3_000), bytes: fc.nat(1_000) });

    fc.assert(
      fc.property(fc.nat(5_000), fc.array(anyArrival, { maxLength: 30 }), (startMs, arrivals) => {
        const pace = new Pace(startMs);
        const arrived: { atMs: number; bytes: number }[] = [];
        let nowMs = startMs;
        for (const { afterMs, bytes } of arrivals) {
          nowMs += afterMs;
          pace.note(bytes, nowMs);
          arrived.push({ atMs: nowMs, bytes });
          const window = Math.floor(nowMs / WINDOW_MS);
          const within = (one: number) =>
            arrived.reduce((sum, { atMs, bytes: some }) => sum + (Math.floor(atMs / WINDOW_MS) === one ? some : 0), 0);
          const isYoung = window - Math.floor(startMs / WINDOW_MS) < 2;

          expect(pace.bytesOfLate(nowMs)).toBe(isYoung ? Infinity : Math.max(within(window), within(window - 1)));
        }
      }),
    );
  });
});
