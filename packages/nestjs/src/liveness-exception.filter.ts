import type { WebhookAnswer } from '@didit-liveness/core';
import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { LivenessException } from './liveness.exception.js';
import { WebhookException } from './webhook.exception.js';

/**
 * Answers a {@link LivenessException}, and a {@link WebhookException}, as `application/problem+json`, on Express and on
 * Fastify. `LivenessModule` registers it for the whole application; filters of yours that catch the same exception come
 * first.
 */
@Catch(LivenessException, WebhookException)
export class LivenessExceptionFilter implements ExceptionFilter<LivenessException | WebhookException> {
  readonly #host: HttpAdapterHost;

  constructor(@Inject(HttpAdapterHost) host: HttpAdapterHost) {
    this.#host = host;
  }

  /** @throws the exception itself where there is no HTTP answer to write */
  catch(exception: LivenessException | WebhookException, host: ArgumentsHost): void {
    if (host.getType<string>() !== 'http') throw exception;
    const { httpAdapter } = this.#host;
    const response: unknown = host.switchToHttp().getResponse();
    if (httpAdapter.isHeadersSent(response)) return;

    const { headers, body, status } = answerTo(exception);
    for (const [name, value] of Object.entries(headers)) httpAdapter.setHeader(response, name, value);
    httpAdapter.reply(response, body, status);
  }
}

function answerTo(exception: LivenessException | WebhookException): WebhookAnswer {
  if (exception instanceof WebhookException) return exception.answer;
  const { headers, problem, status } = exception.refusal;
  return { headers, body: JSON.stringify(problem), status };
}
