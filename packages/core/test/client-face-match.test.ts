import { afterEach, describe, expect, it } from '@jest/globals';
import type { FaceMatchRequest } from '../src/client/face-match.js';
import { parsePicture } from '../src/image/picture.js';
import { canaryPicture, expectNoCanary, VENDOR_CANARY } from './support/canaries.js';
import { faceMatchAnswer } from './support/endpoint-answers.js';
import { baselineJpeg, bytesOf, prefixOf, stillPng } from './support/pictures.js';
import { answer, clientOf, closeAll, type ReceivedRequest, rejectionOf, startServer } from './support/server.js';

const good = answer({ body: faceMatchAnswer() });
const pictures = { userImage: baselineJpeg, refImage: stillPng };

afterEach(closeAll);

/** The form as the parser of the runtime reads it, which is not ours. */
async function formOf(request: ReceivedRequest): Promise<FormData> {
  const headers = { 'content-type': request.headers.get('content-type') ?? '' };
  return new Response(Uint8Array.from(request.body), { headers }).formData();
}

async function sentFor(request: Partial<FaceMatchRequest>): Promise<FormData> {
  const server = await startServer(good);
  await clientOf(server).faceMatch.compare({ ...pictures, ...request });
  expect(server.requests).toHaveLength(1);
  return formOf(await server.received(1));
}

describe('the form of a comparison', () => {
  it('holds both pictures, byte for byte, each under its own name', async () => {
    const form = await sentFor({});

    const user = form.get('user_image') as File;
    const ref = form.get('ref_image') as File;
    expect([...form.keys()]).toEqual(['user_image', 'ref_image']);
    expect([user.name, user.type, ref.name, ref.type]).toEqual(['selfie.jpg', 'image/jpeg', 'selfie.png', 'image/png']);
    expect(Buffer.from(await user.arrayBuffer()).equals(baselineJpeg)).toBe(true);
    expect(Buffer.from(await ref.arrayBuffer()).equals(stillPng)).toBe(true);
  });

  it('holds what was set, by the names of the API', async () => {
    const form = await sentFor({
      threshold: 0,
      rotateImage: true,
      saveApiRequest: false,
      vendorData: 'acct_7719',
      metadata: { flow: 'withdrawal' },
    });

    form.delete('user_image');
    form.delete('ref_image');
    expect(Object.fromEntries(form)).toEqual({
      face_match_score_decline_threshold: '0',
      rotate_image: 'true',
      save_api_request: 'false',
      vendor_data: 'acct_7719',
      metadata: '{"flow":"withdrawal"}',
    });
  });

  it('is the same for pictures that were inspected already', async () => {
    const server = await startServer(good);
    const parsed = parsePicture([baselineJpeg]);
    if (parsed.kind === 'refused') throw new Error('a picture of the tests was refused');
    const { picture } = parsed;

    const pair = { userPicture: picture, refPicture: picture };
    const response = await clientOf(server).faceMatch.comparePictures(pair, { threshold: 62.5 }, undefined);

    const form = await formOf(await server.received(1));
    expect(response.faceMatch.status).toBe('Approved');
    expect([...form.keys()]).toEqual(['user_image', 'ref_image', 'face_match_score_decline_threshold']);
  });
});

describe('a comparison', () => {
  it.each(['userImage', 'refImage'] as const)(
    'is refused for free when %s cannot be judged (B01-B09, P6)',
    async (name) => {
      const server = await startServer(good);
      const half = prefixOf(baselineJpeg, baselineJpeg.length - 2);

      const error = await rejectionOf(clientOf(server).faceMatch.compare({ ...pictures, [name]: half }));

      expect(error).toMatchObject({ code: 'image-refused', reason: 'truncated', picture: name });
      expect(server.connections()).toBe(0);
    },
  );

  it.each<[string, object, string]>([
    ['no reference', { refImage: undefined }, 'refImage is not a picture'],
    ['a reference that is text', { refImage: 'id.jpg' }, 'compare.refImage is not usable'],
    ['a list of other things', { refImage: [baselineJpeg, 7] }, 'refImage is not a picture'],
    ['a threshold over 100', { threshold: 101 }, 'compare.threshold is 101'],
    ['a threshold as text', { threshold: '50' }, 'compare.threshold is "50"'],
    ['metadata with a bigint', { metadata: { id: 1n } }, 'compare.metadata is not usable'],
    ['an id with a line break', { vendorData: `${VENDOR_CANARY}\n` }, 'compare.vendorData is not usable'],
    ['a name of the wire', { ref_image: stillPng }, 'did you mean "refImage"?'],
  ])('is refused before anything is sent: %s (P6, D08)', async (_name, wrong, message) => {
    const server = await startServer(good);

    const error = await rejectionOf(clientOf(server).faceMatch.compare({ ...pictures, ...wrong }));

    expect(error).toMatchObject({ code: 'invalid-option', message: expect.stringContaining(message) });
    expectNoCanary(error);
    expect(server.connections()).toBe(0);
  });

  it('is refused as well for pictures that were inspected before', async () => {
    const server = await startServer(good);
    const picture = { type: 'jpeg', size: 1, width: 64, height: 64, chunks: [] } as const;
    const pair = { userPicture: picture, refPicture: picture };

    const error = await rejectionOf(clientOf(server).faceMatch.comparePictures(pair, { threshold: -1 }, undefined));

    expect(error).toMatchObject({ code: 'invalid-option', option: 'compare.threshold' });
    expect(server.connections()).toBe(0);
  });

  it('keeps pictures and ids out of its errors (D03, P8)', async () => {
    const server = await startServer(answer({ status: 400, body: bytesOf(canaryPicture, VENDOR_CANARY) }));
    const request = { userImage: canaryPicture, refImage: canaryPicture, vendorData: VENDOR_CANARY };

    expectNoCanary(await rejectionOf(clientOf(server).faceMatch.compare(request)));
  });

  it('ends when its signal aborts', async () => {
    const server = await startServer(good);

    const error = await rejectionOf(clientOf(server).faceMatch.compare({ ...pictures, signal: AbortSignal.abort() }));

    expect(error).toMatchObject({ code: 'aborted', billed: 'no' });
  });
});
