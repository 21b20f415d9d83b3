import 'reflect-metadata';
import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import multipart from '@fastify/multipart';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  BadRequestException,
  Body,
  Catch,
  Controller,
  type ExecutionContext,
  Get,
  HttpException,
  Param,
  type PipeTransform,
  Post,
  Req,
  Scope,
  UploadedFile,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  ValidationPipe,
} from '@nestjs/common';
import { APP_GUARD, type AbstractHttpAdapter } from '@nestjs/core';
import { AnyFilesInterceptor, ExpressAdapter, FileInterceptor } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { FileInterceptor as FastifyFileInterceptor } from '@nestjs/platform-fastify/multipart';
import { IsEmail } from 'class-validator';
import multer from 'multer';
import { pictureOf, sample } from '../../../test/support/pictures.js';
import {
  getLiveness,
  getSelfie,
  Liveness,
  LivenessGuard,
  LivenessModule,
  type LivenessResult,
  LivenessRouteGuard,
  Selfie,
  type SelfieFile,
  SkipLiveness,
} from '../src/index.js';
import { ADAPTERS } from './support/adapters.js';
import { formOf, post, sha256, startApp, type TestApp, type TestAppOptions } from './support/app.js';

class SignupDto {
  @IsEmail()
  email!: string;
}

const PICTURE = sample('approved.png');
const EMAIL = { email: 'ada@example.org' };

let running: TestApp | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
});

async function start(options: TestAppOptions): Promise<TestApp> {
  running = await startApp(options);
  return running;
}

/** What a handler found of the file and the fields. */
function found(file: SelfieFile, body: unknown) {
  return { file: sha256(file.buffer), size: file.size, body };
}

const FOUND = { file: sha256(PICTURE), size: PICTURE.length, body: EMAIL };

describe.each(ADAPTERS)('@LivenessGuard() on %s', (_, createAdapter) => {
  const startWith = (controller: new () => object, rest: Partial<TestAppOptions> = {}) =>
    start({
      adapter: createAdapter(),
      metadata: (liveness) => ({ imports: [LivenessModule.forRoot(liveness)], controllers: [controller] }),
      ...rest,
    });

  it('gives result, file and fields to parameters and on the request', async () => {
    @Controller()
    class SignupController {
      @Post('signup')
      @LivenessGuard()
      signup(
        @Liveness() liveness: LivenessResult,
        @Selfie() selfie: SelfieFile,
        @UploadedFile() file: SelfieFile,
        @Req() request: { liveness: LivenessResult; file: SelfieFile; body: unknown },
      ) {
        expect(request.file).toBe(selfie);
        expect(file).toBe(selfie);
        expect(getSelfie(request)).toBe(selfie);
        expect(getLiveness(request)).toBe(liveness);
        expect(request.liveness).toBe(liveness);
        expect(Object.isFrozen(liveness)).toBe(true);
        return found(file, request.body);
      }
    }
    const { url } = await startWith(SignupController);

    const answer = await post(`${url}/signup`, formOf(PICTURE, EMAIL));

    expect(answer).toMatchObject({ status: 201, body: FOUND });
  });

  it('E20 lays method over class over module, keeps falsy values, and pays once for both guards', async () => {
    @Controller()
    @LivenessGuard({ threshold: 90, policy: { warnings: { DUPLICATED_FACE: 'decline' } }, field: 'photo' })
    class SignupController {
      @Post('strict')
      strict() {
        return {};
      }

      @Post('lenient')
      @LivenessGuard({ threshold: 0, field: 'selfie' })
      lenient() {
        return {};
      }
    }
    const { url, emulator, paidCalls } = await start({
      adapter: createAdapter(),
      metadata: (liveness) => ({
        imports: [
          LivenessModule.forRoot({ ...liveness, policy: { warnings: { POSSIBLE_DUPLICATED_FACE: 'decline' } } }),
        ],
        controllers: [SignupController],
      }),
    });
    const photo = new FormData();
    photo.set('photo', new Blob([PICTURE]), 'x.png');

    expect(await post(`${url}/strict`, photo)).toMatchObject({ status: 201 });
    expect(await post(`${url}/lenient`, formOf(PICTURE))).toMatchObject({ status: 201 });
    expect(emulator.calls().map(({ fields }) => fields['face_liveness_score_decline_threshold'])).toEqual(['90', '0']);
    expect(await post(`${url}/lenient`, formOf(pictureOf('duplicate')))).toMatchObject({ status: 403 });
    expect(await post(`${url}/lenient`, formOf(pictureOf('possible-duplicate')))).toMatchObject({ status: 403 });
    expect(paidCalls()).toBe(4);
  });

  it('E20 pays once behind a guard for the whole application, and lets skipped handlers alone', async () => {
    @Controller()
    class SignupController {
      @Post('signup')
      @LivenessGuard({ threshold: 80 })
      signup() {
        return {};
      }

      @Post('plain')
      plain() {
        return {};
      }

      @Get('health')
      @SkipLiveness()
      health() {
        return { up: true };
      }
    }
    const { url, emulator, paidCalls } = await start({
      adapter: createAdapter(),
      metadata: (liveness) => ({
        imports: [LivenessModule.forRoot({ ...liveness, threshold: 60 })],
        controllers: [SignupController],
        providers: [{ provide: APP_GUARD, useExisting: LivenessRouteGuard }],
      }),
    });

    expect(await post(`${url}/signup`, formOf(PICTURE))).toMatchObject({ status: 201 });
    expect(paidCalls()).toBe(1);
    expect(await post(`${url}/plain`, formOf(PICTURE))).toMatchObject({ status: 201 });
    expect(await post(`${url}/plain`, formOf(undefined))).toMatchObject({ status: 400 });
    expect(await post(`${url}/signup`, formOf(pictureOf('spoof')))).toMatchObject({ status: 403 });
    expect(emulator.calls().map(({ fields }) => fields['face_liveness_score_decline_threshold'])).toEqual([
      '80',
      '60',
      '80',
    ]);
    const health = await fetch(`${url}/health`);
    expect([health.status, await health.json()]).toEqual([200, { up: true }]);
  });

  it('G03 guards inherited handlers, those of request-scoped controllers, and all of a class but the skipped', async () => {
    @LivenessGuard()
    class Base {
      @Post('inherited')
      inherited() {
        return {};
      }
    }
    @Controller({ scope: Scope.REQUEST })
    class SignupController extends Base {
      @Post('own')
      own() {
        return {};
      }

      @Post('skipped')
      @SkipLiveness()
      skipped() {
        return { skipped: true };
      }
    }
    @Controller('free')
    @SkipLiveness()
    class FreeController extends Base {}
    const { url } = await start({
      adapter: createAdapter(),
      metadata: (liveness) => ({
        imports: [LivenessModule.forRoot(liveness)],
        controllers: [SignupController, FreeController],
      }),
    });

    for (const path of ['inherited', 'own']) {
      expect(await post(`${url}/${path}`, formOf(undefined, EMAIL))).toMatchObject({ status: 400 });
      expect(await post(`${url}/${path}`, formOf(PICTURE))).toMatchObject({ status: 201 });
    }
    expect(await post(`${url}/skipped`, '')).toMatchObject({ status: 201 });
    expect(await post(`${url}/free/inherited`, '')).toMatchObject({ status: 201 });
  });

  it('holds the fields against a class before money is spent, and hands its instance on', async () => {
    @Controller()
    class SignupController {
      @Post('signup')
      @LivenessGuard({ body: SignupDto })
      signup(@Body() body: SignupDto) {
        return { isInstance: body instanceof SignupDto, body };
      }
    }
    const { url, emulator } = await startWith(SignupController, {
      configure: (app) =>
        app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true })),
    });

    const bad = await post(`${url}/signup`, formOf(PICTURE, { email: 'a secret', admin: 'true' }));
    expect(bad).toMatchObject({
      status: 422,
      body: { code: 'invalid-fields', hints: [{ code: 'email', message: 'email must be an email' }] },
    });
    expect(JSON.stringify(bad.body)).not.toMatch(/secret|admin/);
    expect(emulator.calls()).toEqual([]);

    const good = await post(`${url}/signup`, formOf(PICTURE, { ...EMAIL, admin: 'true' }));
    expect(good).toMatchObject({ status: 201, body: { isInstance: true, body: EMAIL } });
  });

  it('asks the functions of the application with the context, and takes their complaints along', async () => {
    @Controller()
    class SignupController {
      @Post('signup/:tenant')
      @LivenessGuard({
        body: SignupDto,
        validate: (fields) => (fields['age'] === '7' ? { age: 'Too young.' } : {}),
        subject: (context: ExecutionContext) =>
          Promise.resolve(context.switchToHttp().getRequest<{ params: { tenant: string } }>().params.tenant),
        correlationId: () => 'gateway-1',
        hintText: () => 'Mehr Licht.',
      })
      signup(@Param('tenant') _tenant: string, @Liveness() { correlationId }: LivenessResult) {
        return { correlationId };
      }
    }
    const { url, emulator } = await startWith(SignupController);

    const young = await post(`${url}/signup/acme`, formOf(PICTURE, { email: 'x', age: '7' }));
    expect(young.body['hints']).toEqual([
      { code: 'email', message: 'email must be an email' },
      { code: 'age', message: 'Too young.' },
    ]);
    expect(young.body['correlationId']).toBe('gateway-1');
    const dark = await post(`${url}/signup/acme`, formOf(pictureOf('too-dark'), EMAIL));
    expect(dark.body['hints']).toEqual([{ code: 'more-light', message: 'Mehr Licht.' }]);
    const good = await post(`${url}/signup/acme`, formOf(PICTURE, EMAIL));
    expect(good).toMatchObject({ status: 201, body: { correlationId: 'gateway-1' } });
    expect(emulator.calls().at(-1)?.fields['vendor_data']).toBe('acme');
  });

  it('reads a bare picture, and JSON where it is told to', async () => {
    @Controller()
    class SignupController {
      @Post('picture')
      @LivenessGuard()
      picture(@Selfie() selfie: SelfieFile, @Body() body: unknown) {
        return found(selfie, body);
      }

      @Post('json')
      @LivenessGuard({ accept: ['json'] })
      json(@Selfie() selfie: SelfieFile, @Body() body: unknown) {
        return found(selfie, body);
      }
    }
    const { url } = await startWith(SignupController);

    const picture = await post(`${url}/picture`, PICTURE, { 'content-type': 'image/png' });
    expect(picture).toMatchObject({ status: 201, body: { ...FOUND, body: {} } });
    const text = JSON.stringify({ ...EMAIL, selfie: PICTURE.toString('base64') });
    const json = await post(`${url}/json`, text, { 'content-type': 'application/json' });
    expect(json).toMatchObject({ status: 201, body: FOUND });
  });

  it('uses what multer left on the request as a middleware', async () => {
    @Controller()
    class SignupController {
      @Post('signup')
      @LivenessGuard()
      signup(@Selfie() selfie: SelfieFile, @Body() body: unknown) {
        return found(selfie, body);
      }
    }
    const { url, paidCalls } = await startWith(SignupController, {
      configure: (app) => app.use('/signup', multer().single('selfie')),
    });

    expect(await post(`${url}/signup`, formOf(PICTURE, EMAIL))).toMatchObject({ status: 201, body: FOUND });
    expect(await post(`${url}/signup`, formOf(undefined, EMAIL))).toMatchObject({ status: 400 });
    expect(paidCalls()).toBe(1);
  });

  it('G05 sets the headers of a refusal also where another filter answers', async () => {
    @Catch(HttpException)
    class PlainFilter {
      catch(exception: HttpException, host: ExecutionContext) {
        const response = host
          .switchToHttp()
          .getResponse<{ status: (code: number) => { send: (body: object) => void } }>();
        response.status(exception.getStatus()).send({ mine: true });
      }
    }
    @Controller()
    class SignupController {
      @Post('signup')
      @LivenessGuard()
      @UseFilters(PlainFilter)
      signup() {
        return {};
      }
    }
    const { url } = await startWith(SignupController);

    const answer = await post(`${url}/signup`, formOf(pictureOf('500')));

    expect(answer).toMatchObject({ status: 503, body: { mine: true } });
    expect(answer.headers.get('retry-after')).toBe('10');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('E22 keeps the async context of the request', async () => {
    const storage = new AsyncLocalStorage<string>();
    @Controller()
    class SignupController {
      @Post('signup')
      @LivenessGuard()
      signup() {
        return { store: storage.getStore() };
      }
    }
    const { url } = await startWith(SignupController, {
      configure: (app) =>
        app.use((_request: unknown, _response: unknown, next: () => void) => storage.run('request-1', next)),
    });

    expect(await post(`${url}/signup`, formOf(PICTURE))).toMatchObject({ body: { store: 'request-1' } });
  });

  it('leaves handlers without a guard, and their errors, alone', async () => {
    @Controller()
    class OtherController {
      @Post('echo')
      echo(@Body() body: unknown) {
        return { body };
      }

      @Post('fail')
      @UseGuards(LivenessRouteGuard)
      fail() {
        throw new BadRequestException('mine');
      }

      @Post('unguarded')
      unguarded(@Liveness() liveness: LivenessResult) {
        return { liveness };
      }
    }
    const { url } = await startWith(OtherController);

    const echo = await post(`${url}/echo`, '{"a":1}', { 'content-type': 'application/json' });
    expect(echo).toMatchObject({ status: 201, body: { body: { a: 1 } } });
    expect(await post(`${url}/fail`, formOf(PICTURE))).toMatchObject({ status: 400, body: { message: 'mine' } });
    expect(await post(`${url}/unguarded`, '')).toMatchObject({ status: 500 });
  });

  it.each(['ws', 'rpc', 'graphql'])('G02 refuses to guard a handler that is reached by %s', async (type) => {
    @Controller()
    class SignupController {
      @Post('signup')
      @LivenessGuard()
      signup() {
        return {};
      }
    }
    const { app } = await startWith(SignupController);
    const context = {
      getType: () => type,
      getClass: () => SignupController,
      getHandler: () => SignupController.prototype.signup,
    };

    await expect(app.get(LivenessRouteGuard).canActivate(context as unknown as ExecutionContext)).rejects.toThrow(
      `@LivenessGuard() cannot guard SignupController.signup: it is reached by ${type}, not by HTTP. ` +
        'Use LivenessService.check() in the handler instead.',
    );
  });
});

describe('@LivenessGuard() with the file interceptors of platform-express', () => {
  const folder = mkdtempSync(join(tmpdir(), 'didit-liveness-'));

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('G01 lets them stay on the handler', async () => {
    @Controller()
    class SignupController {
      @Post('one')
      @LivenessGuard()
      @UseInterceptors(FileInterceptor('selfie'))
      one(@UploadedFile() file: SelfieFile, @Body() body: unknown) {
        return found(file, body);
      }

      @Post('any')
      @LivenessGuard({ body: SignupDto })
      @UseInterceptors(AnyFilesInterceptor())
      any(@Selfie() file: SelfieFile, @Body() body: unknown) {
        return found(file, body);
      }
    }
    const { url } = await startExpress(SignupController);

    expect(await post(`${url}/one`, formOf(PICTURE, EMAIL))).toMatchObject({ status: 201, body: FOUND });
    expect(await post(`${url}/any`, formOf(PICTURE, EMAIL))).toMatchObject({ status: 201, body: FOUND });
  });

  it('survives one that stores on disk, and a pipe that then refuses', async () => {
    class Refuse implements PipeTransform {
      transform(): never {
        throw new BadRequestException('refused by a pipe');
      }
    }
    @Controller()
    class SignupController {
      @Post('signup')
      @LivenessGuard()
      @UseInterceptors(FileInterceptor('selfie', { dest: folder }))
      @UsePipes(Refuse)
      signup(@Body() _body: unknown) {
        return {};
      }
    }
    const { url } = await startExpress(SignupController);

    const answer = await post(`${url}/signup`, formOf(PICTURE, EMAIL));

    expect(answer).toMatchObject({ status: 400, body: { message: 'refused by a pipe' } });
    expect(readdirSync(folder)).toEqual([]);
  });

  function startExpress(controller: new () => object): Promise<TestApp> {
    return start({
      adapter: new ExpressAdapter(),
      metadata: (liveness) => ({ imports: [LivenessModule.forRoot(liveness)], controllers: [controller] }),
    });
  }
});

describe('@LivenessGuard() on Fastify with @fastify/multipart', () => {
  @Controller()
  class SignupController {
    @Post('signup')
    @LivenessGuard()
    signup(@Selfie() selfie: SelfieFile, @Body() body: unknown) {
      return found(selfie, body);
    }
  }

  const startFastify = (controller: new () => object, configure?: (adapter: AbstractHttpAdapter) => unknown) => {
    const adapter = new FastifyAdapter();
    return start({
      adapter,
      metadata: (liveness) => ({ imports: [LivenessModule.forRoot(liveness)], controllers: [controller] }),
      configure: () => configure?.(adapter),
    });
  };

  it.each([
    ['left to itself', {}],
    ['attaching parts to the body', { attachFieldsToBody: true }],
    ['attaching values to the body', { attachFieldsToBody: 'keyValues' as const }],
  ])('works with the plugin %s', async (_, options) => {
    const { url, paidCalls } = await startFastify(SignupController, (adapter) =>
      (adapter as FastifyAdapter).register(multipart as never, options),
    );

    expect(await post(`${url}/signup`, formOf(PICTURE, EMAIL))).toMatchObject({ status: 201, body: FOUND });
    expect(await post(`${url}/signup`, formOf(undefined, EMAIL))).toMatchObject({
      status: 400,
      body: { code: 'selfie-missing' },
    });
    const two = formOf(PICTURE);
    two.append('selfie', new Blob([PICTURE]), 'second.png');
    expect(await post(`${url}/signup`, two)).toMatchObject({ status: 400, body: { code: 'selfie-duplicated' } });
    expect(paidCalls()).toBe(1);
  });

  it('G01 G04 lets the file interceptor of platform-fastify stay on the handler', async () => {
    @Controller()
    class InterceptedController {
      @Post('signup')
      @LivenessGuard()
      @UseInterceptors(FastifyFileInterceptor('selfie'))
      signup(@UploadedFile() file: SelfieFile, @Body() body: unknown) {
        return found(file, body);
      }
    }
    const { url } = await startFastify(InterceptedController);

    expect(await post(`${url}/signup`, formOf(PICTURE, EMAIL))).toMatchObject({ status: 201, body: FOUND });
  });
});
