import { applyDecorators, createParamDecorator, type ExecutionContext, UseGuards } from '@nestjs/common';
import { once } from './once.js';
import { getStepUp } from './published.js';
import { StepUpRouteGuard } from './step-up.guard.js';
import { STEP_UP_METADATA } from './step-up-metadata.js';
import type { StepUpGuardOptions } from './step-up-options.js';

/**
 * Lets a request through to the handler only when the session it names was finished well: by the same person, of the
 * same workflow, and of late. For the route that people come back to after `@LivenessGuard({ onReview: 'step-up' })`.
 * The decision is read back from Didit; nothing in the request is believed. The handler finds the result by `@StepUp()`.
 *
 * @throws TypeError when it stands twice in one place, or without parentheses
 *
 * @example
 * ```ts
 * import { Controller, Get } from '@nestjs/common';
 * import { StepUp, StepUpGuard, type StepUpResult } from '@didit-liveness/nestjs';
 *
 * @Controller()
 * export class ReturnController {
 *   @Get('signup/return')
 *   @StepUpGuard()
 *   back(@StepUp() stepUp: StepUpResult) {
 *     return { outcome: stepUp.outcome };
 *   }
 * }
 * ```
 */
export function StepUpGuard(options: StepUpGuardOptions = {}): MethodDecorator {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('@StepUpGuard() takes an object of options; write the parentheses even without any.');
  }
  return applyDecorators(once('@StepUpGuard()', STEP_UP_METADATA, { ...options }), UseGuards(StepUpRouteGuard));
}

/** What came of the session, as parameter of a handler with `@StepUpGuard()`. Fails on any other. */
export const StepUp: () => ParameterDecorator = createParamDecorator((_: unknown, context: ExecutionContext) =>
  getStepUp(context.switchToHttp().getRequest<object>()),
);
