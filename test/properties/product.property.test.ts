import { describe, expect, it } from '@jest/globals';
import { decide, decodePassiveLiveness, definePolicy, UndecodableError, WARNING_TAGS } from '@didit-liveness/core';
import * as fc from 'fast-check';
import { mayRun, type PlainPolicy, type UploadFacts, type Verdict } from '../oracle/oracle.js';

const UPLOAD: UploadFacts = {
  isWhole: true,
  inField: 1,
  format: 'jpeg',
  isIntact: true,
  bytes: 1_000,
  frames: 1,
  width: 640,
  height: 480,
};
const ABSENT = Symbol('absent');
const STATUSES = ['Approved', 'Declined', 'In Review', 'approved', 'Expired', null, ABSENT];
const TAGS = [...Object.keys(WARNING_TAGS), 'NEW_TAG', 'toString', ''];
const LOG_TYPES = ['error', 'warning', 'information', 'loud', null, ABSENT];
const SCORES = [null, ABSENT, '95', -1, 0, 49.99, 50, 50.01, 100, 101];
const THRESHOLDS = [null, 0, 50, 80, 100];

const SAID: Readonly<Record<string, Verdict>> = { approved: 'yes', review: 'review', declined: 'no' };

function answerOf(status: unknown, score: unknown, warning: Readonly<Record<string, unknown>> | undefined): Buffer {
  const liveness = {
    ...present({ status, score }),
    method: 'PASSIVE',
    user_image: { entities: [{ bbox: [1, 2, 3, 4], confidence: 0.9 }] },
    warnings: warning === undefined ? [] : [present(warning)],
    face_quality: 90,
    face_luminance: 50,
  };
  return Buffer.from(JSON.stringify({ liveness }));
}

function* answers(warnings: readonly (Readonly<Record<string, unknown>> | undefined)[]): Generator<Buffer> {
  for (const status of STATUSES) {
    for (const score of SCORES) {
      for (const warning of warnings) yield answerOf(status, score, warning);
    }
  }
}

function present(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== ABSENT));
}

function plainPolicy(threshold: number | null): PlainPolicy {
  return {
    score: { declineAtOrBelow: threshold },
    faceQuality: {},
    faceLuminance: {},
    warnings: {
      MULTIPLE_FACES_DETECTED: 'decline',
      MULTIPLE_FACES: 'decline',
      LOW_FACE_QUALITY: 'approve',
      LOW_FACE_LUMINANCE: 'review',
      HIGH_FACE_LUMINANCE: 'decline',
      DUPLICATED_FACE: 'review',
      POSSIBLE_DUPLICATED_FACE: 'approve',
    },
    unknownWarning: 'review',
    unknownInformation: 'approve',
  };
}

/** What the decoder and the policy make of an answer. */
function judged(body: Buffer, policy: ReturnType<typeof definePolicy>): Verdict | undefined {
  try {
    return SAID[decide(policy, decodePassiveLiveness(body).liveness).outcome];
  } catch (error) {
    if (error instanceof UndecodableError) return 'no';
    throw error;
  }
}

function byOracle(body: Buffer, policy: PlainPolicy): Verdict {
  return mayRun(UPLOAD, { isWhole: true, status: 200, headers: { 'content-type': 'application/json' }, body }, policy);
}

describe('the policy, against the oracle', () => {
  it.each(THRESHOLDS)(
    'P2 P3 C18 C19 C20 C21 C22 C23 agrees on every status, tag, severity and score, at a threshold of %p',
    (threshold) => {
      const plain = plainPolicy(threshold);
      const policy = definePolicy({ extends: 'lenient', ...plain });
      const warnings = [undefined, ...TAGS.flatMap((risk) => LOG_TYPES.map((log_type) => ({ risk, log_type })))];
      const said: Record<Verdict, number> = { yes: 0, review: 0, no: 0 };
      const disputed: string[] = [];

      for (const body of answers(warnings)) {
        const verdict = byOracle(body, plain);
        said[verdict] += 1;
        if (judged(body, policy) !== verdict) disputed.push(`${verdict}: ${body.toString()}`);
      }

      expect(disputed).toEqual([]);
      expect(said.yes + said.review + said.no).toBe(STATUSES.length * SCORES.length * warnings.length);
      expect(Math.min(said.review, said.no)).toBeGreaterThan(0);
      // Nothing is above a threshold of 100.
      expect(said.yes > 0).toBe(threshold !== 100);
    },
  );

  it('P2 P3 agrees on any few warnings and any limits', () => {
    const percentage = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constantFrom(0.01, 49.99, 50.01));
    const limit = fc.option(fc.constantFrom(0, 20, 50, 80, 100));
    const pair = fc
      .tuple(limit, limit)
      .map(([one, other]) => (one !== null && other !== null && one > other ? [other, one] : [one, other]));
    const warning = fc.record({
      risk: fc.constantFrom(...TAGS),
      log_type: fc.constantFrom('warning', 'information', 'information', undefined),
    });
    const action = fc.constantFrom<PlainPolicy['unknownWarning']>('approve', 'review', 'decline');
    const said = fc.record({
      status: fc.constantFrom('Approved', 'Approved', 'In Review'),
      score: percentage,
      face_quality: fc.option(percentage),
      face_luminance: fc.option(percentage),
      warnings: fc.array(warning, { maxLength: 3 }),
    });
    const face = { bbox: [1, 2, 3, 4] };

    fc.assert(
      fc.property(
        said,
        fc.tuple(pair, pair),
        fc.tuple(action, action, action),
        (liveness, [score, quality], actions) => {
          const plain: PlainPolicy = {
            score: { declineAtOrBelow: score[0] ?? null, reviewAtOrBelow: score[1] ?? null },
            faceQuality: { declineAtOrBelow: quality[0] ?? null, reviewAtOrBelow: quality[1] ?? null },
            faceLuminance: { declineBelow: 20, reviewBelow: 50, reviewAbove: 80, declineAbove: 100 },
            warnings: { ...plainPolicy(null).warnings, DUPLICATED_FACE: actions[0] },
            unknownWarning: actions[1],
            unknownInformation: actions[2],
          };
          const user_image = { entities: [face] };
          const body = Buffer.from(JSON.stringify({ liveness: { method: 'PASSIVE', user_image, ...liveness } }));

          expect(judged(body, definePolicy({ extends: 'lenient', ...plain }))).toBe(byOracle(body, plain));
        },
      ),
      { numRuns: 500 },
    );
  });
});
