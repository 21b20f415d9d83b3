import {
  createGuard,
  createLivenessGate,
  type Guard,
  InvalidOptionError,
  type LivenessGate,
  type Policy,
} from '@didit-liveness/core';
import type { ExecutionContext } from '@nestjs/common';
import { refuseUnknown } from './known-options.js';
import { LAYER_OPTION_NAMES, type LayerOptions } from './route-options.js';

/** Options of one place, and what that place is called in messages. */
export interface OptionLayer {
  readonly name: string;
  readonly options: LayerOptions;
}

/** A guard of `@didit-liveness/core`, and the options it was made of. */
export interface LayeredGuard {
  readonly guard: Guard<ExecutionContext, []>;
  readonly options: LayerOptions;
}

/**
 * Lays options over one another, the later ones on top: policies rule by rule, all others as a whole. A value that is
 * merely falsy counts; one that is undefined does not.
 *
 * @throws InvalidOptionError naming the place, the option, its value and what is allowed
 */
export function layOver(gate: LivenessGate, layers: readonly OptionLayer[]): LayeredGuard {
  const options = Object.assign({}, ...layers.map((layer) => withoutUndefined(layer.options))) as LayerOptions;
  const policy = layers.reduce((below, layer) => policyOf(gate, below, layer), baseOf(gate));
  const { threshold: _, correlationId: __, match, ...rest } = options;
  const name = layers.at(-1)?.name ?? 'LivenessModule';
  // Both limits are in the policy by now, each laid over those of the layers below it.
  const unlimited = match && { match: { referenceImage: match.referenceImage } };
  return { guard: makeGuard(gate, name, { ...rest, ...unlimited, policy }), options };
}

/** The policy of a layer over the one below it; checks all of the layer's options on the way. */
function policyOf(gate: LivenessGate, below: Policy, { name, options }: OptionLayer): Policy {
  refuseUnknown(name, options, LAYER_OPTION_NAMES);
  const { correlationId, onReview, ...others } = options;
  if (correlationId !== undefined && typeof correlationId !== 'function') {
    throw new InvalidOptionError(`${name}.correlationId is not allowed; allowed: a function`, `${name}.correlationId`);
  }
  // A gate of its own without a listener: this is arithmetic, and whoever listens is told of routes only.
  const quiet = createLivenessGate({ client: gate.client, policy: below });
  // What a step-up needs may stand in another layer, so it is looked at once all are laid over one another.
  const own = onReview === undefined || onReview === 'step-up' ? others : { ...others, onReview };
  return makeGuard(quiet, name, own).route.policy;
}

function makeGuard(gate: LivenessGate, name: string, options: LayerOptions): Guard<ExecutionContext, []> {
  return createGuard<ExecutionContext, []>({ ...options, gate }, { name, env: {}, warn: () => {} });
}

function baseOf(gate: LivenessGate): Policy {
  return gate.route().policy;
}

function withoutUndefined(options: LayerOptions): LayerOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
