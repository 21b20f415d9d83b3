import { MAX_WEBHOOK_BYTES, type WebhookEvent } from '@didit-liveness/core';
import { readBody } from '@didit-liveness/upload';
import {
  type CallHandler,
  type ExecutionContext,
  HttpException,
  Inject,
  Injectable,
  type NestInterceptor,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost, ModuleRef, ModulesContainer } from '@nestjs/core';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { earlierBodyOf, exchangeOf } from './http-exchange.js';
import { CLIENT_CLOSED_REQUEST } from './refusing.js';
import { WebhookException } from './webhook.exception.js';
import { WebhookTable } from './webhook-table.js';

// Kept aside, so that nobody can forge it.
const EVENTS = new WeakMap<object, WebhookEvent>();

/**
 * The event of a delivery that was verified, by the request as the framework gives it.
 *
 * @throws TypeError on a handler without `@DiditWebhook()`
 */
export function eventOf(request: object): WebhookEvent {
  const event = EVENTS.get(request);
  if (!event) throw new TypeError('This request has not passed @DiditWebhook(); put it on the handler.');
  return event;
}

/**
 * What `@DiditWebhook()` puts on a handler. An interceptor and not a guard, since it has to learn how the handler ends: an
 * event whose handler failed has to be `new` again when Didit sends it once more.
 */
@Injectable()
export class DiditWebhookInterceptor implements NestInterceptor, OnModuleInit {
  readonly #moduleRef: ModuleRef;
  readonly #table: WebhookTable;
  readonly #host: HttpAdapterHost;

  constructor(
    @Inject(ModuleRef) moduleRef: ModuleRef,
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(HttpAdapterHost) host: HttpAdapterHost,
  ) {
    this.#moduleRef = moduleRef;
    this.#table = WebhookTable.of(modules);
    this.#host = host;
  }

  /** @throws InvalidOptionError when options cannot be used or there is no secret; the application does not start */
  onModuleInit(): void {
    this.#table.fill(this.#moduleRef);
  }

  /**
   * @throws WebhookException for a delivery that is refused, or has to come again later
   * @throws WebhookHandlerError when the handler failed, whatever it threw: its status would make Didit give up
   */
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<undefined>> {
    const receiver = this.#table.receiverOf(context.getClass(), context.getHandler(), this.#moduleRef);
    const exchange = exchangeOf(context, '@DiditWebhook() cannot receive at');
    const { request, rawRequest, response } = exchange;
    const reading = await readBody(rawRequest, { limitBytes: MAX_WEBHOOK_BYTES }, earlierBodyOf(exchange));

    const answer = await receiver.receiveReading(reading, rawRequest.headers, async (event) => {
      EVENTS.set(request, event);
      await lastValueFrom(next.handle(), { defaultValue: undefined });
    });
    if (!answer) throw new HttpException('The client hung up.', CLIENT_CLOSED_REQUEST);
    if (answer.status === 204) return of(undefined);

    const { connection } = answer.headers;
    if (connection !== undefined) this.#host.httpAdapter.setHeader(response, 'connection', connection);
    throw new WebhookException(answer);
  }
}
