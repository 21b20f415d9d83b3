import type { IncomingMessage, Server } from 'node:http';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Answer } from './answer.js';
import { json } from './answer.js';
import { isSandboxKey } from './api-key.js';
import type { ApiRequest } from './api-request.js';
import { apiKeyOf, pathOf, toApiRequest } from './api-request.js';
import type { EmulatorCall, EmulatorCallImage } from './call-log.js';
import type { Exchange } from './deliver.js';
import { deliver, deliverEarly, runLater, sentStatus } from './deliver.js';
import { earlyRefusal } from './fault-scenarios.js';
import type { EndpointName } from './endpoint-names.js';
import { isPictureEndpoint } from './endpoint-names.js';
import { isApiPath } from './paths.js';
import type { UploadedFile } from './form.js';
import { BODY_LIMIT_BYTES, readBody } from './request-body.js';
import { answerRequest, endpointOf } from './routes.js';
import type { ScenarioName } from './scenario-names.js';
import type { State } from './state.js';

/** Header of every answer. */
const MARK = 'x-didit-emulator';

/** The one scenario that plays before the body was read. */
const EARLY: ScenarioName = 'early-401';

/** A pooled connection that rests between two tests should not be closed under the client's hands. */
const KEEP_ALIVE_MS = 60_000;

/** Status lines for what is not HTTP, by the code of Node's error; anything else is a plain 400. */
const GARBAGE_STATUS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Makes the server; it does not listen yet. */
export function makeServer(state: State): Server {
  // Node answers a missing Host header and an unknown expectation by itself, without our header.
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requireHostHeader: false });
  const listener = (request: Exchange['request'], response: Exchange['response']): void => {
    response.setHeader(MARK, '1');
    serve({ request, response }, state).catch((error: unknown) => {
      failVisibly(response, error);
    });
  };
  server.on('request', listener);
  server.on('checkExpectation', listener);
  server.on('clientError', refuseGarbage);
  return server;
}

async function serve(exchange: Exchange, state: State): Promise<void> {
  const { request } = exchange;
  const endpoint = scriptedEndpoint(request);
  if (endpoint !== undefined && state.queue.peek(endpoint) === EARLY) {
    state.queue.take(endpoint);
    deliverEarly(exchange, earlyRefusal());
    return;
  }
  const body = await readBody(request, earlyMarker(endpoint, state));
  switch (body.kind) {
    case 'complete':
      return answerComplete(exchange, body.bytes, state);
    case 'too-large':
      return deliverEarly(exchange, tooLarge());
    case 'stopped':
      return deliverEarly(exchange, earlyRefusal());
    case 'aborted':
      return undefined;
    default:
      return body satisfies never;
  }
}

async function answerComplete({ request, response }: Exchange, bytes: Buffer, state: State): Promise<void> {
  const apiRequest = await toApiRequest(request, bytes);
  const answer = answerRequest(apiRequest, state);
  if (!isApiPath(apiRequest.path)) {
    deliver(response, answer);
    return;
  }
  state.calls.add(toCall(apiRequest, answer));
  runLater(response, state.options.latencyMs, () => {
    deliver(response, answer);
  });
}

function toCall({ path, form, method }: ApiRequest, answer: Answer): EmulatorCall {
  return {
    path,
    // Somebody may send a password as a form by mistake.
    fields: path.startsWith('/auth/') ? {} : Object.fromEntries(form.fields),
    image: toCallImage(form.files.get('user_image')),
    ...(endpointOf(method, path) === 'face-match' ? { refImage: toCallImage(form.files.get('ref_image')) } : {}),
    status: sentStatus(answer),
    billed: answer.billed,
  };
}

function toCallImage(file: UploadedFile | undefined): EmulatorCallImage | null {
  return file === undefined
    ? null
    : { sha256: file.sha256, bytes: file.bytes.length, filename: file.filename, contentType: file.contentType };
}

/** The endpoint whose answer may come from a script; undefined for a key whose checks are always approved. */
function scriptedEndpoint(request: IncomingMessage): EndpointName | undefined {
  const endpoint = endpointOf(request.method ?? 'GET', pathOf(request));
  const isAlwaysApproved = endpoint !== undefined && isPictureEndpoint(endpoint) && isSandboxKey(apiKeyOf(request));
  return isAlwaysApproved ? undefined : endpoint;
}

/** A picture can ask for the early answer too, unless the queue has another. */
function earlyMarker(endpoint: EndpointName | undefined, { queue }: State): string | undefined {
  const isFree = endpoint !== undefined && isPictureEndpoint(endpoint) && queue.peek(endpoint) === undefined;
  return isFree ? `didit-scenario=${EARLY}` : undefined;
}

function tooLarge(): Answer {
  return json(413, { detail: `emulator: a request body may have at most ${BODY_LIMIT_BYTES} bytes.` });
}

/** A mistake in the emulator shows in the answer and does not end the process that runs the tests. */
function failVisibly(response: Exchange['response'], error: unknown): void {
  if (response.headersSent) {
    response.destroy();
  } else {
    deliver(response, json(500, { detail: `emulator: ${String(error)}` }));
  }
}

/** What Node cannot parse never becomes a request, so the answer is written by hand. */
function refuseGarbage(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const status = GARBAGE_STATUS[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\n${MARK}: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
