import { applyDecorators, createParamDecorator, type ExecutionContext, UseGuards } from '@nestjs/common';
import { LivenessRouteGuard } from './liveness.guard.js';
import { GUARD_METADATA, SKIP_METADATA } from './guard-metadata.js';
import { once } from './once.js';
import { getLiveness, getSelfie } from './published.js';
import type { LivenessGuardOptions } from './route-options.js';

/**
 * Lets a request through to the handler, or to every handler of the class, only with an approval for exactly the selfie
 * it brings. The handler finds the result by `@Liveness()`, the selfie by `@Selfie()` or `@UploadedFile()`, and the text
 * fields by `@Body()`.
 *
 * Options of a method are laid over those of its class, and those over the options of the module. They are checked when
 * the application starts. Put guards that are cheaper, such as those of log-in and rate limit, before this one: as
 * decorators act from the bottom up, below it, or on the class.
 *
 * @throws TypeError when it stands twice in one place, or without parentheses
 *
 * @example
 * ```ts
 * import { Controller, Post } from '@nestjs/common';
 * import { Liveness, LivenessGuard, type LivenessResult } from '@didit-liveness/nestjs';
 *
 * @Controller()
 * export class SignupController {
 *   @Post('signup')
 *   @LivenessGuard({ threshold: 80 })
 *   signup(@Liveness() liveness: LivenessResult) {
 *     return { outcome: liveness.outcome };
 *   }
 * }
 * ```
 */
export function LivenessGuard(options: LivenessGuardOptions = {}): ClassDecorator & MethodDecorator {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('@LivenessGuard() takes an object of options; write the parentheses even without any.');
  }
  return applyDecorators(once('@LivenessGuard()', GUARD_METADATA, { ...options }), UseGuards(LivenessRouteGuard));
}

/** Leaves a handler, or a class, out of a guard on its class or on the whole application. What is nearer counts. */
export function SkipLiveness(): ClassDecorator & MethodDecorator {
  return applyDecorators(once('@SkipLiveness()', SKIP_METADATA, true));
}

/** The result of the check, as parameter of a guarded handler. Fails on a handler that is not guarded. */
export const Liveness: () => ParameterDecorator = createParamDecorator((_: unknown, context: ExecutionContext) =>
  getLiveness(context.switchToHttp().getRequest<object>()),
);

/** The selfie that was judged, as parameter of a guarded handler. Fails on a handler that is not guarded. */
export const Selfie: () => ParameterDecorator = createParamDecorator((_: unknown, context: ExecutionContext) =>
  getSelfie(context.switchToHttp().getRequest<object>()),
);
