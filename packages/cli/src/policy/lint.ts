import { definePolicy, InvalidOptionError, type Policy, type PolicyOptions } from '@didit-liveness/core';

/** Something wrong with, or suspicious about, a policy. */
export interface LintFinding {
  /** Path of the option, for example `policy.score.declineAtOrBelow`. */
  readonly path: string;
  readonly message: string;
}

/** What is to be said of a policy. */
export interface LintResult {
  /** Every one of them makes `definePolicy` throw. */
  readonly problems: readonly LintFinding[];
  /** A valid policy that may not do what its author thinks. */
  readonly warnings: readonly LintFinding[];
  /** The policy, where it is one. */
  readonly policy: Policy | undefined;
}

/**
 * Finds all problems of a policy in one go. `definePolicy` names the first one; so it is asked again without the option
 * that it complained about, until it is content. The rules are then in one place, and the list is complete.
 */
export function lintPolicy(options: unknown): LintResult {
  const problems: LintFinding[] = [];
  // A copy that loses one option after the other.
  let rest: unknown = structuredClone(options);
  for (;;) {
    try {
      // Checked by definePolicy itself.
      const policy = definePolicy(rest as PolicyOptions);
      if (problems.length > 0) return { problems, warnings: [], policy: undefined };
      return { problems, warnings: suspicionsOf(policy, rest as PolicyOptions), policy };
    } catch (error) {
      if (!(error instanceof InvalidOptionError)) throw error;
      problems.push({ path: error.option, message: error.message });
      const [, ...path] = error.option.split('.');
      if (!removeOption(rest, path.join('.'))) return { problems, warnings: [], policy: undefined };
      rest = structuredClone(rest);
    }
  }
}

/** Takes the option at `path` away; keys may hold dots. False when there is none. */
function removeOption(object: unknown, path: string): boolean {
  if (typeof object !== 'object' || object === null) return false;
  const key = Object.keys(object).find((name) => path === name || path.startsWith(`${name}.`));
  if (key === undefined) return false;
  const holder = object as Record<string, unknown>; // Narrowed above; its keys are strings.
  const isWhole = key === path || typeof holder[key] !== 'object';
  return isWhole ? delete holder[key] : removeOption(holder[key], path.slice(key.length + 1));
}

/** Didit's own threshold. Source: https://docs.didit.me/standalone-apis/passive-liveness (read 2026-11-22). */
const DIDIT_THRESHOLD = 30;
const STRICT_THRESHOLD = 95;

/** Tags that come from comparing a face with those that were saved before. */
const DUPLICATE_TAGS = ['DUPLICATED_FACE', 'POSSIBLE_DUPLICATED_FACE'] as const;

function suspicionsOf(policy: Policy, options: PolicyOptions): LintFinding[] {
  return [...scoreSuspicions(policy), ...duplicateSuspicions(options), ...unknownSuspicions(policy)];
}

function scoreSuspicions({ rules }: Policy): LintFinding[] {
  const { declineAtOrBelow: limit, reviewAtOrBelow } = rules.score;
  const path = 'policy.score.declineAtOrBelow';
  const found: LintFinding[] = [];
  if (limit !== null && limit < DIDIT_THRESHOLD) {
    const message = `${limit} is below ${DIDIT_THRESHOLD}, which Didit uses when nothing is set: more attacks pass than without this line.`;
    found.push({ path, message });
  }
  if (limit !== null && limit >= STRICT_THRESHOLD) {
    found.push({ path, message: `${limit} declines many honest people; policy simulate shows how many.` });
  }
  if (limit !== null && reviewAtOrBelow !== null && reviewAtOrBelow <= limit) {
    const message = `${reviewAtOrBelow} never leads to a review: what is at or below ${limit} is declined already.`;
    found.push({ path: 'policy.score.reviewAtOrBelow', message });
  }
  return found;
}

/** Only what the author wrote down: that a preset names the tags is no surprise to anybody. */
function duplicateSuspicions({ warnings = {} }: PolicyOptions): LintFinding[] {
  return DUPLICATE_TAGS.filter((tag) => warnings[tag] === 'decline').map((tag) => ({
    path: `policy.warnings.${tag}`,
    message:
      'Faces are compared with those that were saved, and nothing is saved unless saveApiRequest is true (--save): without it this rule never fires. Give vendorData as well, or people are declined as duplicates of themselves.',
  }));
}

function unknownSuspicions({ rules }: Policy): LintFinding[] {
  if (rules.unknownWarning !== 'approve') return [];
  const message = 'Warnings that Didit adds later will pass without anybody looking at them.';
  return [{ path: 'policy.unknownWarning', message }];
}
