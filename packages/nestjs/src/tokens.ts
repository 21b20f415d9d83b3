import { Inject, type InjectionToken } from '@nestjs/common';
import { LivenessService } from './liveness.service.js';

/** Name of the module that was registered without one. */
export const DEFAULT_INSTANCE = 'default';

/**
 * What the service of a named module is injected by; without a name, the class `LivenessService` itself.
 *
 * @param name - the `name` that was given to `LivenessModule.forRoot()`
 */
export function getLivenessServiceToken(name: string = DEFAULT_INSTANCE): InjectionToken<LivenessService> {
  return name === DEFAULT_INSTANCE ? LivenessService : `LivenessService:${name}`;
}

/** Injects the `LivenessService` of the module with this name. */
export function InjectLiveness(name?: string): PropertyDecorator & ParameterDecorator {
  return Inject(getLivenessServiceToken(name));
}
