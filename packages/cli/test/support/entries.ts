import type { FinishedEntry } from '../../src/batch/journal-entry.js';

/** What every entry of a record has. */
export const FACTS = { sha256: 'a'.repeat(64), request: '0123456789ab', file: 'a.jpg', at: '2026-11-25T00:00:00.000Z' };

/** The entry of a picture that was answered. */
export const FINISHED: FinishedEntry = {
  type: 'finished',
  ...FACTS,
  outcome: 'approved',
  score: 90,
  reasons: [],
  policyId: 'abc',
  requestId: null,
  paid: true,
  answer: {
    request_id: null,
    created_at: null,
    liveness: {
      status: 'Approved',
      method: 'PASSIVE',
      score: 90,
      user_image: { entities: [], best_angle: 0 },
      warnings: [],
      face_quality: null,
      face_luminance: null,
    },
  },
};
