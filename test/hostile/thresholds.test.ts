import { describe, expect, it } from '@jest/globals';
import * as express from '@didit-liveness/express';
import * as koa from '@didit-liveness/koa';
import { LivenessService } from '@didit-liveness/nestjs';
import * as fc from 'fast-check';

/** Ways to say how sure Didit has to be, where a route is made. */
const MAKERS: readonly (readonly [framework: string, make: (options: object) => unknown])[] = [
  ['Express', (options) => express.requireLiveness({ apiKey: 'key', ...options })],
  ['Koa', (options) => koa.requireLiveness({ apiKey: 'key', ...options })],
  ['Nest', (options) => new LivenessService({ apiKey: 'key', ...options })],
];
const PLACES: readonly (readonly [name: string, at: (value: unknown) => object])[] = [
  ['threshold', (value) => ({ threshold: value })],
  ['policy.score.declineAtOrBelow', (value) => ({ policy: { score: { declineAtOrBelow: value } } })],
  ['match.threshold', (value) => ({ match: { referenceImage: () => undefined, threshold: value } })],
];

/** Thresholds as people mistype them, and anything at all. */
const values = fc.oneof(
  fc.anything(),
  fc.double({ min: -1, max: 2 }),
  fc.double({ min: 0, max: 120 }),
  fc.integer({ min: -10, max: 110 }),
  fc.integer({ min: -10, max: 110 }).map(String),
  fc.constantFrom(0, 1, 100, 0.8, 80, '80', '80%', 101, -0, Number.NaN, Infinity, 1e-9, true, null, [80]),
);

/** What a threshold is: written apart from the code, to hold it against. */
function isThreshold(value: unknown): boolean {
  return typeof value === 'number' && (value === 0 || (value >= 1 && value <= 100));
}

describe.each(MAKERS)('a guard of %s', (_framework, make) => {
  for (const [name, at] of PLACES) {
    it(`D08 P23 is made with a ${name} from 1 to 100, or 0, and with no other`, () => {
      fc.assert(
        fc.property(values, (value) => {
          // Null turns a limit of a policy off, and undefined says nothing.
          const isNone = value === undefined || (value === null && name.startsWith('policy'));

          if (isThreshold(value) || isNone) expect(() => make(at(value))).not.toThrow();
          else expect(() => make(at(value))).toThrow(expect.objectContaining({ code: 'invalid-option' }));
        }),
        { numRuns: 60 },
      );
    });
  }
});
