import {
  type CanActivate,
  type ExecutionContext,
  HttpException,
  Inject,
  Injectable,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost, ModuleRef, ModulesContainer } from '@nestjs/core';
import { GuardedRequest } from './guarded-request.js';
import { exchangeOf } from './http-exchange.js';
import { LivenessException } from './liveness.exception.js';
import { CLIENT_CLOSED_REQUEST, prepareRefusal } from './refusing.js';
import { type GuardedRoute, RouteTable } from './route-table.js';

/** The guarded route that a request has passed, by the request. */
const PASSED = new WeakMap<object, GuardedRoute>();

/**
 * The guard behind `@LivenessGuard()`. By itself, with `@UseGuards()` or for the whole application, it guards with the
 * options of the module; `@SkipLiveness()` leaves handlers out.
 *
 * @example
 * ```ts
 * import { Module } from '@nestjs/common';
 * import { APP_GUARD } from '@nestjs/core';
 * import { LivenessModule, LivenessRouteGuard } from '@didit-liveness/nestjs';
 *
 * @Module({
 *   imports: [LivenessModule.forRoot({ threshold: 80 })],
 *   providers: [{ provide: APP_GUARD, useExisting: LivenessRouteGuard }],
 * })
 * export class AppModule {}
 * ```
 */
@Injectable()
export class LivenessRouteGuard implements CanActivate, OnModuleInit {
  readonly #moduleRef: ModuleRef;
  readonly #routes: RouteTable;
  readonly #host: HttpAdapterHost;

  constructor(
    @Inject(ModuleRef) moduleRef: ModuleRef,
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(HttpAdapterHost) host: HttpAdapterHost,
  ) {
    this.#moduleRef = moduleRef;
    this.#routes = RouteTable.of(modules);
    this.#host = host;
  }

  /** @throws InvalidOptionError when options of a handler cannot be used; the application does not start */
  onModuleInit(): void {
    this.#routes.fill(this.#moduleRef);
  }

  /** @throws LivenessException when the handler may not run */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const guarded = this.#routes.routeOf(context.getClass(), context.getHandler(), this.#moduleRef);
    if (!guarded) return true;
    const exchange = exchangeOf(context);
    // On the class and on the method, or for the whole application besides: checked and paid once, by all options.
    if (PASSED.get(exchange.request) === guarded) return true;

    const request = new GuardedRequest(exchange, context, guarded);
    const result = await guarded.service.check(request.read, request.checkOptions());
    switch (result.kind) {
      case 'passed':
        await request.publish(result);
        PASSED.set(exchange.request, guarded);
        return true;
      case 'refused':
        prepareRefusal(this.#host, exchange.response, result.refusal);
        throw new LivenessException(result.refusal);
      case 'aborted':
        throw new HttpException('The client hung up.', CLIENT_CLOSED_REQUEST);
      default:
        // A stand-in for the service may give anything, and Nest takes whatever is truthy for a yes.
        throw new TypeError(`LivenessService.check() gave no result: ${JSON.stringify(result satisfies never)}`);
    }
  }
}
