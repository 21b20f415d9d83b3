import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { AuthenticationError } from '@didit-liveness/core';
import { Body, Controller, Post } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  Liveness,
  LivenessGuard,
  LivenessModule,
  type LivenessResult,
  LivenessService,
  Selfie,
  type SelfieFile,
} from '../src/index.js';
import {
  LivenessScript,
  LivenessTestingModule,
  type LivenessTestingOptions,
  type ScriptedOutcome,
  SELFIE,
} from '../src/testing.js';
import { formOf, post } from './support/app.js';

@Controller()
class SignupController {
  @Post('signup')
  @LivenessGuard({ saveApiRequest: true, subject: () => 'person-1' })
  signup(@Body() body: unknown, @Liveness() { outcome }: LivenessResult, @Selfie() selfie: SelfieFile) {
    return { body, outcome, mimetype: selfie.mimetype, size: selfie.buffer.length };
  }

  @Post('silent')
  @LivenessGuard()
  silent() {
    return { ran: true };
  }
}

const compile = (options: LivenessTestingOptions = {}) =>
  Test.createTestingModule({
    imports: [LivenessTestingModule.forRoot(options)],
    controllers: [SignupController],
  }).compile();

const unauthorized = new AuthenticationError({
  endpoint: 'x',
  status: 401,
  requestId: null,
  body: '',
  retryAfterMs: undefined,
});

describe('LivenessTestingModule', () => {
  it.each<[ScriptedOutcome, string]>([
    ['approved', 'passed'],
    ['declined', 'liveness-declined'],
    ['retake', 'selfie-retake'],
    ['review', 'review-required'],
    ['unavailable', 'liveness-unavailable'],
    ['timeout', 'liveness-timeout'],
    ['bad-response', 'liveness-bad-response'],
    [{ status: 'Approved', score: 79 }, 'liveness-declined'],
    [{ status: 'Approved', score: null }, 'liveness-declined'],
    [{ status: 'Approved' }, 'passed'],
    [{ status: 'Approved', warnings: ['LOW_FACE_LUMINANCE'] }, 'selfie-retake'],
    [unauthorized, 'liveness-unavailable'],
  ])('plays %p as %s', async (outcome, expected) => {
    const testing = await compile({ verdicts: [outcome], threshold: 80 });

    const result = await testing.get(LivenessService).check(SELFIE);

    expect(result.kind === 'refused' ? result.refusal.code : result.kind).toBe(expected);
  });

  it('takes the options of the real module, and goes nowhere', async () => {
    const options = { apiKey: 'key', baseUrl: 'https://example.org', timeoutMs: 5_000, threshold: 80 };

    const testing = await compile(options);

    expect((await testing.get(LivenessService).check(SELFIE)).kind).toBe('passed');
  });

  it('plays outcomes in their order, the last one again and again, and keeps what was asked', async () => {
    const testing = await compile({ verdicts: ['declined', 'approved'] });
    const [service, script] = [testing.get(LivenessService), testing.get(LivenessScript)];

    const kinds = [];
    for (let count = 0; count < 3; count += 1) kinds.push((await service.check(SELFIE)).kind);
    expect(kinds).toEqual(['refused', 'passed', 'passed']);
    script.next('retake');
    expect((await service.check(SELFIE)).kind).toBe('refused');
    expect(script.calls).toHaveLength(4);
    expect(script.calls[0]).toEqual({
      saveApiRequest: false,
      picture: { type: 'png', size: SELFIE.length, width: 96, height: 96 },
    });
    script.clear();
    expect(script.calls).toEqual([]);
  });

  it('aborts as the client does, and says so when there is no such outcome', async () => {
    const testing = await compile({ verdicts: ['no-such' as never] });
    const service = testing.get(LivenessService);

    await expect(service.check(SELFIE)).rejects.toThrow('There is no scripted outcome "no-such"');
    expect(await service.check(SELFIE, { signal: AbortSignal.abort() })).toEqual({ kind: 'aborted' });
  });

  it('reads uploads and refuses them for free, as the real module does', async () => {
    const testing = await compile({ isGlobal: false });
    const app = testing.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    const url = `${await app.getUrl()}/signup`;

    expect(await post(url, formOf(Buffer.from('%PDF-1.7')))).toMatchObject({ status: 415 });
    expect(await post(url, formOf(SELFIE, { email: 'ada@example.org' }))).toMatchObject({
      status: 201,
      body: { body: { email: 'ada@example.org' }, outcome: 'approved', mimetype: 'image/png', size: SELFIE.length },
    });
    expect(app.get(LivenessScript).calls).toMatchObject([{ saveApiRequest: true, vendorData: 'person-1' }]);
    app.getHttpServer().closeAllConnections();
    await app.close();
  });
});

describe('overrideProvider(LivenessService)', () => {
  const startWith = async (standIn: object) => {
    const testing = await Test.createTestingModule({
      imports: [LivenessModule.forRoot()],
      controllers: [SignupController],
    })
      .overrideProvider(LivenessService)
      .useValue(standIn)
      .compile();
    const app = testing.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    return app;
  };

  it('needs no key, and lets pass or not as the stand-in says', async () => {
    const liveness = { outcome: 'approved' };
    const app = await startWith({ check: () => Promise.resolve({ kind: 'passed', liveness }) });

    const answer = await post(`${await app.getUrl()}/signup`, formOf(SELFIE, { email: 'ada@example.org' }));

    expect(answer).toMatchObject({
      status: 201,
      body: { body: { email: 'ada@example.org' }, outcome: 'approved', mimetype: 'image/png' },
    });
    app.getHttpServer().closeAllConnections();
    await app.close();
  });

  it('runs no handler without a selfie that asks for one', async () => {
    const app = await startWith({
      check: () => Promise.resolve({ kind: 'passed', liveness: { outcome: 'approved' } }),
    });

    expect(await post(`${await app.getUrl()}/signup`, formOf(undefined))).toMatchObject({ status: 500 });
    app.getHttpServer().closeAllConnections();
    await app.close();
  });

  it.each([{ kind: 'maybe' }, {}, true, undefined])('never opens on what is no result: %j', async (result) => {
    const app = await startWith({ check: () => Promise.resolve(result) });

    expect(await post(`${await app.getUrl()}/silent`, formOf(SELFIE))).toMatchObject({ status: 500 });
    app.getHttpServer().closeAllConnections();
    await app.close();
  });
});
