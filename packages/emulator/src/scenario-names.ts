import { didYouMean } from './suggestion.js';

/** Scenarios that end in a well-formed verdict. */
export const VERDICT_SCENARIO_NAMES = [
  'approved',
  'no-face',
  'spoof',
  'low-score',
  'blocklisted',
  'possibly-blocklisted',
  'multiple-faces',
  'duplicate',
  'possible-duplicate',
  'low-quality',
  'too-dark',
  'too-bright',
  'match',
  'no-match',
  'no-reference-face',
  'too-young',
  'age-not-detected',
] as const;

/** Scenarios in which the API misbehaves. */
export const FAULT_SCENARIO_NAMES = [
  '400-image',
  '400-detail',
  '401',
  '402',
  '403-credits',
  '403-permission',
  '404',
  '408',
  '413',
  '429',
  '500',
  '500-html',
  '502',
  '503',
  'slow-headers',
  'slow-body',
  'hang',
  'reset-before-response',
  'reset-mid-body',
  'truncated-json',
  'html-200',
  'empty-200',
  'unknown-status',
  'in-review',
  'unknown-warning',
  'contradiction',
  'error-warning',
  'null-score',
  'string-score',
  'score-out-of-range',
  'missing-liveness',
  'huge-body',
  'gzip-body',
  'redirect',
  'early-401',
] as const;

/** A scenario that ends in a verdict. */
export type VerdictScenarioName = (typeof VERDICT_SCENARIO_NAMES)[number];

/** A scenario in which the API misbehaves. */
export type FaultScenarioName = (typeof FAULT_SCENARIO_NAMES)[number];

/** Any scenario that a picture or `POST /_emulator/next` may name. */
export type ScenarioName = VerdictScenarioName | FaultScenarioName;

/** All scenarios, verdicts first. */
export const SCENARIO_NAMES: readonly ScenarioName[] = [...VERDICT_SCENARIO_NAMES, ...FAULT_SCENARIO_NAMES];

/** Whether the value names a scenario. */
export function isScenarioName(value: unknown): value is ScenarioName {
  // `includes` wants its element type; whether the value has it is what is being asked.
  return SCENARIO_NAMES.includes(value as ScenarioName);
}

/** Says that a scenario does not exist, which one may be meant, and which exist. */
export function describeUnknownScenario(name: string): string {
  return `emulator: unknown scenario "${name}".${didYouMean(name, SCENARIO_NAMES)} Scenarios: ${SCENARIO_NAMES.join(', ')}.`;
}
