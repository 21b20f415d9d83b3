import { afterEach, describe, expect, it } from '@jest/globals';
import { faceSearchAnswer } from './support/endpoint-answers.js';
import { animatedPng, baselineJpeg } from './support/pictures.js';
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

describe('a search', () => {
  it.each([
    [{}, {}],
    [{ searchType: 'most_similar' }, { search_type: 'most_similar' }],
    [
      { searchType: 'blocklisted_or_approved', saveApiRequest: false },
      { search_type: 'blocklisted_or_approved', save_api_request: 'false' },
    ],
  ] as const)('sends what was set, by the names of the API: %j', async (fields, expected) => {
    const server = await startServer(answer({ body: faceSearchAnswer() }));

    await clientOf(server).faceSearch.search({ userImage: baselineJpeg, ...fields });

    expect(await fieldsOf(await server.received(1))).toEqual(expected);
  });

  it.each<[string, object, string]>([
    ['another type', { searchType: 'all' }, "allowed: 'most_similar', 'blocklisted_or_approved'"],
    ['a threshold, which it has not', { threshold: 50 }, 'search.threshold is not an option'],
    ['metadata with a bigint', { metadata: { id: 1n } }, 'search.metadata is not usable'],
    ['no picture', { userImage: undefined }, 'userImage is not a picture'],
    ['two frames', { userImage: animatedPng }, 'more than one frame'],
  ])('is refused before anything is sent: %s (P6, D08)', async (_name, wrong, message) => {
    const server = await startServer(answer({ body: faceSearchAnswer() }));

    const error = await rejectionOf(clientOf(server).faceSearch.search({ userImage: baselineJpeg, ...wrong }));

    expect(error).toMatchObject({ message: expect.stringContaining(message) });
    expect(server.connections()).toBe(0);
  });
});
