import { createHostedReceiver, MAX_WEBHOOK_BYTES, type WebhookOptions } from '@didit-liveness/core';
import { readBody } from '@didit-liveness/upload';
import type { Request, RequestHandler, Response } from 'express';
import { processHost } from './middleware.js';

/**
 * Receives Didit's webhooks: verifies a delivery, handles its event once, and answers. What `onEvent` throws makes Didit
 * try again and goes to `next(error)`, as the `cause` of an error with status 500, or to `onError`.
 *
 * Mount it in front of body parsers; see the guide on webhooks for what may stand before it.
 *
 * @throws InvalidOptionError when it is made with options that cannot be used, or without a secret
 *
 * @example
 * ```ts
 * import express from 'express';
 * import { diditWebhook } from '@didit-liveness/express';
 *
 * const app = express();
 * app.post('/didit', diditWebhook({ secret: 'your secret', onEvent: (event) => console.log(event.type) }));
 * ```
 */
export function diditWebhook(options: WebhookOptions): RequestHandler {
  const receiver = createHostedReceiver(options, processHost('diditWebhook'));

  async function receive(request: Request, response: Response): Promise<void> {
    const reading = await readBody(request, { limitBytes: MAX_WEBHOOK_BYTES });
    const answer = await receiver.receiveReading(reading, request.headers);
    if (answer) response.status(answer.status).set(answer.headers).end(answer.body);
  }

  return function webhookMiddleware(request, response, next) {
    receive(request, response).catch(next);
  };
}
