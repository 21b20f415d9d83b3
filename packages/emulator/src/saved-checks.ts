import type { WirePassiveLivenessResponse } from '@didit-liveness/core';
import { setBounded } from './bounded.js';

/** A check that was saved because `save_api_request` was true. */
export interface SavedCheck {
  readonly sessionNumber: number;
  readonly vendorData: string | null;
  readonly metadata: Record<string, unknown> | null;
  readonly body: WirePassiveLivenessResponse;
}

/** Saved checks and the index of the faces in them. */
export interface SavedChecks {
  /** Saves a check; an approved one with a face is found by later searches. */
  add(faceId: string, check: Omit<SavedCheck, 'sessionNumber'>): void;
  /** The saved check with this `request_id`. */
  get(requestId: string): SavedCheck | undefined;
  /** An approved check of the same face that another user made; checks under the same `vendor_data` are left out. */
  findOther(faceId: string, vendorData: string | null): SavedCheck | undefined;
}

/** With two users known for a face, any third one finds another, so more need not be kept. */
const MAX_USERS_PER_FACE = 2;

const FIRST_SESSION_NUMBER = 1001;

/** Makes an empty store that keeps the newest 100,000 checks. */
export function createSavedChecks(): SavedChecks {
  const checks = new Map<string, SavedCheck>();
  const faces = new Map<string, readonly SavedCheck[]>();
  let nextNumber = FIRST_SESSION_NUMBER;
  return {
    add(faceId, check) {
      const saved = { ...check, sessionNumber: nextNumber++ };
      setBounded(checks, check.body.request_id, saved);
      const users = faces.get(faceId) ?? [];
      if (isSearchable(saved) && users.length < MAX_USERS_PER_FACE && !users.some((user) => isSameUser(user, saved))) {
        setBounded(faces, faceId, [...users, saved]);
      }
    },
    get: (requestId) => checks.get(requestId),
    findOther: (faceId, vendorData) => faces.get(faceId)?.find((user) => !isExcluded(user, vendorData)),
  };
}

function isSearchable({ body }: SavedCheck): boolean {
  return body.liveness.status === 'Approved' && body.liveness.user_image.entities.length > 0;
}

function isSameUser(left: SavedCheck, right: SavedCheck): boolean {
  return left.vendorData === right.vendorData;
}

/** Absent `vendor_data` names nobody, so it excludes nothing. */
function isExcluded(user: SavedCheck, vendorData: string | null): boolean {
  return vendorData !== null && user.vendorData === vendorData;
}
