import {
  anObjectOf,
  aPercentage,
  aString,
  checkOptions,
  invalidOption,
  type JsonSchema,
  objectSchema,
  type OptionChecks,
  oneOf,
  orNull,
} from '../options.js';
import { isAutoDeclineRisk, WARNING_TAGS } from '../wire/warning-tags.js';
import type { Action, LowerLimits, LuminanceLimits, PolicyOptions, WarningActions } from './policy.js';
import { PRESETS } from './presets.js';

const ACTIONS: readonly Action[] = ['approve', 'review', 'decline'];
const limit = orNull(aPercentage);
const action = oneOf(ACTIONS);

const LOWER_LIMIT_CHECKS: OptionChecks<LowerLimits> = { declineAtOrBelow: limit, reviewAtOrBelow: limit };

const LUMINANCE_CHECKS: OptionChecks<LuminanceLimits> = {
  declineBelow: limit,
  declineAbove: limit,
  reviewBelow: limit,
  reviewAbove: limit,
};

const WARNING_CHECKS = Object.fromEntries(
  Object.keys(WARNING_TAGS).map((risk) => [
    risk,
    isAutoDeclineRisk(risk) ? { ...oneOf(['decline']), allowed: "'decline': Didit always declines on it" } : action,
  ]),
) as OptionChecks<WarningActions>; // One entry per tag of the catalogue, which is what WarningActions ranges over.

const CHECKS: OptionChecks<PolicyOptions> = {
  extends: oneOf(Object.keys(PRESETS)),
  score: anObjectOf(LOWER_LIMIT_CHECKS),
  faceQuality: anObjectOf(LOWER_LIMIT_CHECKS),
  faceLuminance: anObjectOf(LUMINANCE_CHECKS),
  faceMatch: anObjectOf(LOWER_LIMIT_CHECKS),
  warnings: anObjectOf(WARNING_CHECKS),
  unknownWarning: action,
  unknownInformation: action,
  $schema: aString,
};

/**
 * The JSON Schema of a policy file, from the same checks that {@link definePolicy} makes. What a schema cannot say (that
 * a limit to review is not below the limit to decline) is left to {@link definePolicy}. Published with this package as
 * `@didit-liveness/core/policy.schema.json`.
 */
export function policyJsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Policy of didit-liveness',
    description: 'What to make of a verdict of Didit. What is left out comes from the preset.',
    ...objectSchema(CHECKS),
  };
}

/** A copy without what is undefined. @throws {@link InvalidOptionError} */
export function checkPolicyOptions(path: string, options: PolicyOptions): PolicyOptions {
  const checked = checkOptions(path, options, CHECKS);
  const { score = {}, faceQuality = {}, faceLuminance = {}, faceMatch = {}, warnings = {} } = checked;
  checkLowerLimits(`${path}.score`, score);
  checkLowerLimits(`${path}.faceQuality`, faceQuality);
  checkLowerLimits(`${path}.faceMatch`, faceMatch);
  checkLuminance(`${path}.faceLuminance`, faceLuminance);
  checkOptions(`${path}.warnings`, warnings, WARNING_CHECKS);
  return checked;
}

function checkLowerLimits(path: string, limits: LowerLimits): void {
  requireOrder(path, checkOptions(path, limits, LOWER_LIMIT_CHECKS), ['declineAtOrBelow', 'reviewAtOrBelow']);
}

function checkLuminance(path: string, luminance: LuminanceLimits): void {
  const limits = checkOptions(path, luminance, LUMINANCE_CHECKS);
  requireOrder(path, limits, ['declineBelow', 'reviewBelow']);
  requireOrder(path, limits, ['reviewAbove', 'declineAbove']);
}

/** @throws {@link InvalidOptionError} when both limits are set and the first is the higher one */
export function requireOrder(
  path: string,
  limits: Readonly<Partial<Record<LimitName, number | null>>>,
  [lower, upper]: readonly [LimitName, LimitName],
): void {
  const low = limits[lower];
  const high = limits[upper];
  if (typeof low !== 'number' || typeof high !== 'number' || low <= high) return;
  throw invalidOption(`${path}.${upper}`, high, { allowed: `${low} (${lower}) or more` });
}

type LimitName = keyof LowerLimits | keyof LuminanceLimits;
