import * as fc from 'fast-check';
import type { PolicyOptions } from '../../src/policy/policy.js';
import { AUTO_DECLINE_TAGS, KNOWN_TAGS, percentage } from './verdicts.js';

export const ACTIONS = ['approve', 'review', 'decline'] as const;
export const PRESET_NAMES = ['strict', 'balanced', 'lenient'] as const;

const action = fc.constantFrom(...ACTIONS);

/** A limit that may be written down: nothing between 0 and 1, where somebody thought of a fraction. */
const limit = percentage.filter((value) => value === 0 || value >= 1);

/** `count` limits, each no higher than the next, any of them taken away. */
function limitsInOrder(count: number): fc.Arbitrary<readonly (number | null)[]> {
  const values = fc.array(limit, { minLength: count, maxLength: count }).map((list) => list.sort((a, b) => a - b));
  const kept = fc.array(fc.boolean(), { minLength: count, maxLength: count });
  return fc.tuple(values, kept).map(([list, keep]) => list.map((value, index) => (keep[index] ? value : null)));
}

const lowerLimits = limitsInOrder(2).map(([declineAtOrBelow = null, reviewAtOrBelow = null]) => ({
  declineAtOrBelow,
  reviewAtOrBelow,
}));

const luminanceLimits = limitsInOrder(4).map(
  ([declineBelow = null, reviewBelow = null, reviewAbove = null, declineAbove = null]) => ({
    declineBelow,
    reviewBelow,
    reviewAbove,
    declineAbove,
  }),
);

const warnings = fc
  .dictionary(fc.constantFrom(...KNOWN_TAGS), action, { maxKeys: 6 })
  .map((actions) =>
    Object.fromEntries(
      Object.entries(actions).map(([risk, one]) => [risk, AUTO_DECLINE_TAGS.includes(risk) ? 'decline' : one]),
    ),
  );

/** Any policy that can be written down and is accepted. */
export const anyPolicyOptions: fc.Arbitrary<PolicyOptions> = fc.record(
  {
    extends: fc.constantFrom(...PRESET_NAMES),
    score: lowerLimits,
    faceQuality: lowerLimits,
    faceLuminance: luminanceLimits,
    faceMatch: lowerLimits,
    warnings,
    unknownWarning: action,
    unknownInformation: action,
  },
  { requiredKeys: [] },
);
