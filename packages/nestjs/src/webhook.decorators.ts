import type { WebhookEvent as CoreWebhookEvent } from '@didit-liveness/core';
import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  HttpCode,
  UseInterceptors,
} from '@nestjs/common';
import { WEBHOOK_METADATA } from './guard-metadata.js';
import { once } from './once.js';
import { DiditWebhookInterceptor, eventOf } from './webhook.interceptor.js';
import type { DiditWebhookOptions } from './webhook-table.js';

/**
 * Makes the handler receive Didit's webhooks: it runs once for each genuine event, found by `@WebhookEvent()`, and the
 * delivery is answered with 204 whatever it returns. When it throws, Didit sends the event again. Guards and interceptors
 * of the application run before; `@LivenessGuard()` on the class, or for the whole application, does not.
 *
 * Options are checked when the application starts. Create the application with `rawBody: true`; without it only
 * deliveries with `X-Signature-V2` can be verified.
 *
 * @throws TypeError when it stands twice in one place, on a class, or without parentheses
 *
 * @example
 * ```ts
 * import { Controller, Post } from '@nestjs/common';
 * import { DiditWebhook, WebhookEvent } from '@didit-liveness/nestjs';
 *
 * @Controller()
 * export class DiditController {
 *   @Post('didit')
 *   @DiditWebhook()
 *   receive(@WebhookEvent() event: WebhookEvent) {
 *     if (event.type === 'status.updated') console.log(event.sessionId, event.status);
 *   }
 * }
 * ```
 */
export function DiditWebhook(options: DiditWebhookOptions = {}): MethodDecorator {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('@DiditWebhook() takes an object of options; write the parentheses even without any.');
  }
  return applyDecorators(
    once('@DiditWebhook()', WEBHOOK_METADATA, { ...options }),
    HttpCode(204),
    UseInterceptors(DiditWebhookInterceptor),
  );
}

/** The event of a verified delivery, as parameter of a handler with `@DiditWebhook()`. Fails on any other. */
export const WebhookEvent: () => ParameterDecorator = createParamDecorator((_: unknown, context: ExecutionContext) =>
  eventOf(context.switchToHttp().getRequest<object>()),
);

/** What a verified delivery says, told apart by `type`. Has the name of its decorator, so one import gives both. */
export type WebhookEvent = CoreWebhookEvent;
