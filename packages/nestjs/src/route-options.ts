import type { SelfieRouteOptions } from '@didit-liveness/core';
import type { Type } from '@nestjs/common';
import type { LivenessModuleOptions } from './module-options.js';

/** Options of the module that a class or a method may change for itself. */
export const ROUTE_OPTION_NAMES = [
  'threshold',
  'policy',
  'onReview',
  'stepUp',
  'match',
  'rotateImage',
  'saveApiRequest',
  'field',
  'accept',
  'uploadTimeoutMs',
  'maxBufferedBytes',
  'multer',
  'validate',
  'subject',
  'hintText',
  'correlationId',
] as const satisfies readonly (keyof LivenessModuleOptions)[];

/** Options that can differ from route to route. */
export type LivenessRouteOptions = Pick<LivenessModuleOptions, (typeof ROUTE_OPTION_NAMES)[number]>;

/** Options that a place can lay over those of the module: also what the module cannot say for all routes. */
export interface LayerOptions
  extends LivenessRouteOptions,
    Pick<SelfieRouteOptions, 'dangerouslyAllowWhenUnavailable'> {}

/** The names of {@link LayerOptions}. */
export const LAYER_OPTION_NAMES = [
  ...ROUTE_OPTION_NAMES,
  'dangerouslyAllowWhenUnavailable',
] as const satisfies readonly (keyof LayerOptions)[];

/** Options of `@LivenessGuard()`. What is left out is as the class says, and then as the module says. */
export interface LivenessGuardOptions extends LayerOptions {
  /** Name of the `LivenessModule` that guards here. @defaultValue the one without a name */
  readonly instance?: string;
  /**
   * Class that the text fields have to fit by its class-validator decorators, before money is spent; properties it does
   * not name are dropped. Its instance becomes the body.
   */
  readonly body?: Type;
}

/** The names of {@link LivenessGuardOptions}. */
export const GUARD_OPTION_NAMES = [
  ...LAYER_OPTION_NAMES,
  'body',
  'instance',
] as const satisfies readonly (keyof LivenessGuardOptions)[];
