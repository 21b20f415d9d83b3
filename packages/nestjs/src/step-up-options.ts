import type { StepUpGuardOptions as CoreOptions } from '@didit-liveness/core';
import type { ExecutionContext } from '@nestjs/common';

const ROUTE_OPTION_NAMES = [
  'threshold',
  'policy',
  'onReview',
  'stepUp',
  'subject',
  'correlationId',
  'sessionId',
] as const satisfies readonly (keyof CoreOptions<ExecutionContext, []>)[];

/** Options of `@StepUpGuard()` that are laid over those of the module. */
export type StepUpRouteOptions = Pick<CoreOptions<ExecutionContext, []>, (typeof ROUTE_OPTION_NAMES)[number]>;

/** Options of `@StepUpGuard()`. What is left out is as the module says. */
export interface StepUpGuardOptions extends StepUpRouteOptions {
  /** Name of the `LivenessModule` that guards here. @defaultValue the one without a name */
  readonly instance?: string;
}

/** The names of {@link StepUpGuardOptions}. */
export const STEP_UP_OPTION_NAMES = [
  ...ROUTE_OPTION_NAMES,
  'instance',
] as const satisfies readonly (keyof StepUpGuardOptions)[];
