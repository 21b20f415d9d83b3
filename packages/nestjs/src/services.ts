import { InvalidOptionError } from '@didit-liveness/core';
import type { ModuleRef } from '@nestjs/core';
import type { LivenessService } from './liveness.service.js';
import { DEFAULT_INSTANCE, getLivenessServiceToken } from './tokens.js';

/** Who asks for a service, and under which name. */
export interface ServiceRequest {
  /** What the place is called in messages. */
  readonly name: string;
  readonly instance: string | undefined;
}

/** The service of that name, of which there has to be exactly one. @throws InvalidOptionError */
export function serviceNamed(moduleRef: ModuleRef, request: ServiceRequest): LivenessService {
  const { name, instance = DEFAULT_INSTANCE } = request;
  const [service, second] = findServices(moduleRef, instance);
  if (service && !second) return service;
  const count = service ? 'more than one LivenessModule' : 'no LivenessModule';
  throw new InvalidOptionError(
    `${name}.instance is ${JSON.stringify(instance)}, but ${count} of that name is imported; ` +
      'import LivenessModule.forRoot() once per name',
    `${name}.instance`,
  );
}

function findServices(moduleRef: ModuleRef, instance: string): readonly LivenessService[] {
  try {
    return moduleRef.get(getLivenessServiceToken(instance), { strict: false, each: true });
  } catch {
    // Nest's way to say that nobody provides it; the caller says so in terms of this package.
    return [];
  }
}
