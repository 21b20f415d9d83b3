import 'reflect-metadata';
import { type ArgumentsHost, Catch, Controller, Post } from '@nestjs/common';
import { type AbstractHttpAdapter, APP_FILTER, BaseExceptionFilter, NestFactory } from '@nestjs/core';
import type { WebhookOptions } from '@didit-liveness/core';
import { DiditWebhook, LivenessModule, WebhookEvent, WebhookException } from '../../src/index.js';
import { moduleOf } from './app.js';

/** Starts an application whose webhook handler does what `onEvent` does. */
export async function startWebhookApp(
  adapter: AbstractHttpAdapter,
  rawBody: boolean,
  { onEvent, ...options }: WebhookOptions,
) {
  const errors: unknown[] = [];

  @Catch()
  class Recorder extends BaseExceptionFilter {
    override catch(exception: unknown, host: ArgumentsHost): void {
      if (!(exception instanceof WebhookException)) errors.push(exception);
      // oxlint-disable-next-line promise/valid-params -- the method of a filter, not of a promise
      super.catch(exception, host);
    }
  }

  @Controller()
  class DiditController {
    @Post('didit')
    @DiditWebhook(options)
    async receive(@WebhookEvent() event: WebhookEvent) {
      await onEvent(event);
      return { ignored: true };
    }
  }

  const module = moduleOf({
    // Filters of the module come before a filter for everything that is registered earlier.
    imports: [LivenessModule.forRoot({ apiKey: 'test-key' })],
    controllers: [DiditController],
    providers: [{ provide: APP_FILTER, useClass: Recorder }],
  });
  const app = await NestFactory.create(module, adapter, { logger: false, abortOnError: false, rawBody });
  await app.listen(0, '127.0.0.1');
  return {
    url: `${await app.getUrl()}/didit`,
    errors,
    close: async () => {
      app.getHttpServer().closeAllConnections();
      await app.close();
    },
  };
}
