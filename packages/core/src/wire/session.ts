import { type Contradiction, settleStatus } from './contradiction.js';
import {
  decodeList,
  decodeNullable,
  decodeNumber,
  decodeObject,
  decodePercentage,
  decodeString,
  member,
  UndecodableError,
  type WireObject,
} from './decoding.js';
import { objectOrNull, stringOrNull } from './frame.js';
import { withHidden } from './hidden.js';
import type { CheckVerdict } from './verdict.js';
import { decodeWarning, type LivenessWarning } from './warning.js';

/** How the liveness of a person in front of the camera was tested. */
export type LivenessMethod = 'PASSIVE' | 'ACTIVE_3D' | 'FLASHING';

/** The liveness step of a session; a policy judges it like the verdict on a selfie. */
export interface SessionLivenessCheck extends CheckVerdict {
  readonly nodeId: string | null;
  /** Only `Approved` is a pass. May be a status that this version does not know. */
  readonly status: string;
  readonly method: LivenessMethod;
  /** Only of the method `PASSIVE`. */
  readonly faceQuality: number | null;
  /** Only of the method `PASSIVE`. */
  readonly faceLuminance: number | null;
  /** Signed by Didit and short-lived; read it by name, nothing prints it. Null for a key without access to media. */
  readonly referenceImageUrl: string | null;
  /** Signed by Didit and short-lived; read it by name, nothing prints it. Null for a key without access to media. */
  readonly videoUrl: string | null;
}

/** The step of a session that compares two faces. */
export interface SessionFaceMatch {
  readonly nodeId: string | null;
  /** Only `Approved` is a pass. May be a status that this version does not know. */
  readonly status: string;
  /** 0 to 100, higher is more alike; of an `Approved` never null. */
  readonly score: number | null;
  readonly warnings: readonly LivenessWarning[];
  /** Why an answer that said `Approved` is taken as `Declined`; empty for every other verdict. */
  readonly contradictions: readonly Contradiction[];
  readonly sourceImageSessionId: string | null;
  /** Signed by Didit and short-lived; read it by name, nothing prints it. */
  readonly sourceImageUrl: string | null;
  /** Signed by Didit and short-lived; read it by name, nothing prints it. */
  readonly targetImageUrl: string | null;
}

/** What came of a session, as far as liveness goes; documents and contact details are left out. */
export interface SessionDecision {
  readonly sessionId: string;
  readonly sessionNumber: number | null;
  /** `user` or `business`. */
  readonly sessionKind: string | null;
  /** Decides over the session; see {@link SESSION_STATUSES}. May be one that this version does not know. */
  readonly status: string;
  /** `live` or `sandbox`; in a sandbox every outcome is made up. */
  readonly environment: string | null;
  readonly workflowId: string | null;
  readonly features: readonly string[];
  /** Echo of the request. */
  readonly vendorData: string | null;
  /** Echo of the request. */
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly callback: string | null;
  /** Null until the step gave something. */
  readonly livenessChecks: readonly SessionLivenessCheck[] | null;
  /** Null until the step gave something. */
  readonly faceMatches: readonly SessionFaceMatch[] | null;
  /** ISO 8601 by Didit's clock. A gate tells the age of a session by it. */
  readonly createdAt: string | null;
  /** ISO 8601 by Didit's clock; information only. */
  readonly expiresAt: string | null;
}

/**
 * What came of a session: the body of `GET /v3/session/{id}/decision/`. A webhook brings its `decision` in another frame,
 * and as it is: to judge it, read the decision of its `sessionId`.
 *
 * Source: the OpenAPI document at https://github.com/api-evangelist/didit (read 2026-11-22).
 *
 * @throws {@link UndecodableError}
 */
export function decodeSessionDecision(value: unknown, path: string): SessionDecision {
  const decision = decodeObject(value, path);
  const at = (name: string) => `${path}.${name}`;
  const list = <Entry>(name: string, decode: (entry: unknown, path: string) => Entry) =>
    decodeNullable(member(decision, name), at(name), (entries) => decodeList(entries, at(name), decode));
  return Object.freeze({
    sessionId: decodeString(member(decision, 'session_id'), at('session_id')),
    sessionKind: stringOrNull(member(decision, 'session_kind')),
    status: decodeString(member(decision, 'status'), at('status')),
    workflowId: stringOrNull(member(decision, 'workflow_id')),
    features: featuresOf(member(decision, 'features')),
    livenessChecks: list('liveness_checks', decodeLivenessCheck),
    faceMatches: list('face_matches', decodeSessionFaceMatch),
    ...decodeSurroundings(decision, path),
  });
}

function decodeSurroundings(decision: WireObject, path: string) {
  return {
    sessionNumber: decodeNullable(member(decision, 'session_number'), `${path}.session_number`, decodeNumber),
    environment: stringOrNull(member(decision, 'environment')),
    vendorData: stringOrNull(member(decision, 'vendor_data')),
    metadata: objectOrNull(member(decision, 'metadata')),
    callback: stringOrNull(member(decision, 'callback')),
    createdAt: stringOrNull(member(decision, 'created_at')),
    expiresAt: stringOrNull(member(decision, 'expires_at')),
  };
}

/** The names in the list; a list of another shape names none. */
function featuresOf(value: unknown): readonly string[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  return Object.freeze(entries.filter((entry) => typeof entry === 'string'));
}

function decodeLivenessCheck(value: unknown, path: string): SessionLivenessCheck {
  const check = decodeObject(value, path);
  const step = decodeStep(check, path);
  const percentage = (name: string) => decodeNullable(member(check, name), `${path}.${name}`, decodePercentage);
  const media = {
    referenceImageUrl: stringOrNull(member(check, 'reference_image')),
    videoUrl: stringOrNull(member(check, 'video_url')),
  };
  return withHidden(
    {
      ...step,
      method: decodeMethod(member(check, 'method'), `${path}.method`),
      faceQuality: percentage('face_quality'),
      faceLuminance: percentage('face_luminance'),
    },
    media,
  );
}

function decodeSessionFaceMatch(value: unknown, path: string): SessionFaceMatch {
  const match = decodeObject(value, path);
  const sourceImageSessionId = stringOrNull(member(match, 'source_image_session_id'));
  const media = {
    sourceImageUrl: stringOrNull(member(match, 'source_image')),
    targetImageUrl: stringOrNull(member(match, 'target_image')),
  };
  return withHidden({ ...decodeStep(match, path), sourceImageSessionId }, media);
}

/** What every step of a session says. */
function decodeStep(step: WireObject, path: string) {
  const score = decodeNullable(member(step, 'score'), `${path}.score`, decodePercentage);
  const warnings = decodeList(member(step, 'warnings'), `${path}.warnings`, decodeWarning);
  const status = decodeString(member(step, 'status'), `${path}.status`);
  return {
    nodeId: stringOrNull(member(step, 'node_id')),
    ...settleStatus(status, { warnings, score }),
    score,
    warnings,
  };
}

/** Sources differ in the case of the method. */
function decodeMethod(value: unknown, path: string): LivenessMethod {
  const method = typeof value === 'string' ? value.toUpperCase() : undefined;
  if (method === 'PASSIVE' || method === 'ACTIVE_3D' || method === 'FLASHING') return method;
  throw new UndecodableError(path, "'PASSIVE', 'ACTIVE_3D' or 'FLASHING'");
}
