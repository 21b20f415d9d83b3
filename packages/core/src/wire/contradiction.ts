import type { DetectedFaces } from './faces.js';
import type { LivenessWarning } from './warning.js';
import { alwaysDeclines } from './warning-tags.js';

/** A way in which an answer that says `Approved` speaks against itself. */
export type Contradiction = 'auto-decline-tag' | 'error-warning' | 'no-face' | 'no-score' | 'no-age';

/** What an approval rests on. What an endpoint does not have is left out; what it has, but empty, contradicts. */
export interface Evidence {
  readonly warnings: readonly LivenessWarning[];
  readonly pictures?: readonly DetectedFaces[];
  readonly score?: number | null;
  readonly age?: number | null;
}

/** Every way in which this speaks against an `Approved`. */
export function contradictionsOf({ warnings, pictures = [], score, age }: Evidence): readonly Contradiction[] {
  const found: Contradiction[] = [];
  if (warnings.some(({ risk }) => alwaysDeclines(risk))) found.push('auto-decline-tag');
  if (warnings.some(({ logType }) => logType === 'error')) found.push('error-warning');
  if (pictures.some(({ entities }) => entities.length === 0)) found.push('no-face');
  if (score === null) found.push('no-score');
  if (age === null) found.push('no-age');
  return Object.freeze(found);
}

/** The status as far as the rest of the answer bears it out: a contradicted `Approved` is `Declined`. */
export function settleStatus<Status extends string>(
  status: Status,
  evidence: Evidence,
): { readonly status: Status | 'Declined'; readonly contradictions: readonly Contradiction[] } {
  const contradictions = status === 'Approved' ? contradictionsOf(evidence) : Object.freeze([]);
  return { status: contradictions.length > 0 ? 'Declined' : status, contradictions };
}
