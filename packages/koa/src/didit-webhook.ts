import { createHostedReceiver, MAX_WEBHOOK_BYTES, type WebhookOptions } from '@didit-liveness/core';
import { type EarlierBody, readBody } from '@didit-liveness/upload';
import type { Context, Middleware } from 'koa';
import { processHost } from './middleware.js';

/**
 * Receives Didit's webhooks: verifies a delivery, handles its event once, and answers. What `onEvent` throws makes Didit
 * try again and is thrown on, as the `cause` of an error with status 500, or goes to `onError`.
 *
 * Use it in front of body parsers; see the guide on webhooks for what may stand before it.
 *
 * @throws InvalidOptionError when it is made with options that cannot be used, or without a secret
 *
 * @example
 * ```ts
 * import Koa from 'koa';
 * import { diditWebhook } from '@didit-liveness/koa';
 *
 * const app = new Koa();
 * app.use(diditWebhook({ secret: 'your secret', onEvent: (event) => console.log(event.type) }));
 * ```
 */
export function diditWebhook(options: WebhookOptions): Middleware {
  const receiver = createHostedReceiver(options, processHost('diditWebhook'));

  return async function webhookMiddleware(ctx) {
    const reading = await readBody(ctx.req, { limitBytes: MAX_WEBHOOK_BYTES }, bodyLeftBefore(ctx));
    const answer = await receiver.receiveReading(reading, ctx.req.headers);
    if (!answer) {
      // Nobody is there to read the 404 that Koa would otherwise answer with.
      ctx.respond = false;
      return;
    }
    ctx.set({ ...answer.headers });
    ctx.body = answer.body;
    ctx.status = answer.status;
  };
}

/** What a body parser left: on Koa's request, with the text beside it, or on Node's. */
function bodyLeftBefore({ request, req }: Context): EarlierBody {
  // Parsers hang these on; neither Koa's types nor Node's know them.
  const onKoa = request as EarlierBody;
  const onNode = req as EarlierBody;
  return { rawBody: onKoa.rawBody ?? onNode.rawBody, body: onKoa.body ?? onNode.body };
}
