import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LivenessEvent } from '@didit-liveness/core';
import { createEmulator, type Emulator } from '@didit-liveness/emulator';
import { Logger } from '@nestjs/common';
import { firstValueFrom, toArray } from 'rxjs';
import { pictureOf, sample } from '../../../test/support/pictures.js';
import { type CheckOptions, LivenessService } from '../src/index.js';

const PICTURE = sample('approved.jpg');

let emulator: Emulator;

beforeEach(async () => {
  emulator = await createEmulator();
});

afterEach(async () => {
  await emulator.close();
});

const serviceWith = (options: object = {}) =>
  new LivenessService({ apiKey: 'key', baseUrl: emulator.url, allowInsecure: true, ...options });

describe('LivenessService.check', () => {
  it.each([
    ['a Buffer', PICTURE],
    ['a list of chunks', [PICTURE.subarray(0, 9), PICTURE.subarray(9)]],
    ['what has chunks', { chunks: [PICTURE] }],
    [
      'a function that reads one',
      () =>
        Promise.resolve({ kind: 'selfie' as const, selfie: { chunks: [PICTURE], size: PICTURE.length, fields: {} } }),
    ],
  ])('takes %s', async (_, selfie) => {
    const service = serviceWith();

    const result = await service.check(selfie);

    expect(result).toMatchObject({ kind: 'passed', liveness: { outcome: 'approved' } });
    await service.onApplicationShutdown();
  });

  it('refuses by the options of the call, laid over those of the module', async () => {
    const service = serviceWith({ threshold: 50, policy: { warnings: { DUPLICATED_FACE: 'decline' } } });
    const strict: CheckOptions = { policy: { warnings: { POSSIBLE_DUPLICATED_FACE: 'decline' } } };

    expect(await service.check(pictureOf('duplicate'), strict)).toMatchObject({
      kind: 'refused',
      refusal: { code: 'liveness-declined' },
    });
    expect(await service.check(pictureOf('possible-duplicate'), strict)).toMatchObject({ kind: 'refused' });
    expect(await service.check(pictureOf('possible-duplicate'), { route: service.route(strict) })).toMatchObject({
      kind: 'refused',
    });
    expect(emulator.calls().map(({ fields }) => fields['face_liveness_score_decline_threshold'])).toEqual([
      '50',
      '50',
      '50',
    ]);
    await service.onApplicationShutdown();
  });

  it('looks at fields before money is spent, and names the person and the request', async () => {
    const service = serviceWith();
    const options = { subject: () => 'person-1', correlationId: 'job-1' };

    const refused = await service.check(
      { chunks: [PICTURE], fields: { age: '7' } },
      { validate: ({ age }) => (age === '7' ? { age: 'no' } : {}) },
    );
    expect(refused).toMatchObject({ kind: 'refused', refusal: { code: 'invalid-fields' } });
    expect(emulator.calls()).toEqual([]);
    const passed = await service.check(PICTURE, options);
    expect(passed).toMatchObject({ liveness: { correlationId: 'job-1' } });
    expect(emulator.calls()[0]?.fields['vendor_data']).toBe('person-1');
    await service.onApplicationShutdown();
  });

  it('gives up when its signal is aborted', async () => {
    const service = serviceWith();

    const result = await service.check(PICTURE, { signal: AbortSignal.abort() });

    expect(result).toEqual({ kind: 'aborted' });
    await service.onApplicationShutdown();
  });

  it.each([[{}], ['text'], [['text']], [null]])('rejects what is no picture: %j', async (selfie) => {
    const service = serviceWith();

    await expect(service.check(selfie as never)).rejects.toThrow();
    await service.onApplicationShutdown();
  });

  it('rejects options that cannot be used', async () => {
    const service = serviceWith();

    await expect(service.check(PICTURE, { threshold: 101 })).rejects.toThrow(
      'LivenessService.threshold is 101, which is not allowed; allowed: 0, or a number from 1 to 100',
    );
    await service.onApplicationShutdown();
  });
});

describe('LivenessService.decide', () => {
  it('judges a verdict by the policy of the module, or by another one laid over it', async () => {
    const service = serviceWith({ threshold: 60 });
    const { liveness } = await service.client.passiveLiveness.check({ userImage: sample('unmarked.jpg') });
    const verdict = { ...liveness, status: 'Approved' as const, score: 70 };

    expect(service.decide(verdict).outcome).toBe('approved');
    expect(service.decide(verdict, { score: { declineAtOrBelow: 70 } }).outcome).toBe('declined');
    await service.onApplicationShutdown();
  });
});

describe('LivenessService as a stream', () => {
  it('tells decisions apart from everything else, and ends with the application', async () => {
    const heard: LivenessEvent[] = [];
    const service = serviceWith({ onEvent: (event: LivenessEvent) => heard.push(event) });
    const decisions = firstValueFrom(service.decisions$.pipe(toArray()));
    const events = firstValueFrom(service.events$.pipe(toArray()));

    await service.check(PICTURE);
    await service.check(pictureOf('spoof'));
    await service.check(Buffer.from('%PDF'));
    await service.onApplicationShutdown();

    expect((await decisions).map(({ outcome }) => outcome)).toEqual(['approved', 'declined']);
    expect((await events).map(({ type }) => type)).toEqual(['decided', 'decided', 'refused']);
    expect(heard).toEqual(await events);
  });

  it('tells a warning about the configuration once', async () => {
    const heard: LivenessEvent[] = [];
    const service = serviceWith({
      policy: { warnings: { DUPLICATED_FACE: 'decline' } },
      onEvent: (event: LivenessEvent) => heard.push(event),
    });

    service.route({ threshold: 1 });

    expect(heard).toEqual([expect.objectContaining({ type: 'configuration', warning: 'duplicates-not-enrolled' })]);
    await service.onApplicationShutdown();
  });
});

describe('LivenessService without a listener', () => {
  const warnings: string[] = [];
  const collector = { log: () => {}, error: () => {}, warn: (message: string) => void warnings.push(message) };

  beforeEach(() => {
    warnings.length = 0;
    Logger.overrideLogger(collector);
  });

  it('C02 says once in the log that Didit refuses the key', async () => {
    emulator.next('401', 2);
    const service = serviceWith();

    const results = [await service.check(PICTURE), await service.check(pictureOf('approved'))];

    expect(results).toMatchObject([{ kind: 'refused' }, { kind: 'refused' }]);
    expect(warnings).toEqual([
      'Didit refuses: the API key is wrong, revoked or expired; check DIDIT_API_KEY or apiKey. Until that is mended nobody gets through.',
    ]);
    await service.onApplicationShutdown();
  });
});

describe('LivenessService at the end of the application', () => {
  it('F01 lets running checks finish, and refuses new ones', async () => {
    const service = serviceWith();
    let finishReading = (): void => {};
    const reading = new Promise<void>((resolve) => {
      finishReading = resolve;
    });
    const running = service.check(async () => {
      await reading;
      return { kind: 'selfie', selfie: { chunks: [PICTURE], size: PICTURE.length, fields: {} } };
    });

    const closed = service.onApplicationShutdown();
    const late = await service.check(PICTURE, { correlationId: 'late' });
    finishReading();

    expect(await running).toMatchObject({ kind: 'passed' });
    await closed;
    await service.onApplicationShutdown();
    expect(late).toMatchObject({
      kind: 'refused',
      refusal: {
        code: 'liveness-unavailable',
        status: 503,
        headers: { 'retry-after': '1', connection: 'close' },
      },
    });
    expect(emulator.calls()).toHaveLength(1);
  });
});

describe('LivenessService.check of a module that demands a match', () => {
  const match = { referenceImage: () => PICTURE };

  it('P6 asks for the picture before anything is paid', async () => {
    const service = serviceWith({ match });

    await expect(service.check(PICTURE)).rejects.toThrow('referenceImage is missing, and the module demands a match');

    expect(emulator.calls()).toEqual([]);
    await service.onApplicationShutdown();
  });

  it('compares with the picture that it is given', async () => {
    const service = serviceWith({ match });

    const result = await service.check(PICTURE, { referenceImage: () => PICTURE });

    expect(result).toMatchObject({ kind: 'passed', liveness: { faceMatch: { score: expect.any(Number) } } });
    await service.onApplicationShutdown();
  });
});
