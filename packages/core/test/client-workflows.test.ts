import { afterEach, describe, expect, it } from '@jest/globals';
import type { LivenessWorkflowRequest } from '../src/client/workflows.js';
import { WORKFLOW_ID, workflowAnswer } from './support/endpoint-answers.js';
import { answer, clientOf, closeAll, rejectionOf, startServer } from './support/server.js';

afterEach(closeAll);

const created = answer({ status: 201, body: workflowAnswer });
const request = { label: 'Step-up', method: 'FLASHING' } as const;

describe('a workflow', () => {
  it.each<[Partial<LivenessWorkflowRequest>, object, object]>([
    [{}, {}, {}],
    [{ status: 'draft' }, { status: 'draft' }, {}],
    [{ declineThreshold: 0 }, {}, { face_liveness_score_decline_threshold: 0 }],
    [
      {
        declineThreshold: 50,
        reviewThreshold: 50,
        status: 'published',
        isDefault: false,
        maxAttempts: 3,
        sessionExpirationSeconds: 3_600,
      },
      { status: 'published', is_default: false, face_liveness_max_attempts: 3, session_expiration_time: 3_600 },
      { face_liveness_score_decline_threshold: 50, face_liveness_score_review_threshold: 50 },
    ],
  ])('sends what was set, and no name that the API would refuse: %j', async (fields, top, config) => {
    const server = await startServer(created);

    await clientOf(server).workflows.create({ ...request, ...fields });

    expect(JSON.parse((await server.received(1)).body.toString())).toEqual({
      workflow_label: 'Step-up',
      ...top,
      features: [{ feature: 'LIVENESS', config: { face_liveness_method: 'FLASHING', ...config } }],
    });
  });

  it('may have its id under the other name', async () => {
    const server = await startServer(answer({ status: 201, body: { uuid: null, workflow_id: WORKFLOW_ID } }));

    expect(await clientOf(server).workflows.create(request)).toEqual({ workflowId: WORKFLOW_ID });
  });

  it.each<[string, object, string]>([
    ['no label', { label: undefined }, 'create.label is undefined'],
    ['a label of 51 characters', { label: 'x'.repeat(51) }, 'allowed: 1 to 50 characters'],
    ['an empty label', { label: '' }, 'allowed: 1 to 50 characters'],
    ['a label that begins with a line break', { label: '\nStep-up' }, 'allowed: 1 to 50 characters'],
    ['a label that ends with one', { label: 'Step-up\n' }, 'allowed: 1 to 50 characters'],
    ['a number for a label', { label: 7 }, 'create.label is 7'],
    ['no method', { method: undefined }, 'create.method is undefined'],
    ['a method in small letters', { method: 'active_3d' }, "allowed: 'ACTIVE_3D', 'FLASHING', 'PASSIVE'"],
    ['a limit with a fraction', { declineThreshold: 0.5 }, 'allowed: a whole number from 0 to 100'],
    [
      'limits the wrong way round',
      { declineThreshold: 70, reviewThreshold: 50 },
      'create.reviewThreshold is 50, which is not allowed; allowed: 70 (declineThreshold) or more',
    ],
    ['another status', { status: 'live' }, "allowed: 'draft', 'published'"],
    ['a switch as text', { isDefault: 'false' }, 'allowed: true or false'],
    ['four attempts', { maxAttempts: 4 }, 'allowed: a whole number from 1 to 3'],
    ['an hour less a second', { sessionExpirationSeconds: 3_599 }, 'allowed: a whole number from 3600 to 2419200'],
  ])('is refused before anything is sent: %s (D08)', async (_name, wrong, message) => {
    const server = await startServer(created);

    const error = await rejectionOf(clientOf(server).workflows.create({ ...request, ...wrong }));

    expect(error).toMatchObject({ code: 'invalid-option', message: expect.stringContaining(message) });
    expect(server.connections()).toBe(0);
  });
});
