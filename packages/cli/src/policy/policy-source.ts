import { readFile } from 'node:fs/promises';
import { definePolicy, type Policy, type PolicyOptions, PRESETS } from '@didit-liveness/core';
import { reasonOf } from '../os-reason.js';
import { UsageError } from '../usage-error.js';

/**
 * A policy by the name of a preset or the path of a JSON file, with the threshold of the command line laid over it.
 *
 * @throws {@link UsageError} when the file cannot be read or is not JSON
 * @throws `InvalidOptionError` when it is no policy, naming the option
 */
export async function readPolicy(source: string | undefined, threshold?: number): Promise<Policy> {
  const options = source === undefined ? {} : await readPolicyOptions(source);
  return definePolicy(withThreshold(options, threshold));
}

/** Gives a policy with any other threshold; what the threshold makes pointless is left out. */
export async function readPolicyFamily(source: string | undefined): Promise<(threshold: number) => Policy> {
  const options = source === undefined ? {} : await readPolicyOptions(source);
  return (threshold) => definePolicy(sweptTo(options, threshold));
}

function sweptTo(options: PolicyOptions, threshold: number): PolicyOptions {
  const review = options.score?.reviewAtOrBelow;
  const isBelow = typeof review === 'number' && review < threshold;
  const score = isBelow ? { reviewAtOrBelow: null } : options.score;
  return { ...options, score: { ...score, declineAtOrBelow: threshold } };
}

/** The options as they are written down, not checked yet. */
export async function readPolicyOptions(source: string): Promise<PolicyOptions> {
  if (isPresetName(source)) return { extends: source };
  // Whatever the JSON holds, definePolicy is what decides whether it is a policy.
  return (await readJson(source)) as PolicyOptions;
}

function isPresetName(name: string): name is keyof typeof PRESETS {
  return Object.hasOwn(PRESETS, name);
}

function withThreshold(options: PolicyOptions, threshold: number | undefined): PolicyOptions {
  if (threshold === undefined) return options;
  return { ...options, score: { ...options.score, declineAtOrBelow: threshold } };
}

/** The value of a JSON file. @throws {@link UsageError} */
export async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${reasonOf(error)}).`);
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    // JSON.parse throws nothing else. What it says quotes the file; of a policy or an answer its author needs that.
    throw new UsageError(`${path} is not JSON: ${(error as SyntaxError).message}`);
  }
}
