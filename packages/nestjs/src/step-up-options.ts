import type { StepUpGuardOptions as CoreOptions } from '@didit-liveness/core';
import type { ExecutionContext } from '@nestjs/common';

/** Options of `@StepUpGuard()` that are laid over those of the module. */
export type StepUpRouteOptions = Pick<
  CoreOptions<ExecutionContext, []>,
  'threshold' | 'policy' | 'onReview' | 'stepUp' | 'subject' | 'correlationId' | 'sessionId'
>;

/** Options of `@StepUpGuard()`. What is left out is as the module says. */
export interface StepUpGuardOptions extends StepUpRouteOptions {
  /** Name of the `LivenessModule` that guards here. @defaultValue the one without a name */
  readonly instance?: string;
}
