import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { isWorthPaying, mayRun, type PlainPolicy } from '../oracle/oracle.js';
import { anyCase, anyPlainPolicy, soundUpload, anyUpload, type UploadCase, type UpstreamCase } from './cases.js';
import { GuardedApp, sha256Of } from './guarded-app.js';
import { formOf } from './told-upstream.js';

let app: GuardedApp;

beforeAll(async () => {
  app = await GuardedApp.start();
});
afterAll(() => app.stop());

/** The case in full, through the application; what came of it is compared with the oracle by the caller. */
async function run(upload: UploadCase, upstream: UpstreamCase, policy: PlainPolicy, onReview: 'reject' | 'pass') {
  app.guardWith({ policy: { extends: 'lenient', ...policy }, onReview });
  app.upstream.wire = upstream.wire;
  const before = { seen: app.seen.length, asked: app.upstream.asked.length };
  const answer = await app.send(upload.body, upload.contentType);
  return { answer, seen: app.seen.slice(before.seen), asked: app.upstream.asked.slice(before.asked) };
}

const onReview = fc.constantFrom<'reject' | 'pass'>('reject', 'pass');

describe('the guard, against the oracle', () => {
  it('P1 P2 P3 P5 P6 P8 lets the handler run exactly where the oracle does, whatever is sent from both sides', async () => {
    const count = { all: 0, allowed: 0, reached: 0 };

    await fc.assert(
      fc.asyncProperty(anyCase, anyPlainPolicy, onReview, async ([upload, upstream], policy, review) => {
        const verdict = mayRun(upload.facts, upstream.facts, policy);
        const isAllowed = verdict === 'yes' || (verdict === 'review' && review === 'pass');

        const { answer, seen, asked } = await run(upload, upstream, policy, review);

        count.all += 1;
        count.allowed += isAllowed ? 1 : 0;
        count.reached += seen.length;
        // Where the answer is not as documented, a no is always right.
        if (upstream.isDocumented || !isAllowed) expect(seen.length).toBe(isAllowed ? 1 : 0);
        expect(asked.length).toBe(isWorthPaying(upload.facts) ? 1 : 0);
        if (seen.length === 1) expect(answer?.status).toBe(201);
        else expectProblem(answer?.body);
        expect(app.errors).toEqual([]);
      }),
      { numRuns: 150 },
    );

    process.stderr.write(
      `  allowed by the oracle: ${count.allowed} of ${count.all} cases; handled: ${count.reached}\n`,
    );
    // A guard that lets nobody through, or an oracle that does not, would agree with the other one for nothing.
    if (count.all >= 100) expect(Math.min(count.allowed, count.reached) / count.all).toBeGreaterThan(0.08);
  });

  it('P4 P9 sends on, judges and hands over the very bytes, and asks what it was configured to ask', async () => {
    const route = fc.record({
      threshold: fc.constantFrom(undefined, 0, 30, 80),
      rotateImage: fc.boolean(),
      saveApiRequest: fc.boolean(),
    });

    await fc.assert(
      fc.asyncProperty(fc.oneof(anyUpload, soundUpload), route, async (upload, { threshold, ...options }) => {
        app.guardWith({
          policy: { extends: 'lenient' },
          ...(threshold === undefined ? {} : { threshold }),
          ...options,
          subject: () => 'person-1',
        });
        app.upstream.wire = Buffer.from(
          'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n' + FLAWLESS,
        );
        const before = { seen: app.seen.length, asked: app.upstream.asked.length };

        await app.send(upload.body, upload.contentType);

        const asked = app.upstream.asked.at(before.asked);
        if (asked === undefined) return expect(app.seen.length).toBe(before.seen);
        const form = await formOf(asked);
        const picture = form.get('user_image') as File;
        const sha256 = sha256Of(upload.picture);
        expect(sha256Of(new Uint8Array(await picture.arrayBuffer()))).toBe(sha256);
        expect(app.seen.slice(before.seen)).toEqual([{ outcome: 'approved', judgedSha256: sha256, sha256 }]);
        form.delete('user_image');
        expect(Object.fromEntries(form)).toEqual({
          save_api_request: String(options.saveApiRequest),
          vendor_data: 'person-1',
          ...(threshold === undefined ? {} : { face_liveness_score_decline_threshold: String(threshold) }),
          ...(options.rotateImage ? { rotate_image: 'true' } : {}),
        });
      }),
      { numRuns: 60 },
    );
  });
});

/** A refusal, with nothing in it but what belongs there. */
function expectProblem(body = ''): void {
  const { hints, ...problem } = JSON.parse(body) as Record<string, unknown>;
  expect(Object.keys(problem)).toEqual(['type', 'title', 'status', 'code', 'correlationId', 'retryable']);
  expect(hints === undefined || problem['code'] === 'selfie-retake').toBe(true);
}

const FLAWLESS = JSON.stringify({
  liveness: {
    status: 'Approved',
    method: 'PASSIVE',
    score: 100,
    user_image: { entities: [{ bbox: [1, 2, 3, 4], confidence: 0.9 }] },
    warnings: [],
    face_quality: 90,
    face_luminance: 50,
  },
});
