import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { LivenessEvent } from '@didit-liveness/core';
import { createEmulator, type Emulator } from '@didit-liveness/emulator';
import { MARKED_FILE_NAME, MARKED_KEY, MARKED_VENDOR_DATA, markedSubject, watch, watched } from '../support/canary.js';
import { pictureOf, sample } from '../support/pictures.js';
import { plainOptions } from './plain-options.js';

/** How a host is to guard `POST /signup`. */
export interface HostOptions {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly allowInsecure: true;
  readonly threshold: number;
  readonly policy: {
    readonly warnings: { readonly DUPLICATED_FACE: 'decline'; readonly POSSIBLE_DUPLICATED_FACE: 'decline' };
  };
  readonly timeoutMs: number;
  /** Off: these suites play one failure after another. */
  readonly circuitBreaker: { readonly enabled: false };
  readonly uploadTimeoutMs: number;
  readonly maxBufferedBytes?: number;
  readonly multer?: (options: never) => { single(field: string): unknown };
  readonly validate: (fields: Readonly<Record<string, unknown>>) => Readonly<Record<string, string>>;
  readonly subject: () => string;
  readonly onEvent: (event: LivenessEvent) => void;
}

/** What the handler of a host answers with 201, as JSON: what it found on the request. */
export interface Handled {
  readonly liveness: {
    readonly outcome: string;
    readonly requestId: string;
    readonly imageSha256: string;
    readonly policyId: string;
  };
  readonly file: {
    readonly sha256: string;
    readonly size: number;
    readonly mimetype: string;
    readonly originalname: string;
  };
  readonly fields: Readonly<Record<string, string>>;
}

/** A server of the framework under test. Its handler adds one to `handled` each time it runs. */
export interface Host {
  readonly url: string;
  readonly handled: () => number;
  readonly close: () => Promise<void>;
}

/** Starts a host whose `POST /signup` is guarded with these options, refusals answered as problem+json. */
export type StartHost = (options: HostOptions) => Promise<Host>;

type Body = NonNullable<RequestInit['body']>;

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

const DECLINED = ['spoof', 'low-score', 'blocklisted', 'possibly-blocklisted', 'duplicate', 'possible-duplicate'];
const RETAKES = [
  ['no-face', 'show-your-face'],
  ['multiple-faces', 'one-face-only'],
  ['low-quality', 'sharper-picture'],
  ['too-dark', 'more-light'],
  ['too-bright', 'less-light'],
] as const;

/** Fault of the emulator, status and code of the answer. */
const FAULTS: readonly (readonly [string, number, string])[] = [
  ['400-image', 422, 'selfie-unreadable'],
  ['400-detail', 502, 'liveness-bad-response'],
  ['401', 503, 'liveness-unavailable'],
  ['402', 503, 'liveness-unavailable'],
  ['403-credits', 503, 'liveness-unavailable'],
  ['403-permission', 503, 'liveness-unavailable'],
  ['404', 502, 'liveness-bad-response'],
  ['408', 503, 'liveness-unavailable'],
  ['413', 413, 'selfie-too-large'],
  ['429', 503, 'liveness-unavailable'],
  ['500', 503, 'liveness-unavailable'],
  ['500-html', 503, 'liveness-unavailable'],
  ['502', 503, 'liveness-unavailable'],
  ['503', 503, 'liveness-unavailable'],
  ['slow-headers', 504, 'liveness-timeout'],
  ['slow-body', 504, 'liveness-timeout'],
  ['hang', 504, 'liveness-timeout'],
  ['reset-before-response', 503, 'liveness-unavailable'],
  ['reset-mid-body', 502, 'liveness-bad-response'],
  ['truncated-json', 502, 'liveness-bad-response'],
  ['html-200', 502, 'liveness-bad-response'],
  ['empty-200', 502, 'liveness-bad-response'],
  ['unknown-status', 502, 'liveness-bad-response'],
  ['in-review', 403, 'review-required'],
  ['unknown-warning', 403, 'review-required'],
  ['contradiction', 403, 'liveness-declined'],
  ['error-warning', 403, 'liveness-declined'],
  ['null-score', 502, 'liveness-bad-response'],
  ['string-score', 502, 'liveness-bad-response'],
  ['score-out-of-range', 502, 'liveness-bad-response'],
  ['missing-liveness', 502, 'liveness-bad-response'],
  ['huge-body', 502, 'liveness-bad-response'],
  ['gzip-body', 502, 'liveness-bad-response'],
  ['redirect', 502, 'liveness-bad-response'],
  ['early-401', 503, 'liveness-unavailable'],
];

/** What every host must do alike. Give it the name of a framework and a function that starts a server of it. */
export function describeGuard(name: string, start: StartHost): void {
  describe(`guard on ${name}`, () => {
    const events: LivenessEvent[] = [];
    let emulator: Emulator;
    let host: Host;

    beforeAll(async () => {
      emulator = await createEmulator();
      host = await start({
        ...plainOptions(emulator),
        apiKey: MARKED_KEY,
        timeoutMs: 1_000,
        uploadTimeoutMs: 1_500,
        validate: ({ email }) => (String(email).includes('@') ? {} : { email: 'Enter an e-mail address.' }),
        subject: markedSubject,
        onEvent: watched('an event', (event) => events.push(event)),
      });
    });

    afterEach(() => {
      emulator.reset();
      events.length = 0;
    });

    afterAll(async () => {
      await host.close();
      await emulator.close();
    });

    const post = (body: Body, headers: Record<string, string> = {}) => send(`${host.url}/signup`, body, headers);
    const submit = (picture: Uint8Array, options: FormOptions = {}) => post(formOf(picture, options));
    const paidCalls = () => emulator.calls().filter(({ billed }) => billed).length;

    it.each([
      ['approved.jpg', 'image/jpeg', 'selfie.jpg'],
      ['approved.png', 'image/png', 'selfie.png'],
      ['approved.webp', 'image/webp', 'selfie.webp'],
      ['approved.tiff', 'image/tiff', 'selfie.tiff'],
    ])(
      'P4 B15 lets %s through, and judged, delivered and reported bytes are the same',
      async (file, mimetype, filename) => {
        const picture = sample(file);
        const sha256 = createHash('sha256').update(picture).digest('hex');

        const answer = await submit(picture);

        expect(answer.status).toBe(201);
        const handled = answer.body as unknown as Handled;
        expect(handled.liveness).toEqual({
          outcome: 'approved',
          requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          imageSha256: sha256,
          policyId: expect.stringMatching(/^[0-9a-f]{12}$/),
        });
        expect(handled.file).toEqual({ sha256, size: picture.length, mimetype, originalname: filename });
        expect(handled.fields).toEqual({ email: 'ada@example.org' });
        expect(emulator.calls()).toEqual([
          expect.objectContaining({
            fields: {
              face_liveness_score_decline_threshold: '80',
              save_api_request: 'false',
              vendor_data: expect.stringContaining(MARKED_VENDOR_DATA),
            },
            image: { sha256, bytes: picture.length, filename, contentType: mimetype },
            billed: true,
          }),
        ]);
      },
    );

    it('P22 H03 H04 answers every decline with the same bytes', async () => {
      const handledBefore = host.handled();
      const answers: Answer[] = [];
      for (const scenario of DECLINED) answers.push(await submit(pictureOf(scenario)));

      expect(answers.map(({ status }) => status)).toEqual(DECLINED.map(() => 403));
      const bodies = answers.map(({ text, body }) => text.replace(String(body['correlationId']), ''));
      expect(new Set(bodies).size).toBe(1);
      expectProblem(answers[0], 403, 'liveness-declined');
      expect(paidCalls()).toBe(DECLINED.length);
      expect(host.handled()).toBe(handledBefore);
    });

    it.each(RETAKES)('asks for another picture after %s, and says how', async (scenario, hint) => {
      const answer = await expectRefusal(() => submit(pictureOf(scenario)), 422, 'selfie-retake');

      expect(answer.body['hints']).toEqual([{ code: hint, message: expect.any(String) }]);
      expect(paidCalls()).toBe(1);
    });

    it.each<[string, () => Promise<Answer>, number, string]>([
      ['A01 a form without a file', () => post(formOf(undefined)), 400, 'selfie-missing'],
      [
        'A02 a JSON body',
        () => post('{"email":"ada@example.org"}', { 'content-type': 'application/json' }),
        415,
        'unsupported-media-type',
      ],
      [
        'A02 a form that is not multipart',
        () => post('selfie=x', { 'content-type': 'application/x-www-form-urlencoded' }),
        415,
        'unsupported-media-type',
      ],
      [
        'A04 a form without a boundary',
        () => post('x', { 'content-type': 'multipart/form-data' }),
        400,
        'malformed-upload',
      ],
      ['A10 two files', () => post(formOf(sample('approved.jpg'), { twice: true })), 400, 'selfie-duplicated'],
      [
        'A10 a file in another field',
        () => submit(sample('approved.jpg'), { field: 'avatar' }),
        400,
        'malformed-upload',
      ],
      [
        'A19 a file of 6 MB',
        () => submit(Buffer.concat([sample('approved.jpg'), Buffer.alloc(6_000_000)])),
        413,
        'selfie-too-large',
      ],
      ['B01 an empty file', () => submit(Buffer.alloc(0)), 422, 'selfie-unreadable'],
      [
        'B03 a PDF named selfie.jpg',
        () => submit(Buffer.from(`%PDF-1.7\n${'x'.repeat(5_000)}`)),
        415,
        'unsupported-media-type',
      ],
      ['B04 half a JPEG', () => submit(halfOf(sample('approved.jpg'))), 422, 'selfie-unreadable'],
      ['B04 half a TIFF', () => submit(halfOf(sample('approved.tiff'))), 422, 'selfie-unreadable'],
      [
        'a form with a bad e-mail address',
        () => submit(sample('approved.jpg'), { email: 'nobody' }),
        422,
        'invalid-fields',
      ],
    ])('P6 refuses %s without a call', async (_, request, status, code) => {
      await expectRefusal(request, status, code);

      expect(emulator.calls()).toEqual([]);
      expect(events.at(-1)).toMatchObject({ type: 'refused', code, billed: 'no' });
    });

    it.each(FAULTS)('P2 P5 answers the fault %s with %i %s and pays at most once', async (fault, status, code) => {
      await expectRefusal(() => submit(pictureOf(fault)), status, code);

      expect(paidCalls()).toBeLessThanOrEqual(1);
      expect(emulator.calls().every(({ path }) => path === '/v3/passive-liveness/')).toBe(true);
    });

    it('A22 answers an upload that stalls with 408 and closes the connection', async () => {
      const answer = await stall(`${host.url}/signup`);

      expect(answer).toMatch(/^HTTP\/1\.1 408 /);
      expect(answer).toMatch(/connection: close/i);
      expect(answer).toContain('"code":"upload-timeout"');
      expect(emulator.calls()).toEqual([]);
    });

    it('A26 ends the paid call when the client hangs up', async () => {
      const hangUp = new AbortController();
      const aborted = eventOf(events, 'aborted');
      const request = fetch(`${host.url}/signup`, {
        method: 'POST',
        body: formOf(pictureOf('hang')),
        signal: hangUp.signal,
      });
      await until(() => emulator.calls().length === 1);

      hangUp.abort();

      await expect(request).rejects.toThrow();
      await expect(aborted()).resolves.toMatchObject({ billed: 'unknown' });
    });

    it('H17 tells caches nothing, and names no score, tag or file in an answer', async () => {
      const answer = await submit(pictureOf('spoof;score=12.34'));

      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.text).not.toMatch(/12\.34|ATTACK|SCORE/);
    });

    /** A refusal: problem+json, and the handler has not run. */
    async function expectRefusal(request: () => Promise<Answer>, status: number, code: string): Promise<Answer> {
      const before = host.handled();
      const answer = await request();
      expectProblem(answer, status, code);
      expect(host.handled()).toBe(before);
      return answer;
    }
  });
}

function expectProblem(answer: Answer | undefined, status: number, code: string): void {
  expect({ status: answer?.status, code: answer?.body['code'] }).toEqual({ status, code });
  expect(answer?.type).toMatch(/^application\/problem\+json/);
  expect(answer?.body).toMatchObject({
    type: `urn:problem-type:didit-liveness:${code}`,
    title: expect.any(String),
    status,
    correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    retryable: expect.any(Boolean),
  });
  expect(answer?.headers.has('retry-after')).toBe(status === 503);
}

interface FormOptions {
  readonly email?: string;
  readonly field?: string;
  readonly twice?: boolean;
}

/** A form as a browser sends it; the file has a telling name that must not turn up anywhere. */
function formOf(
  picture: Uint8Array | undefined,
  { email = 'ada@example.org', field = 'selfie', twice }: FormOptions = {},
): FormData {
  const form = new FormData();
  form.set('email', email);
  const copies = picture ? Array.from({ length: twice ? 2 : 1 }, () => picture) : [];
  for (const copy of copies) form.append(field, new Blob([copy], { type: 'image/jpeg' }), MARKED_FILE_NAME);
  return form;
}

function halfOf(picture: Buffer): Buffer {
  return picture.subarray(0, picture.length >> 1);
}

async function send(url: string, body: Body, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', body, headers });
  const text = await response.text();
  watch('an answer', `${JSON.stringify([...response.headers])}\n${text}`);
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    headers: response.headers,
    text,
    body: JSON.parse(text) as Record<string, unknown>,
  };
}

/** Sends the head and the first bytes of a form and then nothing; gives all that the server says until it closes. */
function stall(url: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    socket.once('close', () => resolve(answer)).once('error', reject);
    socket.write(
      'POST /signup HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n' +
        'Content-Length: 5000\r\n\r\n--b\r\nContent-Disposition: form-data; name="email"\r\n\r\nada@',
    );
  });
}

/** Resolves with the next event of this type. */
function eventOf(
  events: readonly LivenessEvent[],
  type: LivenessEvent['type'],
): () => Promise<LivenessEvent | undefined> {
  return async () => {
    await until(() => events.some((event) => event.type === type));
    return events.find((event) => event.type === type);
  };
}

/** Waits for what another process of the event loop brings about. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
