import { decodeNullable, decodeNumber, decodeObject, decodeString, member } from './decoding.js';
import { isKnownRisk, WARNING_TAGS, type WireLogType } from './warning-tags.js';

/** One warning as the API spells it. */
export interface WireWarning {
  risk: string;
  /** Missing in answers of early 2026. */
  feature?: string;
  /** Identifiers of the other session for blocklist and duplicate hits, else null. Missing in answers of early 2026. */
  additional_data?: Record<string, unknown> | null;
  log_type: WireLogType;
  short_description?: string;
  long_description?: string;
}

/** Severity of a warning. `error` declines; the others never do on their own. */
export type LogType = 'error' | 'warning' | 'information';

/** Identifiers that come with blocklist and duplicate hits; each is null when the answer does not give it. */
export interface WarningDetails {
  readonly blocklistedSessionId: string | null;
  readonly blocklistedSessionNumber: number | null;
  readonly duplicatedSessionId: string | null;
  readonly duplicatedSessionNumber: number | null;
  readonly apiService: string | null;
}

/** One observation of the API about the picture. */
export interface LivenessWarning {
  /** The tag; branch on this one. May be one that this version does not know. */
  readonly risk: string;
  readonly logType: LogType;
  readonly feature: string | null;
  readonly additionalData: WarningDetails | null;
  /** For people to read; the text may change at any time. */
  readonly shortDescription: string | null;
  readonly longDescription: string | null;
}

/** @throws {@link UndecodableError} */
export function decodeWarning(value: unknown, path: string): LivenessWarning {
  const warning = decodeObject(value, path);
  const risk = decodeString(member(warning, 'risk'), `${path}.risk`);
  return Object.freeze({
    risk,
    logType: decodeLogType(member(warning, 'log_type'), risk),
    feature: decodeNullable(member(warning, 'feature'), `${path}.feature`, decodeString),
    additionalData: decodeNullable(member(warning, 'additional_data'), `${path}.additional_data`, decodeDetails),
    shortDescription: decodeNullable(member(warning, 'short_description'), `${path}.short_description`, decodeString),
    longDescription: decodeNullable(member(warning, 'long_description'), `${path}.long_description`, decodeString),
  });
}

/** A severity that is missing is the documented one of the tag; one that nobody knows is the worst. */
function decodeLogType(value: unknown, risk: string): LogType {
  if (value === 'warning' || value === 'information') return value;
  const isMissing = value === null || value === undefined;
  return isMissing && isKnownRisk(risk) ? WARNING_TAGS[risk].logType : 'error';
}

function decodeDetails(value: unknown, path: string): WarningDetails {
  const details = decodeObject(value, path);
  const text = (name: string) => decodeNullable(member(details, name), `${path}.${name}`, decodeString);
  const number = (name: string) => decodeNullable(member(details, name), `${path}.${name}`, decodeNumber);
  return Object.freeze({
    blocklistedSessionId: text('blocklisted_session_id'),
    blocklistedSessionNumber: number('blocklisted_session_number'),
    duplicatedSessionId: text('duplicated_session_id'),
    duplicatedSessionNumber: number('duplicated_session_number'),
    apiService: text('api_service'),
  });
}
