import { InvalidOptionError } from '@didit-liveness/core';
import type { InjectionToken } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import type { LivenessService } from './liveness.service.js';
import { DEFAULT_INSTANCE, getLivenessServiceToken } from './tokens.js';

/** Who asks for something of a module, and of which one. */
export interface InstanceRequest {
  /** What the place is called in messages. */
  readonly name: string;
  /** Name of the module. */
  readonly instance: string | undefined;
}

/** The service of that name, of which there has to be exactly one. @throws InvalidOptionError */
export function serviceNamed(moduleRef: ModuleRef, request: InstanceRequest): LivenessService {
  const found = providersOf(moduleRef, getLivenessServiceToken(request.instance));
  const [service, second] = found;
  if (service && !second) return service;
  throw notExactlyOne(request, found.length);
}

/** Everything that is provided under this token, in whichever module. */
export function providersOf<Provided>(moduleRef: ModuleRef, token: InjectionToken<Provided>): readonly Provided[] {
  try {
    return moduleRef.get<Provided>(token, { strict: false, each: true });
  } catch {
    // Nest's way to say that nobody provides it; the caller says so in terms of this package.
    return [];
  }
}

/** The error for a name that not exactly one module has. */
export function notExactlyOne(
  { name, instance = DEFAULT_INSTANCE }: InstanceRequest,
  found: number,
): InvalidOptionError {
  const count = found > 1 ? 'more than one LivenessModule' : 'no LivenessModule';
  return new InvalidOptionError(
    `${name}.instance is ${JSON.stringify(instance)}, but ${count} of that name is imported; ` +
      'import LivenessModule.forRoot() once per name',
    `${name}.instance`,
  );
}
