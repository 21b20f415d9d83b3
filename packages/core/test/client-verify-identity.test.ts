import { afterEach, describe, expect, it } from '@jest/globals';
import type { IdentityIncompleteError } from '../src/client/identity-incomplete.js';
import { isCallError } from '../src/client/errors.js';
import type { IdentityRequest } from '../src/client/verify-identity.js';
import { isDiditLivenessError } from '../src/errors.js';
import { decide } from '../src/policy/decide.js';
import { definePolicy } from '../src/policy/policy.js';
import { approvedAnswer, noFaceAnswer, spoofAnswer } from './support/answers.js';
import { canaryPicture, expectNoCanary, KEY_CANARY, printed, VENDOR_CANARY } from './support/canaries.js';
import { faceMatchAnswer } from './support/endpoint-answers.js';
import { FakeClock } from './support/fake-clock.js';
import { formIn, textFieldsIn } from './support/gates.js';
import { baselineJpeg, bytesOf, prefixOf, stillPng } from './support/pictures.js';
import {
  answer,
  clientOf,
  closeAll,
  hangUp,
  neverAnswer,
  rejectionOf,
  type Reply,
  reset,
  type ScriptedServer,
  startServer,
} from './support/server.js';

const LIVENESS = '/v3/passive-liveness/';
const MATCH = '/v3/face-match/';

const live = answer({ body: approvedAnswer() });
const same = answer({ body: faceMatchAnswer() });
const pictures: IdentityRequest = { selfie: baselineJpeg, idPhoto: stillPng };

afterEach(closeAll);

/** A client before a scripted Didit, without time for anything to be tried twice. */
async function startClient(replies: Reply | readonly Reply[]) {
  const server = await startServer(replies);
  const clock = new FakeClock();
  return { server, clock, client: clientOf(server, { apiKey: KEY_CANARY, clock, timeoutMs: 100 }) };
}

async function verified(replies: Reply | readonly Reply[], request: Partial<IdentityRequest> = {}) {
  const { client, server } = await startClient(replies);
  return { result: await client.verifyIdentity({ ...pictures, ...request }), server };
}

async function failureOf(replies: Reply | readonly Reply[], request: Partial<IdentityRequest> = {}) {
  const { client, server } = await startClient(replies);
  return { error: await rejectionOf(client.verifyIdentity({ ...pictures, ...request })), server };
}

function pathsOf({ requests }: ScriptedServer): string[] {
  return requests.map(({ requestLine }) => requestLine.split(' ')[1] ?? '');
}

describe('verifyIdentity', () => {
  it('approves a live selfie of the person of the other picture, for two paid calls', async () => {
    const { result, server } = await verified([live, same]);

    expect(result).toMatchObject({
      outcome: 'approved',
      decision: { outcome: 'approved', reasons: [], policyId: definePolicy().policyId },
      liveness: { liveness: { status: 'Approved', score: 96.37 } },
      faceMatch: { faceMatch: { status: 'Approved', score: 87.14 } },
    });
    expect(Object.isFrozen(result)).toBe(true);
    expect(pathsOf(server)).toEqual([LIVENESS, MATCH]);
  });

  it('sends the selfie both times, and the other picture with the second (P4)', async () => {
    const { server } = await verified([live, same]);

    const forms = await Promise.all(server.requests.map(formIn));
    const bytes = await Promise.all(
      forms.map(async (form) => [
        Buffer.from(await (form.get('user_image') as File).arrayBuffer()),
        form.get('ref_image') && Buffer.from(await (form.get('ref_image') as File).arrayBuffer()),
      ]),
    );
    expect(bytes).toEqual([
      [Buffer.from(baselineJpeg), null],
      [Buffer.from(baselineJpeg), Buffer.from(stillPng)],
    ]);
  });

  it.each<[string, unknown, IdentityRequest['policy'], string]>([
    ['an attack', spoofAnswer, undefined, 'declined'],
    ['no face', noFaceAnswer, undefined, 'declined'],
    ['In Review', approvedAnswer({ status: 'In Review' }), undefined, 'review'],
    ['a score at the limit', approvedAnswer({ score: 80 }), { score: { declineAtOrBelow: 80 } }, 'declined'],
    ['a score to review', approvedAnswer({ score: 80 }), { score: { reviewAtOrBelow: 80 } }, 'review'],
  ])('pays for one call when the selfie is not approved: %s (P6)', async (_name, body, policy, outcome) => {
    const { result, server } = await verified([answer({ body: body as object }), same], policy ? { policy } : {});

    expect(result).toMatchObject({ outcome, decision: { outcome }, faceMatch: null });
    expect(result.decision.reasons.length).toBeGreaterThan(0);
    expect(pathsOf(server)).toEqual([LIVENESS]);
  });

  it.each<[string, Parameters<typeof faceMatchAnswer>[0], IdentityRequest['policy'], string]>([
    ['another person', { status: 'Declined', score: 10 }, undefined, 'declined'],
    ['In Review', { status: 'In Review' }, undefined, 'review'],
    ['at the limit of the preset', { score: 50 }, undefined, 'declined'],
    ['over the limit of the preset', { score: 50.5 }, undefined, 'approved'],
    ['at the limit of a policy', { score: 87.14 }, { faceMatch: { declineAtOrBelow: 87.14 } }, 'declined'],
    ['to review', { score: 87.14 }, { faceMatch: { reviewAtOrBelow: 90 } }, 'review'],
    ['without a face', { ref_image: { entities: [], best_angle: null } }, undefined, 'declined'],
    ['without a score', { score: null }, undefined, 'declined'],
  ])('decides on the comparison by the policy: %s (P1, C21)', async (_name, part, policy, outcome) => {
    const { result } = await verified([live, answer({ body: faceMatchAnswer(part) })], policy ? { policy } : {});

    expect(result).toMatchObject({ outcome, decision: { outcome } });
    expect(result.faceMatch).not.toBeNull();
    expect(result.outcome).toBe(result.decision.outcome);
  });

  it('gives one decision on both, the same as decide()', async () => {
    const policy = definePolicy({ extends: 'strict' });
    const { result } = await verified([live, answer({ body: faceMatchAnswer({ score: 65 }) })], { policy });

    const { liveness, faceMatch, decision } = result;
    expect(decision).toEqual(decide(policy, liveness.liveness, faceMatch?.faceMatch));
    expect(decision.reasons).toMatchObject([{ rule: 'faceMatch.reviewAtOrBelow', value: 65, limit: 70 }]);
    expect(decision.policyId).toBe(policy.policyId);
  });

  it.each<[string, IdentityRequest['policy'], string | undefined, string | undefined]>([
    ['no policy', undefined, undefined, '50'],
    ['options', { score: { declineAtOrBelow: 62.5 }, faceMatch: { declineAtOrBelow: 71 } }, '62.5', '71'],
    ['0', { score: { declineAtOrBelow: 0 }, faceMatch: { declineAtOrBelow: 0 } }, '0', '0'],
    ['no limits', { extends: 'lenient' }, undefined, undefined],
    ['a whole policy', definePolicy({ extends: 'strict' }), '60', '60'],
  ])('sends the limits of the policy to Didit: %s', async (_name, policy, onLiveness, onMatch) => {
    const { server } = await verified([live, same], policy ? { policy } : {});

    const [first, second] = await Promise.all(server.requests.map(textFieldsIn));
    expect(first?.['face_liveness_score_decline_threshold']).toBe(onLiveness);
    expect(second?.['face_match_score_decline_threshold']).toBe(onMatch);
    expect(first).not.toHaveProperty('face_match_score_decline_threshold');
    expect(second).not.toHaveProperty('face_liveness_score_decline_threshold');
  });

  it('sends the same fields with both calls, and nothing that was not set', async () => {
    const fields = { vendorData: 'user-1', saveApiRequest: false, rotateImage: true, metadata: { flow: 'signup' } };
    const expected = {
      vendor_data: 'user-1',
      save_api_request: 'false',
      rotate_image: 'true',
      metadata: '{"flow":"signup"}',
    };

    const some = await verified([live, same], { ...fields, policy: { extends: 'lenient' } });
    const none = await verified([live, same], { policy: { extends: 'lenient' } });

    expect(await Promise.all(some.server.requests.map(textFieldsIn))).toEqual([expected, expected]);
    expect(await Promise.all(none.server.requests.map(textFieldsIn))).toEqual([{}, {}]);
  });
});

describe('arguments of verifyIdentity', () => {
  it.each<[string, Readonly<Record<string, unknown>>, object]>([
    ['no other picture', { idPhoto: undefined }, { code: 'invalid-option', option: 'idPhoto' }],
    ['no selfie', { selfie: undefined }, { code: 'invalid-option', option: 'selfie' }],
    ['a path for a picture', { idPhoto: './id.jpg' }, { code: 'invalid-option', option: 'verifyIdentity.idPhoto' }],
    ['an object for a picture', { idPhoto: {} }, { code: 'invalid-option', option: 'idPhoto' }],
    ['an empty picture', { idPhoto: new Uint8Array(0) }, { code: 'image-refused', picture: 'idPhoto' }],
    [
      'half a picture',
      { idPhoto: prefixOf(baselineJpeg, baselineJpeg.length - 2) },
      { code: 'image-refused', picture: 'idPhoto', reason: 'truncated' },
    ],
    [
      'something else for a picture',
      { idPhoto: bytesOf('%PDF-1.7 and so on') },
      { code: 'image-refused', picture: 'idPhoto', reason: 'unsupported-type' },
    ],
    ['an empty selfie', { selfie: new Uint8Array(0) }, { code: 'image-refused', picture: 'selfie' }],
    ['a policy that is text', { policy: 'strict' }, { option: 'verifyIdentity.policy' }],
    [
      'a limit as a fraction',
      { policy: { faceMatch: { declineAtOrBelow: 0.8 } } },
      { option: 'verifyIdentity.policy.faceMatch.declineAtOrBelow' },
    ],
    ['a misspelt option', { idFoto: stillPng }, { option: 'verifyIdentity.idFoto' }],
    ['a threshold', { threshold: 80 }, { option: 'verifyIdentity.threshold' }],
    ['an empty id of a person', { vendorData: '' }, { option: 'verifyIdentity.vendorData' }],
    ['a signal that is none', { signal: {} }, { option: 'verifyIdentity.signal' }],
  ])('are refused for free: %s (P6, P23)', async (_name, request, expected) => {
    const { error, server } = await failureOf([live, same], request);

    expect(error).toMatchObject(expected);
    expect(server.connections()).toBe(0);
  });

  it('are not repeated when they are pictures or ids of people (D04, P8)', async () => {
    const broken = prefixOf(canaryPicture, canaryPicture.length - 2);

    expectNoCanary((await failureOf(live, { idPhoto: broken })).error);
    expectNoCanary((await failureOf(live, { vendorData: `${VENDOR_CANARY}\n` })).error);
  });
});

describe('a selfie that gives no answer', () => {
  it.each<[string, Reply, string]>([
    ['401', answer({ status: 401 }), 'authentication'],
    ['429', answer({ status: 429 }), 'too-many-requests'],
    ['500', answer({ status: 500 }), 'unavailable'],
    ['a close', hangUp, 'connection'],
    ['an empty 200', answer({}), 'bad-response'],
  ])('ends it with the error of that call, and no comparison: %s', async (_name, reply, code) => {
    const { error, server } = await failureOf([reply, same]);

    expect(error).toMatchObject({ code });
    expect(isCallError(error)).toBe(true);
    expect(pathsOf(server)).toEqual([LIVENESS]);
  });
});

describe('a comparison that gives no answer', () => {
  it.each<[string, Reply, string]>([
    ['400', answer({ status: 400, body: { ref_image: ['No.'] } }), 'bad-request'],
    ['401', answer({ status: 401 }), 'authentication'],
    ['402', answer({ status: 402 }), 'insufficient-credits'],
    ['429', answer({ status: 429 }), 'too-many-requests'],
    ['500', answer({ status: 500 }), 'unavailable'],
    ['a close', hangUp, 'connection'],
    ['a reset', reset, 'connection'],
    ['an HTML page', answer({ headers: { 'content-type': 'text/html' }, body: '<p>' }), 'bad-response'],
    ['an empty 200', answer({}), 'bad-response'],
  ])('ends it with what was paid for: %s (P5, E12)', async (_name, reply, code) => {
    const { error, server } = await failureOf([live, reply]);

    expect(error).toMatchObject({
      name: 'IdentityIncompleteError',
      code: 'identity-incomplete',
      billed: 'yes',
      cause: { code },
      message: expect.stringMatching(/^The selfie was judged, but the comparison was not: POST \/v3\/face-match\//),
    });
    expect((error as IdentityIncompleteError).liveness).toMatchObject({ liveness: { score: 96.37 } });
    expect(isDiditLivenessError(error)).toBe(true);
    expect(pathsOf(server)).toEqual([LIVENESS, MATCH]);
  });

  it('is no error of one call, and does not pass for one', async () => {
    const { error } = await failureOf([live, answer({ status: 500 })]);

    expect(isCallError(error)).toBe(false);
  });

  it('can be completed without paying for the selfie again', async () => {
    const { client, server } = await startClient([live, answer({ status: 500 }), same]);
    const error = (await rejectionOf(client.verifyIdentity(pictures))) as IdentityIncompleteError;

    const { faceMatch } = await client.faceMatch.compare({ userImage: baselineJpeg, refImage: stillPng });

    expect(decide(definePolicy(), error.liveness.liveness, faceMatch).outcome).toBe('approved');
    expect(pathsOf(server)).toEqual([LIVENESS, MATCH, MATCH]);
  });

  it('shows nothing of a person, a picture or the key (P8, D03, D04)', async () => {
    const body = { vendor_data: VENDOR_CANARY, key: KEY_CANARY };
    const { error } = await failureOf([live, answer({ status: 400, body })], {
      selfie: canaryPicture,
      idPhoto: canaryPicture,
      vendorData: VENDOR_CANARY,
    });

    expectNoCanary(error);
    expect(printed(error)).not.toMatch(/96\.37|31\.4|female|bbox|acct_7719|"liveness"/);
    expect({ ...(error as object) }).not.toHaveProperty('liveness');
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'IdentityIncompleteError',
      code: 'identity-incomplete',
      message: (error as Error).message,
      billed: 'yes',
    });
  });

  it('may be a timeout', async () => {
    const { client, server, clock } = await startClient([live, neverAnswer]);
    const failed = rejectionOf(client.verifyIdentity(pictures));
    await server.received(2);

    clock.advance(100);

    expect(await failed).toMatchObject({ code: 'identity-incomplete', billed: 'yes', cause: { code: 'timeout' } });
  });

  it('may be the end of patience: the signal (A26)', async () => {
    const { client, server } = await startClient([live, neverAnswer]);
    const controller = new AbortController();
    const failed = rejectionOf(client.verifyIdentity({ ...pictures, signal: controller.signal }));
    await server.received(2);

    controller.abort();

    expect(await failed).toMatchObject({ code: 'identity-incomplete', billed: 'yes', cause: { code: 'aborted' } });
  });

  it('is never begun when the signal was aborted before', async () => {
    const { error, server } = await failureOf([live, same], { signal: AbortSignal.abort() });

    expect(error).toMatchObject({ code: 'aborted', billed: 'no' });
    expect(server.connections()).toBe(0);
  });

  it('goes on with an error that is about no call', async () => {
    const { client } = await startClient(live);
    const fault = new RangeError('fault');
    Object.defineProperty(client, 'faceMatch', { value: { comparePictures: () => Promise.reject(fault) } });

    expect(await rejectionOf(client.verifyIdentity(pictures))).toBe(fault);
  });
});
