import { setBounded } from './bounded.js';
import type { DecisionSteps } from './decision-body.js';

/** A check that was saved because `save_api_request` was true. */
export interface SavedCheck {
  /** The `request_id` of the answer. */
  readonly sessionId: string;
  readonly sessionNumber: number;
  readonly status: string;
  readonly steps: DecisionSteps;
  readonly vendorData: string | null;
  readonly metadata: Record<string, unknown> | null;
  readonly createdAt: string;
}

/** Saved checks and the index of the faces in them. */
export interface SavedChecks {
  /** Saves a check; with a face, later searches find it. */
  add(check: SavedCheck, faceId: string | undefined): void;
  /** The saved check with this `request_id`. */
  get(requestId: string): SavedCheck | undefined;
  /** Forgets a check and its face; says whether searches could find that face. */
  delete(requestId: string): boolean;
  /** A check of the same face that another user made; checks under the same `vendor_data` are left out. */
  findOther(faceId: string, vendorData: string | null): SavedCheck | undefined;
  /** Up to five checks of the same face, whoever made them. */
  findEnrolled(faceId: string): readonly SavedCheck[];
}

/** Searches name at most five checks, and with two users known for a face any third one finds another. */
const MAX_CHECKS_PER_FACE = 5;

/** Makes an empty store that keeps the newest 100,000 checks. */
export function createSavedChecks(): SavedChecks {
  const checks = new Map<string, SavedCheck>();
  const faces = new Map<string, readonly SavedCheck[]>();
  return {
    add(check, faceId) {
      setBounded(checks, check.sessionId, check);
      if (faceId !== undefined) {
        setBounded(faces, faceId, withCheck(faces.get(faceId) ?? [], check));
      }
    },
    get: (requestId) => checks.get(requestId),
    delete(requestId) {
      checks.delete(requestId);
      const found = [...faces].find(([, users]) => users.some((user) => user.sessionId === requestId));
      if (found !== undefined) {
        const [faceId, users] = found;
        faces.set(
          faceId,
          users.filter((user) => user.sessionId !== requestId),
        );
      }
      return found !== undefined;
    },
    findOther: (faceId, vendorData) => faces.get(faceId)?.find((user) => !isExcluded(user, vendorData)),
    findEnrolled: (faceId) => faces.get(faceId) ?? [],
  };
}

/** A full list takes a check only for the sake of a second user. */
function withCheck(found: readonly SavedCheck[], check: SavedCheck): readonly SavedCheck[] {
  if (found.length < MAX_CHECKS_PER_FACE) {
    return [...found, check];
  }
  const isFirstOther = found.every((other) => other.vendorData === found[0]?.vendorData && !isSameUser(other, check));
  return isFirstOther ? [...found.slice(0, -1), check] : found;
}

function isSameUser(left: SavedCheck, right: SavedCheck): boolean {
  return left.vendorData === right.vendorData;
}

/** Absent `vendor_data` names nobody, so it excludes nothing. */
function isExcluded(user: SavedCheck, vendorData: string | null): boolean {
  return vendorData !== null && user.vendorData === vendorData;
}
