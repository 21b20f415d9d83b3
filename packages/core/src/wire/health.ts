import { decodeJson, decodeObject, member, UndecodableError } from './decoding.js';

/** Didit says that it works. */
export interface Health {
  readonly status: 'ok';
}

/**
 * The body of a 200 answer of `GET /system/healthcheck`.
 * Source: the OpenAPI document at https://github.com/api-evangelist/didit (read 2026-11-22).
 *
 * @throws {@link UndecodableError} unless it says `ok`
 */
export function decodeHealth(body: Uint8Array): Health {
  const status = member(decodeObject(decodeJson(body), 'the body'), 'status');
  if (status !== 'ok') throw new UndecodableError('status', "'ok'");
  return Object.freeze({ status });
}
