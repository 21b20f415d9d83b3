import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { PassiveLiveness, type PassiveLivenessRequest } from '../src/client/passive-liveness.js';
import { ImageRefusedError, MAX_IMAGE_BYTES } from '../src/image/picture.js';
import { advisoryAnswer, approvedAnswer, noFaceAnswer, spoofAnswer } from './support/answers.js';
import { canaryPicture, expectNoCanary, KEY_CANARY, printed, VENDOR_CANARY } from './support/canaries.js';
import {
  animatedPng,
  baselineJpeg,
  bytesOf,
  cutAt,
  jpegOf,
  lossyWebp,
  pngHeader,
  pngOf,
  pngPixels,
  prefixOf,
  scan,
  startOfFrame,
  stillPng,
  tiffOf,
} from './support/pictures.js';
import {
  answer,
  clientOf,
  closeAll,
  neverAnswer,
  type ReceivedRequest,
  rejectionOf,
  type Reply,
  sendAndEnd,
  sendAndReset,
  startServer,
} from './support/server.js';

const approved = answer({ body: approvedAnswer() });

afterEach(closeAll);

function boundaryOf({ headers }: ReceivedRequest): string {
  return (headers.get('content-type') ?? '').replace('multipart/form-data; boundary=', '');
}

/** The form as the parser of the runtime reads it, which is not ours. */
async function formOf(request: ReceivedRequest): Promise<FormData> {
  const headers = { 'content-type': request.headers.get('content-type') ?? '' };
  return new Response(Uint8Array.from(request.body), { headers }).formData();
}

/** An answer in JSON that ends where the connection ends. */
function closeDelimited(body: string): Reply {
  return sendAndEnd(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n${body}`);
}

async function pictureIn(request: ReceivedRequest): Promise<Buffer> {
  const file = (await formOf(request)).get('user_image') as File;
  return Buffer.from(await file.arrayBuffer());
}

/** The request that arrives when this is checked. */
async function sentFor(request: PassiveLivenessRequest): Promise<ReceivedRequest> {
  const server = await startServer(approved);
  await clientOf(server).passiveLiveness.check(request);
  expect(server.requests).toHaveLength(1);
  return server.received(1);
}

async function failureOf(
  reply: Reply | readonly Reply[],
  request: Partial<PassiveLivenessRequest> = {},
): Promise<unknown> {
  const server = await startServer(reply);
  return rejectionOf(clientOf(server).passiveLiveness.check({ userImage: baselineJpeg, ...request }));
}

describe('the form', () => {
  it('arrives byte for byte, with its length', async () => {
    const request = await sentFor({
      userImage: baselineJpeg,
      metadata: { flow: 'withdrawal', attempt: 2 },
      vendorData: 'acct_7719',
      saveApiRequest: false,
      rotateImage: true,
      faceLivenessScoreDeclineThreshold: 62.5,
    });

    const delimiter = `--${boundaryOf(request)}`;
    const part = (name: string, value: string) =>
      `${delimiter}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const expected = bytesOf(
      `${delimiter}\r\ncontent-disposition: form-data; name="user_image"; filename="selfie.jpg"\r\n`,
      'content-type: image/jpeg\r\n\r\n',
      baselineJpeg,
      '\r\n',
      part('face_liveness_score_decline_threshold', '62.5'),
      part('rotate_image', 'true'),
      part('save_api_request', 'false'),
      part('vendor_data', 'acct_7719'),
      part('metadata', '{"flow":"withdrawal","attempt":2}'),
      `${delimiter}--\r\n`,
    );
    expect(request.requestLine).toBe('POST /v3/passive-liveness/ HTTP/1.1');
    expect(request.body.equals(expected)).toBe(true);
    expect(request.headers.get('content-length')).toBe(String(expected.length));
  });

  it.each([
    ['jpeg', baselineJpeg, 'selfie.jpg', 'image/jpeg'],
    ['png', stillPng, 'selfie.png', 'image/png'],
    ['webp', lossyWebp, 'selfie.webp', 'image/webp'],
    ['tiff', tiffOf(), 'selfie.tiff', 'image/tiff'],
  ])('names a %s by its bytes, and sends exactly these', async (_name, userImage, fileName, mediaType) => {
    const request = await sentFor({ userImage });

    const file = (await formOf(request)).get('user_image') as File;
    expect([file.name, file.type]).toEqual([fileName, mediaType]);
    expect((await pictureIn(request)).equals(userImage)).toBe(true);
  });

  it('holds nothing but the picture when nothing else is set', async () => {
    const request = await sentFor({ userImage: baselineJpeg });

    expect([...(await formOf(request)).keys()]).toEqual(['user_image']);
  });

  it.each<[string, Omit<PassiveLivenessRequest, 'userImage'>, Record<string, string>]>([
    ['threshold 0', { faceLivenessScoreDeclineThreshold: 0 }, { face_liveness_score_decline_threshold: '0' }],
    ['threshold 0.8', { faceLivenessScoreDeclineThreshold: 0.8 }, { face_liveness_score_decline_threshold: '0.8' }],
    ['threshold 62.5', { faceLivenessScoreDeclineThreshold: 62.5 }, { face_liveness_score_decline_threshold: '62.5' }],
    ['threshold 100', { faceLivenessScoreDeclineThreshold: 100 }, { face_liveness_score_decline_threshold: '100' }],
    ['rotateImage false', { rotateImage: false }, { rotate_image: 'false' }],
    ['saveApiRequest true', { saveApiRequest: true }, { save_api_request: 'true' }],
    ['vendorData beyond ASCII', { vendorData: 'caf\u00e9 \u{1f642}' }, { vendor_data: 'caf\u00e9 \u{1f642}' }],
    ['vendorData of 256 characters', { vendorData: '\u{1f642}'.repeat(256) }, { vendor_data: '\u{1f642}'.repeat(256) }],
    ['vendorData like a header', { vendorData: '"; filename="a.html' }, { vendor_data: '"; filename="a.html' }],
    ['empty metadata', { metadata: {} }, { metadata: '{}' }],
    [
      'nested metadata',
      { metadata: { a: [1, { b: null }], c: '\r\n' } },
      { metadata: '{"a":[1,{"b":null}],"c":"\\r\\n"}' },
    ],
  ])('holds %s as it was given', async (_name, fields, expected) => {
    const form = await formOf(await sentFor({ userImage: baselineJpeg, ...fields }));

    form.delete('user_image');
    expect(Object.fromEntries(form)).toEqual(expected);
  });

  it('leaves out what is undefined', async () => {
    const fields = { rotateImage: undefined, vendorData: undefined, signal: undefined } as object;
    const form = await formOf(await sentFor({ userImage: baselineJpeg, ...fields }));

    expect([...form.keys()]).toEqual(['user_image']);
  });
});

describe('the picture', () => {
  const whole = Buffer.from(baselineJpeg);

  it.each([
    ['a Buffer', () => whole],
    ['a Uint8Array', () => Uint8Array.from(whole)],
    ['an ArrayBuffer', () => Uint8Array.from(whole).buffer],
    ['a Blob', () => new Blob([Uint8Array.from(whole)], { type: 'image/png' })],
    ['a list of chunks', () => cutAt(whole, [1, 7, 7, 100])],
    ['chunks that are empty', () => [Buffer.alloc(0), whole, Buffer.alloc(0)]],
    ['one byte at a time', () => cutAt(whole, [...whole.keys()])],
  ])('can be given as %s', async (_name, give) => {
    const request = await sentFor({ userImage: give() });

    expect((await pictureIn(request)).equals(whole)).toBe(true);
  });

  it('can be a File, whose name and type go nowhere (A14)', async () => {
    const file = new File([Uint8Array.from(whole)], 'passport of J. Doe"\r\nx-evil: 1.svg', { type: 'image/svg+xml' });

    const request = await sentFor({ userImage: file });

    const text = request.body.toString('latin1');
    expect(text).not.toMatch(/passport|evil|svg/);
    expect(text).toContain('filename="selfie.jpg"');
    expect((await pictureIn(request)).equals(whole)).toBe(true);
  });

  it.each([
    ['a slice of the pool of Buffer', () => Buffer.from(whole)],
    [
      'a view into a larger array',
      () => new Uint8Array(bytesOf('NEIGHBOUR', whole, 'NEIGHBOUR').buffer, 9, whole.length),
    ],
    [
      'a view into shared memory',
      () => {
        const shared = new Uint8Array(new SharedArrayBuffer(whole.length + 20), 9, whole.length);
        shared.set(whole);
        return shared;
      },
    ],
  ])('is sent without its neighbours: %s (B16)', async (_name, give) => {
    const request = await sentFor({ userImage: give() });

    expect((await pictureIn(request)).equals(whole)).toBe(true);
    expect(request.body.includes('NEIGHBOUR')).toBe(false);
  });

  it('arrives whole, however it was cut (B15)', async () => {
    const server = await startServer(approved);
    const { passiveLiveness } = clientOf(server);

    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(whole.length), { maxLength: 8 }), async (places) => {
        await passiveLiveness.check({ userImage: cutAt(whole, places) });
        const last = server.requests.at(-1);
        expect(last && (await pictureIn(last)).equals(whole)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('may have 5 MiB, and no byte more (A19, P6)', async () => {
    const largest = bytesOf(baselineJpeg, new Uint8Array(MAX_IMAGE_BYTES - baselineJpeg.length));
    const server = await startServer(approved);
    const { passiveLiveness } = clientOf(server);

    await passiveLiveness.check({ userImage: largest });
    const error = await rejectionOf(passiveLiveness.check({ userImage: [largest, new Uint8Array(1)] }));

    expect((await pictureIn(await server.received(1))).equals(largest)).toBe(true);
    expect(error).toMatchObject({ code: 'image-refused', reason: 'too-large' });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['empty', new Uint8Array(0), 'empty'],
    ['a PDF', bytesOf('%PDF-1.7\n', new Uint8Array(500)), 'unsupported-type'],
    ['three bytes of a JPEG', bytesOf(0xff, 0xd8, 0xff), 'truncated'],
    ['half a JPEG', prefixOf(baselineJpeg, baselineJpeg.length - 2), 'truncated'],
    ['a PNG without pixels', pngOf(pngHeader()), 'malformed'],
    ['animated', animatedPng, 'animated'],
    ['63 pixels wide', jpegOf(startOfFrame({ width: 63 }), scan()), 'too-few-pixels'],
    ['a pixel bomb', pngOf(pngHeader({ width: 60_000, height: 60_000 }), pngPixels), 'too-many-pixels'],
  ])('is refused for free when it is %s (B01-B09, P6)', async (_name, userImage, reason) => {
    const server = await startServer(approved);

    const error = await rejectionOf(clientOf(server).passiveLiveness.check({ userImage }));

    expect(error).toBeInstanceOf(ImageRefusedError);
    expect(error).toMatchObject({ code: 'image-refused', reason });
    expect(server.connections()).toBe(0);
  });
});

describe('an argument that is not allowed', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;

  it.each<[string, object, string]>([
    ['a threshold below 0', { faceLivenessScoreDeclineThreshold: -1 }, 'check.faceLivenessScoreDeclineThreshold is -1'],
    ['a threshold over 100', { faceLivenessScoreDeclineThreshold: 100.5 }, 'allowed: a number from 0 to 100'],
    ['a threshold that is no number', { faceLivenessScoreDeclineThreshold: Number.NaN }, 'is NaN'],
    ['a threshold as text', { faceLivenessScoreDeclineThreshold: '80' }, 'is "80"'],
    ['a switch as text', { rotateImage: 'false' }, 'check.rotateImage is "false", which is not allowed'],
    ['a switch as a number', { saveApiRequest: 0 }, 'check.saveApiRequest is 0'],
    ['an empty id', { vendorData: '' }, 'check.vendorData is not usable'],
    ['an id as a number', { vendorData: 7 }, 'allowed: 1 to 256 characters without control characters'],
    ['metadata that is a list', { metadata: [1] }, 'check.metadata is not usable'],
    ['metadata that is text', { metadata: '{}' }, 'check.metadata is not usable'],
    ['metadata in a circle', { metadata: cycle }, 'allowed: an object that JSON can hold'],
    [
      'metadata with a bigint',
      { metadata: { id: 1n } },
      'check.metadata is not usable; allowed: an object that JSON can hold',
    ],
    [
      'metadata that JSON takes for text',
      { metadata: { toJSON: () => '{}' } },
      'allowed: an object that JSON can hold',
    ],
    ['metadata that JSON leaves out', { metadata: { toJSON: () => {} } }, 'allowed: an object that JSON can hold'],
    ['an id that begins with a line break', { vendorData: '\nacct' }, 'check.vendorData is not usable'],
    ['null for a picture', { userImage: null }, 'check.userImage is not usable'],
    [
      'a signal that is none',
      { signal: {} },
      'check.signal is an object, which is not allowed; allowed: an AbortSignal',
    ],
    ['a misspelt name', { rotateimage: true }, 'did you mean "rotateImage"?'],
    ['a name of the wire', { save_api_request: false }, 'did you mean "saveApiRequest"?'],
    [
      'a picture that is text',
      { userImage: 'selfie.jpg' },
      'check.userImage is not usable; allowed: a Buffer, Uint8Array, ArrayBuffer, Blob, File, or an array of Uint8Array',
    ],
    ['no picture', { userImage: undefined }, 'userImage is not a picture; allowed: a Buffer, Uint8Array'],
    ['a picture that is an object', { userImage: {} }, 'userImage is not a picture'],
    ['a list of other things', { userImage: [baselineJpeg, 'text'] }, 'userImage is not a picture'],
    ['a view that is not of bytes', { userImage: new Uint16Array(500) }, 'userImage is not a picture'],
  ])('is refused before anything is sent: %s (P6, D08)', async (_name, wrong, message) => {
    const server = await startServer(approved);

    const error = await rejectionOf(clientOf(server).passiveLiveness.check({ userImage: baselineJpeg, ...wrong }));

    expect(error).toMatchObject({ code: 'invalid-option', message: expect.stringContaining(message) });
    expect(server.connections()).toBe(0);
  });

  it.each([
    ['is too long', VENDOR_CANARY.padEnd(257, 'x')],
    ['holds a line break', `${VENDOR_CANARY}\n`],
    ['holds a control character', `${VENDOR_CANARY}\u0085`],
  ])('is not repeated when it is an id that %s (D06, P8)', async (_name, vendorData) => {
    const error = await failureOf(approved, { vendorData });

    expect(error).toMatchObject({ code: 'invalid-option', option: 'check.vendorData' });
    expect(printed(error)).not.toContain(VENDOR_CANARY);
  });

  it('is refused as well for a picture that was inspected before', async () => {
    const server = await startServer(approved);
    const picture = { type: 'jpeg', size: 1, width: 64, height: 64, chunks: [] } as const;

    const error = await rejectionOf(
      clientOf(server).passiveLiveness.checkPicture(picture, { vendorData: '' }, undefined),
    );

    expect(error).toMatchObject({ code: 'invalid-option', option: 'check.vendorData' });
    expect(server.connections()).toBe(0);
  });
});

describe('the answer', () => {
  it('comes by our names', async () => {
    const server = await startServer(answer({ body: advisoryAnswer }));

    const response = await clientOf(server).passiveLiveness.check({ userImage: baselineJpeg });

    expect(response).toEqual({
      requestId: advisoryAnswer.request_id,
      vendorData: 'acct_7719',
      metadata: { flow: 'withdrawal', attempt: 2 },
      createdAt: '2026-11-20T09:14:51.208417+00:00',
      liveness: expect.objectContaining({
        status: 'Approved',
        score: 88.02,
        faceQuality: 81.06,
        faceLuminance: 47.9,
        contradictions: [],
      }),
    });
    expect(response.liveness.userImage.entities).toHaveLength(2);
    expect(response.liveness.warnings.map(({ risk }) => risk)).toEqual(['MULTIPLE_FACES_DETECTED', 'DUPLICATED_FACE']);
  });

  it.each([
    ['a spoof', spoofAnswer, 8.25],
    ['no face', noFaceAnswer, null],
  ])('that declines is an answer, not an error: %s (C22)', async (_name, body, score) => {
    const server = await startServer(answer({ body }));

    const { liveness } = await clientOf(server).passiveLiveness.check({ userImage: baselineJpeg });

    expect([liveness.status, liveness.score]).toEqual(['Declined', score]);
  });

  const text = JSON.stringify(approvedAnswer());
  it('is whole when it ends with the connection', async () => {
    const server = await startServer(closeDelimited(text));

    const { liveness } = await clientOf(server).passiveLiveness.check({ userImage: baselineJpeg });

    expect(liveness.status).toBe('Approved');
  });

  it('is never a verdict when it was cut, at whatever byte (C14, P2)', async () => {
    const cuts = Array.from({ length: text.length }, (_, end) => closeDelimited(text.slice(0, end)));
    const server = await startServer(cuts);
    const { passiveLiveness } = clientOf(server, {
      maxConnections: 16,
      maxQueuedCalls: cuts.length,
      timeoutMs: 60_000,
      circuitBreaker: { enabled: false },
    });

    const errors = await Promise.all(cuts.map(() => rejectionOf(passiveLiveness.check({ userImage: baselineJpeg }))));

    expect(server.requests).toHaveLength(cuts.length);
    for (const error of errors) expect(error).toMatchObject({ code: 'bad-response', billed: 'yes', retryable: false });
  });

  it.each<[string, Reply]>([
    ['an HTML page', answer({ headers: { 'content-type': 'text/html' }, body: '<h1>Sign in to the Wi-Fi</h1>' })],
    ['an HTML page that claims to be JSON', answer({ body: '<h1>Sign in to the Wi-Fi</h1>' })],
    ['nothing', answer({})],
    ['JSON that is no object', answer({ body: '"Approved"' })],
    ['no liveness', answer({ body: { status: 'Approved' } })],
    ['a status in other letters', answer({ body: approvedAnswer({ status: 'approved' }) })],
    ['a status with a blank', answer({ body: approvedAnswer({ status: 'Approved ' }) })],
    ['an approval without a score', answer({ body: approvedAnswer({ score: null }) })],
    ['gzip that nobody asked for', answer({ headers: { 'content-encoding': 'gzip' }, body: gzipSync(text) })],
    ['a reset within the body', sendAndReset(`HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n${text}`)],
    ['more than is read', answer({ body: `${text}${' '.repeat(262_144)}` })],
  ])('is no verdict, but paid, when it is %s (C13-C20, C32, C33)', async (_name, reply) => {
    expect(await failureOf(reply)).toMatchObject({ code: 'bad-response', billed: 'yes', retryable: false });
  });

  it.each([201, 202, 203, 204, 206])('is no verdict with the status %i, whatever it says (C40)', async (status) => {
    const error = await failureOf(answer({ status, body: status === 204 ? '' : approvedAnswer() }));

    expect(error).toMatchObject({ code: 'unexpected-status', status, billed: 'unknown' });
  });

  it.each([301, 302, 303, 307, 308])('is not looked for elsewhere after a %i (C12, P24)', async (status) => {
    const elsewhere = await startServer(approved);
    const location = `${elsewhere.origin}/v3/passive-liveness/`;
    const server = await startServer(answer({ status, headers: { location } }));

    const error = await rejectionOf(clientOf(server).passiveLiveness.check({ userImage: baselineJpeg }));

    expect(error).toMatchObject({ code: 'unexpected-status', status, billed: 'unknown', retryable: false });
    expect([server.requests.length, elsewhere.connections()]).toEqual([1, 0]);
  });
});

describe('a check', () => {
  it('ends when its signal aborts', async () => {
    const server = await startServer(neverAnswer);
    const controller = new AbortController();
    const { signal } = controller;
    const failure = rejectionOf(clientOf(server).passiveLiveness.check({ userImage: baselineJpeg, signal }));
    await server.received(1);

    controller.abort();

    expect(await failure).toMatchObject({ code: 'aborted', billed: 'unknown' });
  });

  it.each<[string, Reply]>([
    ['400 that repeats the form', answer({ status: 400, body: { vendor_data: [VENDOR_CANARY], user_image: ['No.'] } })],
    ['403 that repeats the key', answer({ status: 403, body: { detail: `${KEY_CANARY} is not allowed` } })],
    ['500 that repeats the picture', answer({ status: 500, body: canaryPicture })],
    ['200 that repeats everything', answer({ body: { error: [KEY_CANARY, VENDOR_CANARY] } })],
    ['a status that repeats the id', answer({ body: approvedAnswer({ status: VENDOR_CANARY }) })],
    ['a reset', sendAndReset('HTTP/1.1 200 OK\r\n\r\n{')],
    ['no HTTP', sendAndEnd(`${KEY_CANARY}\r\n\r\n`)],
  ])('tells no secret and shows no picture when it fails: %s (D03, D04, P8)', async (_name, reply) => {
    const server = await startServer(reply);
    const { passiveLiveness } = clientOf(server, { apiKey: KEY_CANARY });

    const error = await rejectionOf(passiveLiveness.check({ userImage: canaryPicture, vendorData: VENDOR_CANARY }));

    expectNoCanary(error);
    expectNoCanary(passiveLiveness);
    const { headers, body } = await server.received(1);
    expect(headers.get('x-api-key')).toBe(KEY_CANARY);
    expect(body.includes(VENDOR_CANARY)).toBe(true);
  });

  it('belongs to the endpoint of the client', async () => {
    expect(clientOf(await startServer(approved)).passiveLiveness).toBeInstanceOf(PassiveLiveness);
  });
});
