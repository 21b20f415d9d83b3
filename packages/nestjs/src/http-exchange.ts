import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { EarlierBody, EarlierParse } from '@didit-liveness/upload';
import type { ExecutionContext } from '@nestjs/common';

/** A request and its answer, as Node has them and as the framework does. On Express the two are the same. */
export interface HttpExchange {
  readonly request: object;
  readonly rawRequest: IncomingMessage | Http2ServerRequest;
  readonly response: object;
  readonly rawResponse: ServerResponse | Http2ServerResponse;
}

/**
 * The exchange behind a context.
 *
 * @param purpose - how the message begins where there is none
 * @throws TypeError on handlers that are not reached by HTTP: a guard that cannot guard must not let through
 */
export function exchangeOf(context: ExecutionContext, purpose: string = GUARD): HttpExchange {
  const type = context.getType<string>();
  const place = `${purpose} ${context.getClass().name}.${context.getHandler().name}: it`;
  const advice = purpose === GUARD ? ' Use LivenessService.check() in the handler instead.' : '';
  if (type !== 'http') throw new TypeError(`${place} is reached by ${type}, not by HTTP.${advice}`);
  const request = context.switchToHttp().getRequest<object>();
  const response = context.switchToHttp().getResponse<object>();
  const rawRequest = rawOf(request);
  const rawResponse = rawOf(response);
  if (!isNodeRequest(rawRequest) || !isNodeResponse(rawResponse)) {
    throw new TypeError(`${place} has no Node request behind it.${advice}`);
  }
  return { request, rawRequest, response, rawResponse };
}

const GUARD = '@LivenessGuard() cannot guard';

function rawOf(value: object): unknown {
  return 'raw' in value ? value.raw : value;
}

function isNodeRequest(value: unknown): value is IncomingMessage | Http2ServerRequest {
  return typeof value === 'object' && value !== null && 'headers' in value && 'readableEnded' in value;
}

function isNodeResponse(value: unknown): value is ServerResponse | Http2ServerResponse {
  return typeof value === 'object' && value !== null && 'writableEnded' in value && 'once' in value;
}

/**
 * What a parser before the guard left: `file`, `files` and `body` on the request of the framework, or the form that
 * @fastify/multipart attaches as body.
 */
export function earlierParseOf({ request, rawRequest }: HttpExchange, field: string): EarlierParse {
  // A middleware on Fastify got Node's own request, and left its traces there.
  const onNode = tracesOn(rawRequest);
  if (request === rawRequest || Object.keys(onNode).length > 0) return onNode;
  const onFramework = tracesOn(request);
  const { file, files, body } = onFramework;
  const isAttached = !file && !files && rawRequest.readableDidRead && isMultipart(rawRequest);
  return isAttached && body ? splitAttachedForm(body, field) : onFramework;
}

/** What a body parser left: Nest's own with `rawBody: true` the bytes, else the object that it made of them. */
export function earlierBodyOf({ request, rawRequest }: HttpExchange): EarlierBody {
  const left = (name: string): unknown => Reflect.get(request, name) ?? Reflect.get(rawRequest, name);
  return { rawBody: left('rawBody'), body: left('body') };
}

/** What parsers leave on a request; functions of these names are the methods of @fastify/multipart. */
function tracesOn(request: object): { readonly [Name in keyof EarlierParse]?: object } {
  const traces = ['file', 'files', 'body'].map((name) => [name, Reflect.get(request, name) as unknown] as const);
  return Object.fromEntries(traces.filter(([, trace]) => isObject(trace)));
}

/**
 * A form that @fastify/multipart read with `attachFieldsToBody`: parts, or with `'keyValues'` their values. The picture
 * goes to `files`, where multer would have put it.
 */
function splitAttachedForm(body: object, field: string): EarlierParse {
  const parts = Object.entries(body).flatMap(([name, entry]) =>
    (Array.isArray(entry) ? entry : [entry]).map((part: unknown) => [name, part] as const),
  );
  const files = parts.flatMap(([name, part]) => {
    const buffer = bufferOf(part);
    return buffer && name === field ? [{ fieldname: name, buffer, size: buffer.length }] : [];
  });
  const texts = parts.filter(([, part]) => !bufferOf(part)).map(([name, part]) => [name, textOf(part)] as const);
  return { files, body: Object.fromEntries(texts) };
}

function bufferOf(part: unknown): Buffer | undefined {
  if (Buffer.isBuffer(part)) return part;
  const attached: unknown = isObject(part) ? Reflect.get(part, '_buf') : undefined;
  return Buffer.isBuffer(attached) ? attached : undefined;
}

function textOf(part: unknown): unknown {
  return isObject(part) && 'value' in part ? part.value : part;
}

/**
 * Makes a request whose form was read look like one without a form, so that a file interceptor left on the route finds
 * nothing to parse; it would wait for bytes that are gone. `rawHeaders` still has what the client sent.
 */
export function hideForm({ request, rawRequest }: HttpExchange): void {
  if (!isMultipart(rawRequest)) return;
  // Multer, behind the interceptors of platform-express, asks the header.
  rawRequest.headers['content-type'] = 'application/x-form-already-read';
  // The interceptors of platform-fastify ask the plugin.
  if ('isMultipart' in request) Object.defineProperty(request, 'isMultipart', { value: () => false });
}

function isMultipart({ headers }: HttpExchange['rawRequest']): boolean {
  return /^multipart\//i.test(headers['content-type'] ?? '');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
