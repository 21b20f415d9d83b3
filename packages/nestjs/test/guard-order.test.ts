import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type ArgumentsHost,
  Body,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
  Post,
  Sse,
  type Type,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { APP_GUARD, HttpAdapterHost } from '@nestjs/core';
import { of } from 'rxjs';
import { pictureOf, sample } from '../../../test/support/pictures.js';
import { getLiveness, Liveness, LivenessGuard, LivenessModule, type LivenessResult } from '../src/index.js';
import { ADAPTERS } from './support/adapters.js';
import { formOf, post, startApp, type TestApp, type TestAppOptions } from './support/app.js';

const PICTURE = sample('approved.png');

/** What ran, in its order. */
let ran: string[] = [];
let running: TestApp | undefined;

beforeEach(() => {
  ran = [];
});

afterEach(async () => {
  await running?.close();
  running = undefined;
});

/** Lets nobody through without a log-in. */
@Injectable()
class LogInGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    ran.push('log-in');
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
    return headers['authorization'] !== undefined;
  }
}

@Injectable()
class NotingInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    ran.push(`interceptor with ${getLiveness(context.switchToHttp().getRequest<object>()).outcome}`);
    return next.handle();
  }
}

@Injectable()
class NotingPipe implements PipeTransform {
  transform(value: unknown): unknown {
    ran.push('pipe');
    return value;
  }
}

describe.each(ADAPTERS)('the guard among others, G04 on Nest with %s', (_, createAdapter) => {
  async function start(controller: Type, rest: Partial<TestAppOptions> = {}): Promise<TestApp> {
    running = await startApp({
      adapter: createAdapter(),
      metadata: (liveness) => ({ imports: [LivenessModule.forRoot(liveness)], controllers: [controller] }),
      ...rest,
    });
    return running;
  }

  it('G01 runs before interceptors and pipes, and none of them at all after a no', async () => {
    @Controller()
    class SignupController {
      @Post('signup')
      @LivenessGuard()
      @UseInterceptors(NotingInterceptor)
      signup(@Body(NotingPipe) _body: unknown) {
        ran.push('handler');
        return {};
      }
    }
    const { url } = await start(SignupController);

    expect(await post(`${url}/signup`, formOf(pictureOf('spoof')))).toMatchObject({ status: 403 });
    expect(ran).toEqual([]);
    expect(await post(`${url}/signup`, formOf(PICTURE))).toMatchObject({ status: 201 });
    expect(ran).toEqual(['interceptor with approved', 'pipe', 'handler']);
  });

  it.each(['below', 'class', 'application'])(
    'G03 P6 pays for nobody whom a guard for log-in refuses: one of the %s',
    async (place) => {
      @Controller('below')
      class Below {
        @Post()
        @LivenessGuard()
        @UseGuards(LogInGuard)
        signup() {
          return {};
        }
      }
      @Controller('class')
      @UseGuards(LogInGuard)
      class OfClass {
        @Post()
        @LivenessGuard()
        signup() {
          return {};
        }
      }
      @Controller('application')
      @LivenessGuard()
      class Plain {
        @Post()
        signup() {
          return {};
        }
      }
      const controllers: Record<string, Type> = { below: Below, class: OfClass, application: Plain };
      const { url, emulator, paidCalls } = await start(Plain, {
        metadata: (liveness) => ({
          imports: [LivenessModule.forRoot(liveness)],
          controllers: [controllers[place] ?? Plain],
          providers: place === 'application' ? [{ provide: APP_GUARD, useClass: LogInGuard }] : [],
        }),
      });

      expect(await post(`${url}/${place}`, formOf(PICTURE))).toMatchObject({ status: 403 });
      expect(emulator.calls()).toEqual([]);
      const authorized = await post(`${url}/${place}`, formOf(PICTURE), { authorization: 'Bearer token' });
      expect(authorized).toMatchObject({ status: 201 });
      expect(paidCalls()).toBe(1);
    },
  );

  it('G03 runs before guards above it: decorators act from the bottom up, and those can use the result', async () => {
    @Injectable()
    class AfterGuard implements CanActivate {
      canActivate(context: ExecutionContext): boolean {
        ran.push(getLiveness(context.switchToHttp().getRequest<object>()).outcome);
        return true;
      }
    }
    @Controller()
    class SignupController {
      @Post('signup')
      @UseGuards(AfterGuard)
      @LivenessGuard()
      signup() {
        return {};
      }
    }
    const { url } = await start(SignupController);

    expect(await post(`${url}/signup`, formOf(PICTURE))).toMatchObject({ status: 201 });
    expect(ran).toEqual(['approved']);
  });

  it.each(['spoof', 'no-face', '500', '429', 'html-200', 'hang'])(
    'G05 does not run the handler after %s, whatever a filter for everything makes of it',
    async (scenario) => {
      @Catch()
      class Everything implements ExceptionFilter {
        readonly #host: HttpAdapterHost;

        constructor(host: HttpAdapterHost) {
          this.#host = host;
        }

        catch(exception: unknown, host: ArgumentsHost): void {
          ran.push((exception as Error).name);
          this.#host.httpAdapter.reply(host.switchToHttp().getResponse(), { ok: true }, 200);
        }
      }
      @Controller()
      class SignupController {
        @Post('signup')
        @LivenessGuard()
        signup() {
          ran.push('handler');
          return {};
        }
      }
      const { url } = await start(SignupController, {
        metadata: (liveness) => ({
          imports: [LivenessModule.forRoot({ ...liveness, timeoutMs: 300 })],
          controllers: [SignupController],
        }),
        configure: (app) => app.useGlobalFilters(new Everything(app.get(HttpAdapterHost))),
      });

      const answer = await post(`${url}/signup`, formOf(pictureOf(scenario)));

      expect(answer).toMatchObject({ status: 200, body: { ok: true } });
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(ran).toEqual(['LivenessException']);
    },
  );

  it('G02 guards a stream of events like any other handler: no stream without a verdict', async () => {
    @Controller()
    class StreamController {
      @Sse('events')
      @LivenessGuard()
      events(@Liveness() { outcome }: LivenessResult) {
        ran.push('handler');
        return of({ data: outcome });
      }
    }
    const { url, emulator } = await start(StreamController);

    const answer = await fetch(`${url}/events`);

    expect(answer.status).toBe(415);
    expect(emulator.calls()).toEqual([]);
    expect(ran).toEqual([]);
  });
});
