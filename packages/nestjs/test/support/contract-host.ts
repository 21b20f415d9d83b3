import 'reflect-metadata';
import { createHash } from 'node:crypto';
import type { Server } from 'node:http';
import {
  type ArgumentsHost,
  Body,
  Catch,
  Controller,
  type ExecutionContext,
  Get,
  HttpCode,
  Module,
  Post,
  type Type,
} from '@nestjs/common';
import { type AbstractHttpAdapter, HttpAdapterHost, NestFactory } from '@nestjs/core';
import type { LivenessResult } from '@didit-liveness/core';
import { watch } from '../../../../test/support/canary.js';
import {
  Liveness,
  LivenessException,
  LivenessExceptionFilter,
  LivenessGuard,
  LivenessModule,
  type LivenessModuleOptions,
  LivenessService,
  Selfie,
  type SelfieFile,
  StepUp,
  StepUpGuard,
  type StepUpResult,
  WebhookException,
} from '@didit-liveness/nestjs';

/**
 * A Nest application whose `POST /signup` is guarded with these options; it counts how often the handler ran.
 *
 * @param onError - sees what is thrown, as a logger would
 */
export async function startContractHost(
  adapter: AbstractHttpAdapter,
  options: LivenessModuleOptions,
  onError?: (error: unknown) => void,
) {
  let handled = 0;

  @Controller()
  class SignupController {
    @Post('signup')
    @LivenessGuard()
    signup(@Liveness() liveness: LivenessResult, @Selfie() selfie: SelfieFile, @Body() fields: unknown) {
      handled += 1;
      const { outcome, requestId, imageSha256, policyId } = liveness;
      const { buffer, size, mimetype, originalname } = selfie;
      const sha256 = createHash('sha256').update(buffer).digest('hex');
      return {
        liveness: { outcome, requestId, imageSha256, policyId },
        file: { sha256, size, mimetype, originalname },
        fields,
      };
    }
  }

  return listen({ adapter, options, controller: SignupController, onError }, () => handled);
}

/** Who asks, by a header: tests have no log-in. */
function userOf(context: ExecutionContext): string | undefined {
  const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
  return headers['x-user'];
}

function withSubject(options: LivenessModuleOptions): LivenessModuleOptions {
  return Object.assign({}, options, { subject: userOf });
}

/** A Nest application with the routes that the contract on identity asks for. */
export async function startIdentityHost(
  adapter: AbstractHttpAdapter,
  options: LivenessModuleOptions,
  referenceOf: (user: string | undefined) => Uint8Array | undefined,
) {
  let handled = 0;

  @Controller()
  class IdentityController {
    @Post('match')
    @LivenessGuard({ match: { referenceImage: (context) => referenceOf(userOf(context)) } })
    match(@Liveness() { faceMatch }: LivenessResult) {
      handled += 1;
      return { faceMatch };
    }

    @Post('doubt')
    @LivenessGuard({ onReview: 'step-up' })
    doubt(@Liveness() { outcome }: LivenessResult) {
      handled += 1;
      return { outcome };
    }

    @Get('return')
    @HttpCode(201)
    @StepUpGuard()
    back(@StepUp() { outcome, sessionId }: StepUpResult) {
      handled += 1;
      return { outcome, sessionId };
    }
  }

  return listen({ adapter, options: withSubject(options), controller: IdentityController }, () => handled);
}

/** A Nest application with the routes that the contract on ends asks for. */
export async function startResilienceHost(adapter: AbstractHttpAdapter, options: LivenessModuleOptions) {
  let handled = 0;

  @Controller()
  class ResilienceController {
    @Post('closed')
    @LivenessGuard()
    closed(@Liveness() { outcome }: LivenessResult) {
      handled += 1;
      return { outcome };
    }

    @Post('open')
    @LivenessGuard({ dangerouslyAllowWhenUnavailable: true })
    open(@Liveness() { outcome }: LivenessResult) {
      handled += 1;
      return { outcome };
    }
  }

  const host = { adapter, options: withSubject(options), controller: ResilienceController };
  const { app, ...listening } = await listen(host, () => handled);
  return { ...listening, drain: () => app.get(LivenessService).onApplicationShutdown() };
}

interface NestHost {
  readonly adapter: AbstractHttpAdapter;
  readonly options: LivenessModuleOptions;
  readonly controller: Type;
  readonly onError?: ((error: unknown) => void) | undefined;
}

@Catch(LivenessException, WebhookException)
class SeeingFilter extends LivenessExceptionFilter {
  readonly #onError: (error: unknown) => void;

  constructor(host: HttpAdapterHost, onError: (error: unknown) => void = () => {}) {
    super(host);
    this.#onError = onError;
  }

  override catch(exception: LivenessException | WebhookException, host: ArgumentsHost): void {
    watch('an error handler', exception);
    this.#onError(exception);
    // oxlint-disable-next-line promise/valid-params -- This is the catch of a filter, not of a promise.
    super.catch(exception, host);
  }
}

async function listen({ adapter, options, controller, onError }: NestHost, handled: () => number) {
  @Module({ imports: [LivenessModule.forRoot(options)], controllers: [controller] })
  class AppModule {}

  const app = await NestFactory.create(AppModule, adapter, { logger: false, abortOnError: false });
  app.useGlobalFilters(new SeeingFilter(app.get(HttpAdapterHost), onError));
  await app.listen(0, '127.0.0.1');
  const server = app.getHttpServer() as Server;
  return {
    url: await app.getUrl(),
    app,
    server,
    handled,
    close: async () => {
      server.closeAllConnections();
      await app.close();
    },
  };
}
