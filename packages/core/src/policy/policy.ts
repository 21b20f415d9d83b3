import { createHash } from 'node:crypto';
import type { AutoDeclineRisk, KnownRisk } from '../wire/warning-tags.js';
import { checkPolicyOptions, requireOrder } from './checks.js';
import { PRESETS, type PresetName } from './presets.js';

/** What to do; stricter from left to right. */
export type Action = 'approve' | 'review' | 'decline';

/** Limits on a number from 0 to 100, higher is better. `null` takes an inherited limit away. */
export interface LowerLimits {
  /** Decline at this value or below it. */
  readonly declineAtOrBelow?: number | null;
  /** Review at this value or below it. */
  readonly reviewAtOrBelow?: number | null;
}

/** Limits on brightness, 0 (black) to 100 (white). `null` takes an inherited limit away. */
export interface LuminanceLimits {
  /** Decline below this value. */
  readonly declineBelow?: number | null;
  /** Decline above this value. */
  readonly declineAbove?: number | null;
  /** Review below this value. */
  readonly reviewBelow?: number | null;
  /** Review above this value. */
  readonly reviewAbove?: number | null;
}

/** An action per tag. The four tags on which Didit always declines can be named, but not relaxed. */
export type WarningActions = {
  readonly [Risk in KnownRisk]?: Risk extends AutoDeclineRisk ? 'decline' : Action;
};

/** A policy as it is written down. What is left out comes from the preset. Plain JSON. */
export interface PolicyOptions {
  /** For editors: where the JSON Schema of a policy is. Not read. */
  readonly $schema?: string;
  /** The preset to start from. @defaultValue 'balanced' (on a route: the policy of the gate) */
  readonly extends?: PresetName;
  /** On the liveness score. The decline limit is also sent to Didit, whose own default is 30. */
  readonly score?: LowerLimits;
  readonly faceQuality?: LowerLimits;
  readonly faceLuminance?: LuminanceLimits;
  /**
   * On the similarity to a reference picture, where one is compared. The decline limit is also sent to Didit, whose own
   * default of 30 is permissive by its own account.
   */
  readonly faceMatch?: LowerLimits;
  /** For tags that are not named: `information` approves, `warning` reviews. `error` always declines. */
  readonly warnings?: WarningActions;
  /** For a tag that this version does not know, at severity `warning`. @defaultValue 'review' */
  readonly unknownWarning?: Action;
  /** For a tag that this version does not know, at severity `information`. @defaultValue 'approve' */
  readonly unknownInformation?: Action;
}

/** The rules of a compiled policy, complete. */
export interface PolicyRules {
  readonly score: Readonly<Record<keyof LowerLimits, number | null>>;
  readonly faceQuality: Readonly<Record<keyof LowerLimits, number | null>>;
  readonly faceLuminance: Readonly<Record<keyof LuminanceLimits, number | null>>;
  readonly faceMatch: Readonly<Record<keyof LowerLimits, number | null>>;
  readonly warnings: WarningActions;
  readonly unknownWarning: Action;
  readonly unknownInformation: Action;
}

/** A checked, complete and frozen policy. Make one with {@link definePolicy}. */
export interface Policy {
  readonly rules: PolicyRules;
  /** Twelve hexadecimal digits that are the same for the same rules; store it with the decision. */
  readonly policyId: string;
}

const NO_RULES: PolicyRules = {
  score: { declineAtOrBelow: null, reviewAtOrBelow: null },
  faceQuality: { declineAtOrBelow: null, reviewAtOrBelow: null },
  faceLuminance: { declineBelow: null, declineAbove: null, reviewBelow: null, reviewAbove: null },
  faceMatch: { declineAtOrBelow: null, reviewAtOrBelow: null },
  warnings: {},
  unknownWarning: PRESETS.balanced.unknownWarning,
  unknownInformation: PRESETS.balanced.unknownInformation,
};

/**
 * Checks a policy and completes it.
 *
 * @param options - what differs from the preset
 * @throws {@link InvalidOptionError} naming the option, its value and what is allowed
 *
 * @example
 * ```ts
 * import { definePolicy } from '@didit-liveness/core';
 *
 * const policy = definePolicy({ score: { declineAtOrBelow: 50, reviewAtOrBelow: 80 } });
 * ```
 */
export function definePolicy(options: PolicyOptions = {}): Policy {
  return extendPolicy(undefined, options);
}

/**
 * `options` laid over `base`, option by option. With `extends` the preset takes the place of `base`.
 *
 * @throws {@link InvalidOptionError}
 */
export function extendPolicy(base: Policy | undefined, options: PolicyOptions, path = 'policy'): Policy {
  const checked = checkPolicyOptions(path, options);
  const start = base && checked.extends === undefined ? base.rules : rulesOf(checked.extends ?? 'balanced');
  const rules = layOver(start, checked);
  for (const lower of ['declineBelow', 'reviewBelow'] as const) {
    for (const upper of ['reviewAbove', 'declineAbove'] as const) {
      requireOrder(`${path}.faceLuminance`, rules.faceLuminance, [lower, upper]);
    }
  }
  return compile(rules);
}

/** True for what {@link definePolicy} made. */
export function isPolicy(value: PolicyOptions | Policy): value is Policy {
  return BRAND in value;
}

/** A symbol that every copy of this package shares, and that no JSON can hold. */
const BRAND = Symbol.for('didit-liveness.policy');

function compile(rules: PolicyRules): Policy {
  const policyId = createHash('sha256').update(canonicalJson(rules)).digest('hex').slice(0, 12);
  const policy = { rules: freezeRules(rules), policyId };
  return Object.freeze(Object.defineProperty(policy, BRAND, {}));
}

function rulesOf(preset: PresetName): PolicyRules {
  return layOver(NO_RULES, PRESETS[preset]);
}

/** Undefined keeps what is there; every other value, 0 and null among them, replaces it. */
function layOver(base: PolicyRules, options: PolicyOptions): PolicyRules {
  return {
    score: inOrder({ ...base.score, ...defined(options.score) }),
    faceQuality: inOrder({ ...base.faceQuality, ...defined(options.faceQuality) }),
    faceLuminance: luminanceInOrder({ ...base.faceLuminance, ...defined(options.faceLuminance) }),
    faceMatch: inOrder({ ...base.faceMatch, ...defined(options.faceMatch) }),
    warnings: { ...base.warnings, ...defined(options.warnings) },
    unknownWarning: options.unknownWarning ?? base.unknownWarning,
    unknownInformation: options.unknownInformation ?? base.unknownInformation,
  };
}

// An inherited limit to review that a limit to decline has overtaken moves along: what is declined is reviewed too.

function inOrder({ declineAtOrBelow, reviewAtOrBelow }: PolicyRules['score']): PolicyRules['score'] {
  return { declineAtOrBelow, reviewAtOrBelow: outermost(Math.max, reviewAtOrBelow, declineAtOrBelow) };
}

function luminanceInOrder({ declineBelow, declineAbove, ...review }: PolicyRules['faceLuminance']) {
  return {
    declineBelow,
    declineAbove,
    reviewBelow: outermost(Math.max, review.reviewBelow, declineBelow),
    reviewAbove: outermost(Math.min, review.reviewAbove, declineAbove),
  };
}

function outermost(
  pick: (review: number, decline: number) => number,
  review: number | null,
  decline: number | null,
): number | null {
  return review === null || decline === null ? review : pick(review, decline);
}

function defined<Value extends object>(object: Value | undefined): Partial<Value> {
  const entries = Object.entries(object ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Value>; // Only keys of Value, each with its own value.
}

function freezeRules(rules: PolicyRules): PolicyRules {
  for (const part of Object.values(rules)) Object.freeze(part);
  return Object.freeze(rules);
}

/** JSON with sorted keys, so that the same rules have the same id however they were written. */
function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.sort().join(',')}}`;
}
