import { type Contradiction, settleStatus } from './contradiction.js';
import {
  decodeBoolean,
  decodeJson,
  decodeList,
  decodeNullable,
  decodeNumber,
  decodeObject,
  decodePercentage,
  member,
  UndecodableError,
} from './decoding.js';
import { decodeDetectedFaces, type DetectedFaces, type WireFaces } from './faces.js';
import { type AnswerFrame, decodeFrame, stringOrNull, type WireFrame, type WirePictureFields } from './frame.js';
import { withHidden } from './hidden.js';
import { decodeStatus, type VerdictStatus } from './verdict.js';
import { decodeWarning, type LivenessWarning, type WireWarning } from './warning.js';

/** One face that was found, as the API spells it. */
export interface WireFaceSearchMatch {
  session_id: string | null;
  session_number: number | null;
  /** 0 to 100. */
  similarity_percentage: number;
  source: string;
  vendor_data: string | null;
  verification_date: string | null;
  user_details: { full_name?: string | null; document_type?: string | null; document_number?: string | null } | null;
  match_image_url: string | null;
  status: string | null;
  is_blocklisted: boolean;
  is_allowlisted: boolean;
  api_service: string | null;
}

/**
 * Body of a 200 answer of `POST /v3/face-search/` as the API spells it.
 *
 * Source: the OpenAPI document at https://github.com/api-evangelist/didit (read 2026-11-22).
 */
export interface WireFaceSearchResponse extends WireFrame {
  face_search: {
    status: string;
    total_matches: number;
    matches: WireFaceSearchMatch[];
    user_image: WireFaces;
    warnings: WireWarning[];
  };
}

/** The text fields of the request form, by their names on the wire. */
export interface WireFaceSearchFields extends WirePictureFields {
  search_type?: 'most_similar' | 'blocklisted_or_approved';
}

/** Who a found face belongs to, as far as Didit knows; each is null when it does not. */
export interface MatchedPerson {
  readonly fullName: string | null;
  readonly documentType: string | null;
  readonly documentNumber: string | null;
}

/** One face that was found. */
export interface FaceSearchMatch {
  readonly sessionId: string | null;
  readonly sessionNumber: number | null;
  /** 0 to 100, higher is more alike. */
  readonly similarityPercentage: number;
  /** `session`, `imported` or `list_entry`. */
  readonly source: string | null;
  readonly vendorData: string | null;
  readonly verificationDate: string | null;
  readonly status: string | null;
  /** Null when the answer does not say. */
  readonly isBlocklisted: boolean | null;
  /** Null when the answer does not say. */
  readonly isAllowlisted: boolean | null;
  readonly apiService: string | null;
  /** Somebody's name and document; read it by name, nothing prints it. */
  readonly userDetails: MatchedPerson | null;
  /** Signed by Didit and short-lived; read it by name, nothing prints it. */
  readonly matchImageUrl: string | null;
}

/** Which known faces are like this one. Didit declines on its block list, and on nothing else. */
export interface FaceSearchVerdict {
  readonly status: VerdictStatus;
  /** May be more than the matches that are listed. */
  readonly totalMatches: number;
  readonly matches: readonly FaceSearchMatch[];
  readonly userImage: DetectedFaces;
  readonly warnings: readonly LivenessWarning[];
  /** Why an answer that said `Approved` is taken as `Declined`; empty for every other verdict. */
  readonly contradictions: readonly Contradiction[];
}

/** Answer of {@link FaceSearch.search}, by our names. */
export interface FaceSearchResponse extends AnswerFrame {
  readonly faceSearch: FaceSearchVerdict;
}

/**
 * The body of a 200 answer, decoded. Total: whatever the bytes, there is a response or the one error.
 *
 * @throws {@link UndecodableError}
 */
export function decodeFaceSearch(body: Uint8Array): FaceSearchResponse {
  const answer = decodeObject(decodeJson(body), 'the body');
  const { requestId, ...echo } = decodeFrame(answer);
  const faceSearch = decodeSearchVerdict(member(answer, 'face_search'), 'face_search');
  return Object.freeze({ requestId, faceSearch, ...echo });
}

function decodeSearchVerdict(value: unknown, path: string): FaceSearchVerdict {
  const search = decodeObject(value, path);
  const totalMatches = decodeCount(member(search, 'total_matches'), `${path}.total_matches`);
  const matches = decodeList(member(search, 'matches'), `${path}.matches`, decodeMatch);
  const userImage = decodeDetectedFaces(member(search, 'user_image'), `${path}.user_image`);
  const warnings = decodeList(member(search, 'warnings'), `${path}.warnings`, decodeWarning);
  const status = decodeStatus(member(search, 'status'), `${path}.status`);
  const settled = settleStatus(status, { warnings, pictures: [userImage] });
  return Object.freeze({ ...settled, totalMatches, matches, userImage, warnings });
}

function decodeMatch(value: unknown, path: string): FaceSearchMatch {
  const match = decodeObject(value, path);
  const text = (name: string) => stringOrNull(member(match, name));
  const flag = (name: string) => decodeNullable(member(match, name), `${path}.${name}`, decodeBoolean);
  const shown = {
    sessionId: text('session_id'),
    sessionNumber: decodeNullable(member(match, 'session_number'), `${path}.session_number`, decodeNumber),
    similarityPercentage: decodePercentage(member(match, 'similarity_percentage'), `${path}.similarity_percentage`),
    source: text('source'),
    vendorData: text('vendor_data'),
    verificationDate: text('verification_date'),
    status: text('status'),
    isBlocklisted: flag('is_blocklisted'),
    isAllowlisted: flag('is_allowlisted'),
    apiService: text('api_service'),
  };
  const userDetails = decodeNullable(member(match, 'user_details'), `${path}.user_details`, decodePerson);
  return withHidden(shown, { userDetails, matchImageUrl: text('match_image_url') });
}

function decodePerson(value: unknown, path: string): MatchedPerson {
  const person = decodeObject(value, path);
  return Object.freeze({
    fullName: stringOrNull(member(person, 'full_name')),
    documentType: stringOrNull(member(person, 'document_type')),
    documentNumber: stringOrNull(member(person, 'document_number')),
  });
}

function decodeCount(value: unknown, path: string): number {
  const count = decodeNumber(value, path);
  if (!Number.isInteger(count) || count < 0) throw new UndecodableError(path, 'a whole number from 0');
  return count;
}
