import 'reflect-metadata';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { LivenessService } from '../src/index.js';
import { LivenessHealthIndicator } from '../src/terminus.js';
import { LivenessScript, LivenessTestingModule, SELFIE } from '../src/testing.js';

async function compile(name?: string) {
  const options = name === undefined ? {} : { name };
  return Test.createTestingModule({
    imports: [TerminusModule.forRoot({ logger: false }), LivenessTestingModule.forRoot(options)],
    providers: [LivenessHealthIndicator],
  }).compile();
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('LivenessHealthIndicator', () => {
  it('F10 is up before the first call, and asks nobody', async () => {
    const testing = await compile();

    const health = testing.get(LivenessHealthIndicator).isHealthy('liveness');

    expect(health).toEqual({ liveness: { status: 'up', consecutiveFailures: 0 } });
    expect(testing.get(LivenessScript).calls).toEqual([]);
  });

  it('is down after failures in a row, and up again after an answer', async () => {
    const testing = await compile();
    const [indicator, script, service] = [
      testing.get(LivenessHealthIndicator),
      testing.get(LivenessScript),
      testing.get(LivenessService),
    ];

    script.next('unavailable');
    for (let failures = 0; failures < 2; failures += 1) await service.check(SELFIE);
    expect(indicator.isHealthy('liveness')).toMatchObject({ liveness: { status: 'up', consecutiveFailures: 2 } });
    await service.check(SELFIE);
    expect(indicator.isHealthy('liveness')).toEqual({
      liveness: { status: 'down', consecutiveFailures: 3, error: 'connection' },
    });

    script.next('declined');
    await service.check(SELFIE);
    expect(indicator.isHealthy('liveness')).toEqual({
      liveness: { status: 'up', consecutiveFailures: 0, lastAnsweredAt: expect.any(String) as unknown },
    });
  });

  it('forgets failures, and counts as it is told', async () => {
    const testing = await compile();
    testing.get(LivenessScript).next('timeout');
    await testing.get(LivenessService).check(SELFIE);
    const indicator = testing.get(LivenessHealthIndicator);

    expect(indicator.isHealthy('liveness', { failures: 1 })).toMatchObject({ liveness: { status: 'down' } });
    expect(indicator.isHealthy('liveness', { failures: 1, memoryMs: 0 })).toMatchObject({ liveness: { status: 'up' } });
  });

  it.each([-3_600_000, 3_600_000])('F06 remembers a failure as long when the date jumps by %i ms', async (jump) => {
    const testing = await compile();
    testing.get(LivenessScript).next('timeout');
    await testing.get(LivenessService).check(SELFIE);
    const indicator = testing.get(LivenessHealthIndicator);

    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + jump);

    expect(indicator.isHealthy('liveness', { failures: 1 })).toMatchObject({ liveness: { status: 'down' } });
    expect(indicator.isHealthy('liveness', { failures: 1, memoryMs: 0 })).toMatchObject({ liveness: { status: 'up' } });
  });

  it('asks after a module by its name', async () => {
    const testing = await compile('kyc');

    const health = testing.get(LivenessHealthIndicator).isHealthy('kyc', { instance: 'kyc' });

    expect(health).toMatchObject({ kyc: { status: 'up' } });
  });

  it('is up with a stand-in for the service', async () => {
    const testing = await Test.createTestingModule({
      imports: [TerminusModule],
      providers: [LivenessHealthIndicator, { provide: LivenessService, useValue: {} }],
    }).compile();

    expect(testing.get(LivenessHealthIndicator).isHealthy('liveness')).toMatchObject({ liveness: { status: 'up' } });
  });
});
