import type { Type } from '@nestjs/common';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import type { Handler } from './guard-metadata.js';

/** A method of a controller. */
export interface ControllerMethod {
  readonly controller: Type;
  readonly handler: Handler;
}

/** Every method of every controller of the application, also those of classes that they extend. */
export function handlersOf(modules: ModulesContainer): readonly ControllerMethod[] {
  const scanner = new MetadataScanner();
  const wrappers = [...modules.values()].flatMap(({ controllers }) => [...controllers.values()]);
  return wrappers.flatMap(({ metatype }) => {
    if (typeof metatype !== 'function') return [];
    const controller = metatype as Type; // Controllers are classes.
    const prototype = controller.prototype as Record<string, Handler>;
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      return handler ? [{ controller, handler }] : [];
    });
  });
}
