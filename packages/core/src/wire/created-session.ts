import {
  decodeJson,
  decodeNullable,
  decodeNumber,
  decodeObject,
  decodePageUrl,
  decodeString,
  member,
} from './decoding.js';
import { objectOrNull, stringOrNull } from './frame.js';
import { withHidden } from './hidden.js';

/** A session that waits for its person. */
export interface CreatedSession {
  readonly sessionId: string;
  readonly sessionNumber: number | null;
  /** Usually `Not Started`; an unfinished session of the same `vendorData` is used again, and may be further. */
  readonly status: string;
  readonly workflowId: string | null;
  readonly workflowVersion: number | null;
  /** Echo of the request. */
  readonly vendorData: string | null;
  /** Echo of the request. */
  readonly metadata: Readonly<Record<string, unknown>> | null;
  /** Echo of the request. */
  readonly callback: string | null;
  /** Lets whoever has it act as the person; read it by name, nothing prints it. Null for a key that may not have it. */
  readonly sessionToken: string | null;
  /** Where to send the person. Holds the token; read it by name, nothing prints it. Null for a key that may not have it. */
  readonly url: string | null;
}

/**
 * The body of a 201 answer of `POST /v3/session/`.
 * Source: the OpenAPI document at https://github.com/api-evangelist/didit (read 2026-11-22).
 *
 * @throws {@link UndecodableError}
 */
export function decodeCreatedSession(body: Uint8Array): CreatedSession {
  const session = decodeObject(decodeJson(body), 'the body');
  const shown = {
    sessionId: decodeString(member(session, 'session_id'), 'session_id'),
    sessionNumber: decodeNullable(member(session, 'session_number'), 'session_number', decodeNumber),
    status: decodeString(member(session, 'status'), 'status'),
    workflowId: stringOrNull(member(session, 'workflow_id')),
    workflowVersion: decodeNullable(member(session, 'workflow_version'), 'workflow_version', decodeNumber),
    vendorData: stringOrNull(member(session, 'vendor_data')),
    metadata: objectOrNull(member(session, 'metadata')),
    callback: stringOrNull(member(session, 'callback')),
  };
  return withHidden(shown, {
    sessionToken: stringOrNull(member(session, 'session_token')),
    url: decodeNullable(member(session, 'url'), 'url', decodePageUrl),
  });
}
