import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { LivenessException } from './liveness.exception.js';

/**
 * Answers a {@link LivenessException} as `application/problem+json`, on Express and on Fastify. `LivenessModule`
 * registers it for the whole application; filters of yours that catch the same exception come first.
 */
@Catch(LivenessException)
export class LivenessExceptionFilter implements ExceptionFilter<LivenessException> {
  readonly #host: HttpAdapterHost;

  constructor(@Inject(HttpAdapterHost) host: HttpAdapterHost) {
    this.#host = host;
  }

  /** @throws the exception itself where there is no HTTP answer to write */
  catch(exception: LivenessException, host: ArgumentsHost): void {
    if (host.getType<string>() !== 'http') throw exception;
    const { httpAdapter } = this.#host;
    const response: unknown = host.switchToHttp().getResponse();
    if (httpAdapter.isHeadersSent(response)) return;

    const { headers, problem, status } = exception.refusal;
    for (const [name, value] of Object.entries(headers)) httpAdapter.setHeader(response, name, value);
    httpAdapter.reply(response, JSON.stringify(problem), status);
  }
}
