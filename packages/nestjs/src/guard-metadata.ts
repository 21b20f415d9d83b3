import 'reflect-metadata';
import type { ExecutionContext, Type } from '@nestjs/common';
import type { LivenessGuardOptions } from './route-options.js';

/** Where `@LivenessGuard()` leaves its options. */
export const GUARD_METADATA = 'didit-liveness:guard';
/** Where `@SkipLiveness()` leaves its mark. */
export const SKIP_METADATA = 'didit-liveness:skip';

/** Where `@DiditWebhook()` leaves its options. What Didit sends is no upload, so it is never guarded as one. */
export const WEBHOOK_METADATA = 'didit-liveness:webhook';

/** A function of a class that answers requests. */
export type Handler = ReturnType<ExecutionContext['getHandler']>;

/** What the decorators say of one handler, outermost place first. */
export interface GuardMarks {
  /** Neither skipped nor unmentioned. */
  readonly isGuarded: boolean;
  /** The nearest mark says to let it pass. */
  readonly isSkipped: boolean;
  readonly layers: readonly { readonly name: string; readonly options: LivenessGuardOptions }[];
}

/**
 * Reads the decorators of a handler and its class.
 *
 * @throws TypeError when one place says both to guard and to skip
 */
export function marksOf(controller: Type, handler: Handler): GuardMarks {
  const owner = nearestMarked(controller);
  const places = [
    { name: `LivenessGuard(${controller.name})`, ...marksAt(owner) },
    { name: `LivenessGuard(${controller.name}.${handler.name})`, ...marksAt(handler) },
  ];
  const torn = places.find(({ options, skips }) => options && skips);
  if (torn)
    throw new TypeError(
      `${torn.name}: there is a @SkipLiveness() in the same place, or a @DiditWebhook(); decide for one of them`,
    );
  const nearest = places.toReversed().find(({ options, skips }) => options ?? skips);
  return {
    isGuarded: nearest?.options !== undefined,
    isSkipped: nearest?.skips === true,
    layers: places.flatMap(({ name, options }) => (options ? [{ name, options }] : [])),
  };
}

/** The class itself or the nearest one it extends that has a mark of its own. */
function nearestMarked(controller: Handler): Handler {
  for (let place: unknown = controller; typeof place === 'function'; place = Object.getPrototypeOf(place)) {
    const { options, skips } = marksAt(place);
    if (options ?? skips) return place;
  }
  return controller;
}

function marksAt(place: Handler): { readonly options: LivenessGuardOptions | undefined; readonly skips: boolean } {
  return {
    // Written by `@LivenessGuard()` alone.
    options: Reflect.getOwnMetadata(GUARD_METADATA, place) as LivenessGuardOptions | undefined,
    skips: Reflect.getOwnMetadata(SKIP_METADATA, place) === true || Reflect.hasOwnMetadata(WEBHOOK_METADATA, place),
  };
}
