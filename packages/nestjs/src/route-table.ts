import { InvalidOptionError, type LivenessRoute } from '@didit-liveness/core';
import { type ResolvedUploadOptions, resolveUploadOptions } from '@didit-liveness/upload';
import type { Type } from '@nestjs/common';
import type { ModuleRef, ModulesContainer } from '@nestjs/core';
import { handlersOf } from './controllers.js';
import { FormValidation } from './form-validation.js';
import { type Handler, marksOf } from './guard-metadata.js';
import { refuseUnknown } from './known-options.js';
import { LivenessService } from './liveness.service.js';
import type { OptionLayer } from './option-layers.js';
import { GUARD_OPTION_NAMES, type LayerOptions, type LivenessGuardOptions } from './route-options.js';
import { serviceNamed } from './services.js';

/** How one handler is guarded, worked out once. */
export interface GuardedRoute {
  readonly service: LivenessService;
  readonly options: LayerOptions;
  readonly reading: ResolvedUploadOptions;
  /** Missing only with a stand-in for the service, which has no policy. */
  readonly route: LivenessRoute | undefined;
  readonly form: FormValidation | undefined;
}

/** The guarded routes of one application. */
export class RouteTable {
  static readonly #tables = new WeakMap<ModulesContainer, RouteTable>();
  readonly #routes = new Map<Type, Map<Handler, GuardedRoute | null>>();
  readonly #modules: ModulesContainer;

  private constructor(modules: ModulesContainer) {
    this.#modules = modules;
  }

  /** The one table of an application, however many guards it has. */
  static of(modules: ModulesContainer): RouteTable {
    const table = RouteTable.#tables.get(modules) ?? new RouteTable(modules);
    RouteTable.#tables.set(modules, table);
    return table;
  }

  /**
   * Works out every handler with `@LivenessGuard()`, so that a mistake stops the start.
   *
   * @throws InvalidOptionError naming the handler, the option, its value and what is allowed
   */
  fill(moduleRef: ModuleRef): void {
    for (const { controller, handler } of handlersOf(this.#modules)) {
      if (marksOf(controller, handler).isGuarded) this.routeOf(controller, handler, moduleRef);
    }
  }

  /** How a handler is guarded; null when it says to skip. */
  routeOf(controller: Type, handler: Handler, moduleRef: ModuleRef): GuardedRoute | null {
    const handlers = this.#routes.get(controller) ?? new Map<Handler, GuardedRoute | null>();
    this.#routes.set(controller, handlers);
    const known = handlers.get(handler);
    if (known !== undefined) return known;
    const { isSkipped, layers } = marksOf(controller, handler);
    const route = isSkipped ? null : createRoute(layers, moduleRef);
    handlers.set(handler, route);
    return route;
  }
}

interface MarkedLayer {
  readonly name: string;
  readonly options: LivenessGuardOptions;
}

function createRoute(marked: readonly MarkedLayer[], moduleRef: ModuleRef): GuardedRoute {
  for (const { name, options } of marked) refuseUnknown(name, options, GUARD_OPTION_NAMES);
  const service = serviceOf(marked, moduleRef);
  const form = formOf(marked);
  const layers = marked.map(({ name, options: { instance, body, ...options } }) => ({ name, options }));
  const { options, route, reading } = compile(service, layers);
  return { service, options, route, reading: resolveUploadOptions(reading), form };
}

/** The instance named nearest to the handler. */
function serviceOf(marked: readonly MarkedLayer[], moduleRef: ModuleRef): LivenessService {
  const nearest = marked.findLast((layer) => layer.options.instance !== undefined);
  return serviceNamed(moduleRef, { name: nearest?.name ?? 'LivenessGuard', instance: nearest?.options.instance });
}

function formOf(marked: readonly MarkedLayer[]): FormValidation | undefined {
  const layer = marked.findLast(({ options }) => options.body !== undefined);
  const body = layer?.options.body;
  if (layer === undefined || body === undefined) return undefined;
  if (typeof body !== 'function') {
    const option = `${layer.name}.body`;
    throw new InvalidOptionError(`${option} is not a class, which is not allowed; allowed: a class`, option);
  }
  return new FormValidation(body);
}

/** A stand-in of a user's test has no gate: it gets the options, and the form is read as they say. */
function compile(service: LivenessService, layers: readonly OptionLayer[]) {
  if (service instanceof LivenessService) {
    const { guard, options } = service.layered(layers);
    return { options, route: guard.route, reading: guard.reading };
  }
  const options = Object.assign({}, ...layers.map((layer) => layer.options)) as LayerOptions;
  const { field, accept, maxBufferedBytes, multer, uploadTimeoutMs: timeoutMs } = options;
  const reading = Object.entries({ field, accept, maxBufferedBytes, multer, timeoutMs }).filter(
    ([, value]) => value !== undefined,
  );
  return { options, route: undefined, reading: Object.fromEntries(reading) };
}
