import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { WirePassiveLivenessResponse } from '@didit-liveness/core';
import { afterEach } from '@jest/globals';
import type { Emulator } from '../src/emulator.js';
import { createEmulator } from '../src/emulator.js';
import type { EmulatorOptions } from '../src/options.js';

export const JPEG_START = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);
export const PASSIVE_LIVENESS = '/v3/passive-liveness/';

const running: Emulator[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

/** Starts an emulator that is closed after the test. */
export async function start(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await createEmulator(options);
  running.push(emulator);
  return emulator;
}

/** Bytes that pass for a JPEG, with a text inside. */
export function jpeg(text = ''): Buffer {
  return Buffer.concat([JPEG_START, Buffer.from(text)]);
}

/** A picture that asks for a scenario. */
export function scene(scenario: string): Buffer {
  return jpeg(`didit-scenario=${scenario}`);
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export interface CheckRequest {
  /** null sends no file. */
  readonly image?: Buffer | null;
  readonly filename?: string;
  /** A second picture, for face match. */
  readonly refImage?: Buffer;
  readonly fields?: Readonly<Record<string, string>>;
  /** null sends no key. */
  readonly key?: string | null;
  readonly path?: string;
}

export function makeForm({ image = jpeg(), filename = 'selfie.jpg', refImage, fields = {} }: CheckRequest): FormData {
  const form = new FormData();
  if (image !== null) {
    form.set('user_image', new Blob([new Uint8Array(image)], { type: 'image/jpeg' }), filename);
  }
  if (refImage !== undefined) {
    form.set('ref_image', new Blob([new Uint8Array(refImage)], { type: 'image/jpeg' }), 'id-photo.jpg');
  }
  for (const [name, value] of Object.entries(fields)) {
    form.set(name, value);
  }
  return form;
}

/** Sends a check and leaves the answer unread. */
export async function send(
  emulator: Pick<Emulator, 'url'>,
  request: CheckRequest = {},
  signal?: AbortSignal,
): Promise<Response> {
  const { key = 'sk_live_test', path = PASSIVE_LIVENESS } = request;
  return fetch(emulator.url + path, {
    method: 'POST',
    headers: key === null ? {} : { 'x-api-key': key },
    body: makeForm(request),
    redirect: 'manual',
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Whatever an answer may say; a test reads what it expects and fails when that is not there. */
export interface AnswerBody extends WirePassiveLivenessResponse {
  readonly [key: string]: unknown;
  readonly detail: string;
  readonly balance: string;
  readonly user_image: readonly string[];
  readonly scenarios: readonly unknown[];
}

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AnswerBody;
}

/** Sends a check and reads the JSON of the answer. */
export async function check(emulator: Emulator, request: CheckRequest = {}): Promise<JsonAnswer> {
  return toJsonAnswer(await send(emulator, request));
}

/** GET with a key, JSON back. */
export async function read(emulator: Emulator, path: string, key: string | null = 'sk_live_test'): Promise<JsonAnswer> {
  return toJsonAnswer(await fetch(emulator.url + path, { headers: key === null ? {} : { 'x-api-key': key } }));
}

/** A result in the body of any check. */
export interface CheckResult {
  readonly status: string;
  readonly score: number | null;
  readonly warnings: readonly { readonly risk: string; readonly log_type: string; readonly feature: string }[];
  readonly [member: string]: unknown;
}

/** The result under a key of the body. */
export function resultOf({ body }: JsonAnswer, key: string): CheckResult {
  return body[key] as CheckResult;
}

export interface JsonRequest {
  readonly method?: string;
  readonly key?: string | null;
  readonly bearer?: string;
  /** A text is sent as it is. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly from?: string;
}

/** A request with JSON, JSON back; an empty answer has the body null. */
export async function call(
  emulator: Pick<Emulator, 'url'>,
  path: string,
  request: JsonRequest = {},
): Promise<JsonAnswer> {
  const { method = 'POST', key = 'sk_live_test', bearer, body, contentType = 'application/json', from } = request;
  const response = await fetch(emulator.url + path, {
    method,
    redirect: 'manual',
    headers: {
      'content-type': contentType,
      ...(key === null ? {} : { 'x-api-key': key }),
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(from === undefined ? {} : { 'x-forwarded-for': from }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type') === 'application/json';
  return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : null) as AnswerBody };
}

/** Sends a form as a browser does, and follows nothing. */
export async function submit(url: string, fields: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
}

/** POST of a text to the control routes. */
export async function control(emulator: Emulator, path: string, body = ''): Promise<JsonAnswer> {
  return toJsonAnswer(await fetch(emulator.url + path, { method: 'POST', body }));
}

async function toJsonAnswer(response: Response): Promise<JsonAnswer> {
  return { status: response.status, headers: response.headers, body: (await response.json()) as AnswerBody };
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Set when the connection broke while the body was read. */
  readonly error?: Error;
}

/** A check over node:http, which neither decodes nor follows anything. */
export async function sendRaw(emulator: Emulator, request: CheckRequest = {}): Promise<RawAnswer> {
  const encoded = new Request(emulator.url, { method: 'POST', body: makeForm(request) });
  const body = Buffer.from(await encoded.arrayBuffer());
  return sendBytes(emulator, { 'content-type': encoded.headers.get('content-type') ?? '' }, body);
}

/** Posts bytes as they are to the liveness path. */
export function sendBytes(emulator: Emulator, headers: Record<string, string>, body: Buffer): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(emulator.url + PASSIVE_LIVENESS, {
      method: 'POST',
      agent: false,
      headers: { 'x-api-key': 'sk_live_test', ...headers },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      const answer = (): RawAnswer => ({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: Buffer.concat(chunks),
      });
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(answer()));
      response.on('error', (error) => resolve({ ...answer(), error }));
    });
    request.end(body);
  });
}

/** Writes text to a raw connection and gives back all that comes until the server closes it. */
export function talk(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket.on('end', () => resolve(received));
    socket.on('error', reject);
  });
}

/** The tags of a verdict, in order. */
export function risksOf({ liveness }: AnswerBody): string[] {
  return liveness.warnings.map(({ risk }) => risk);
}
