import type { StepUpGuard as Guard } from '@didit-liveness/core';
import { hangUpSignal } from '@didit-liveness/upload';
import {
  type CanActivate,
  type ExecutionContext,
  HttpException,
  Inject,
  Injectable,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import { HttpAdapterHost, ModuleRef, ModulesContainer } from '@nestjs/core';
import { handlersOf } from './controllers.js';
import type { Handler } from './guard-metadata.js';
import { exchangeOf } from './http-exchange.js';
import { refuseUnknown } from './known-options.js';
import { LivenessException } from './liveness.exception.js';
import { CLIENT_CLOSED_REQUEST, prepareRefusal } from './refusing.js';
import { publishStepUp } from './published.js';
import { serviceNamed } from './services.js';
import { STEP_UP_METADATA } from './step-up-metadata.js';
import { STEP_UP_OPTION_NAMES, type StepUpGuardOptions } from './step-up-options.js';

/** The guard behind `@StepUpGuard()`. */
@Injectable()
export class StepUpRouteGuard implements CanActivate, OnModuleInit {
  readonly #moduleRef: ModuleRef;
  readonly #modules: ModulesContainer;
  readonly #host: HttpAdapterHost;
  readonly #guards = new Map<Handler, Guard<ExecutionContext, []>>();

  constructor(
    @Inject(ModuleRef) moduleRef: ModuleRef,
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(HttpAdapterHost) host: HttpAdapterHost,
  ) {
    this.#moduleRef = moduleRef;
    this.#modules = modules;
    this.#host = host;
  }

  /** @throws InvalidOptionError when options of a handler cannot be used; the application does not start */
  onModuleInit(): void {
    for (const { controller, handler } of handlersOf(this.#modules)) {
      if (Reflect.hasOwnMetadata(STEP_UP_METADATA, handler)) this.#guardOf(controller, handler);
    }
  }

  /** @throws LivenessException when the handler may not run */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { request, response, rawResponse } = exchangeOf(context);
    const guard = this.#guardOf(context.getClass(), context.getHandler());
    const result = await guard.check(context, hangUpSignal(rawResponse));
    switch (result.kind) {
      case 'passed':
        publishStepUp(request, result.stepUp);
        return true;
      case 'refused':
        prepareRefusal(this.#host, response, result.refusal);
        throw new LivenessException(result.refusal);
      case 'aborted':
        throw new HttpException('The client hung up.', CLIENT_CLOSED_REQUEST);
      default:
        return result satisfies never;
    }
  }

  #guardOf(controller: Type, handler: Handler): Guard<ExecutionContext, []> {
    const known = this.#guards.get(handler);
    if (known) return known;
    // Written by `@StepUpGuard()` alone.
    const options = (Reflect.getOwnMetadata(STEP_UP_METADATA, handler) ?? {}) as StepUpGuardOptions;
    const { instance, ...own } = options;
    const name = `StepUpGuard(${controller.name}.${handler.name})`;
    refuseUnknown(name, options, STEP_UP_OPTION_NAMES);
    const guard = serviceNamed(this.#moduleRef, { name, instance }).stepUpGuard(own, name);
    this.#guards.set(handler, guard);
    return guard;
  }
}
