import type { Answer } from './answer.js';
import { json } from './answer.js';
import type { ApiRequest } from './api-request.js';

/** The members of a JSON body. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A body that is a JSON object, or the answer that refuses it. */
export type JsonBody =
  | { readonly kind: 'object'; readonly value: JsonObject }
  | { readonly kind: 'refused'; readonly answer: Answer };

/** Reads the body of an endpoint that takes JSON; anything else gets the 415 or the 400 of Django REST framework. */
export function readJsonBody({ contentType, body }: ApiRequest): JsonBody {
  if (!/^application\/json\b/iu.test(contentType)) {
    return { kind: 'refused', answer: json(415, { detail: `Unsupported media type "${contentType}" in request.` }) };
  }
  const value = parseJson(body);
  if (value === undefined) {
    return { kind: 'refused', answer: json(400, { detail: 'JSON parse error - the body is not JSON.' }) };
  }
  return isJsonObject(value)
    ? { kind: 'object', value }
    : { kind: 'refused', answer: json(400, { non_field_errors: ['Invalid data. Expected a dictionary.'] }) };
}

/** The object in a body, undefined when it holds anything else. */
export function parseJsonObject(body: Buffer): JsonObject | undefined {
  const value = parseJson(body);
  return isJsonObject(value) ? value : undefined;
}

/** Whether the value is what JSON calls an object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** No JSON text means undefined, so that is what stands for a text that is not JSON. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
