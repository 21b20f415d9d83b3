import { afterEach, describe, expect, it } from '@jest/globals';
import { ageAnswer } from './support/endpoint-answers.js';
import { animatedPng, baselineJpeg, bytesOf } from './support/pictures.js';
import { answer, clientOf, closeAll, type ReceivedRequest, rejectionOf, startServer } from './support/server.js';

afterEach(closeAll);

async function fieldsOf(request: ReceivedRequest): Promise<Record<string, unknown>> {
  const headers = { 'content-type': request.headers.get('content-type') ?? '' };
  const form = await new Response(Uint8Array.from(request.body), { headers }).formData();
  const file = form.get('user_image') as File;
  expect(Buffer.from(await file.arrayBuffer()).equals(baselineJpeg)).toBe(true);
  form.delete('user_image');
  return Object.fromEntries(form);
}

describe('an estimation', () => {
  it.each([
    [{}, {}],
    [{ ageThreshold: 0 }, { age_estimation_decline_threshold: '0' }],
    [
      {
        ageThreshold: 21,
        livenessThreshold: 62.5,
        rotateImage: false,
        saveApiRequest: false,
        vendorData: 'a',
        metadata: {},
      },
      {
        age_estimation_decline_threshold: '21',
        face_liveness_score_decline_threshold: '62.5',
        rotate_image: 'false',
        save_api_request: 'false',
        vendor_data: 'a',
        metadata: '{}',
      },
    ],
  ])('sends what was set, by the names of the API: %j', async (fields, expected) => {
    const server = await startServer(answer({ body: ageAnswer() }));

    await clientOf(server).ageEstimation.estimate({ userImage: baselineJpeg, ...fields });

    expect(await fieldsOf(await server.received(1))).toEqual(expected);
  });

  it.each<[string, object, string]>([
    ['an age with a fraction', { ageThreshold: 17.5 }, 'estimate.ageThreshold is 17.5'],
    ['an age over 120', { ageThreshold: 121 }, 'allowed: a whole number from 0 to 120'],
    ['a negative limit', { livenessThreshold: -1 }, 'estimate.livenessThreshold is -1'],
    ['the name of another endpoint', { threshold: 50 }, 'estimate.threshold is not an option'],
    ['metadata with a bigint', { metadata: { id: 1n } }, 'estimate.metadata is not usable'],
    ['no picture', { userImage: undefined }, 'userImage is not a picture'],
    ['two frames', { userImage: animatedPng }, 'more than one frame'],
    ['a PDF', { userImage: bytesOf('%PDF-1.7\n', new Uint8Array(500)) }, 'it is not a JPEG'],
  ])('is refused before anything is sent: %s (P6, D08)', async (_name, wrong, message) => {
    const server = await startServer(answer({ body: ageAnswer() }));

    const error = await rejectionOf(clientOf(server).ageEstimation.estimate({ userImage: baselineJpeg, ...wrong }));

    expect(error).toMatchObject({ message: expect.stringContaining(message) });
    expect(server.connections()).toBe(0);
  });
});
