import 'reflect-metadata';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DiditClient } from '@didit-liveness/core';
import { createEmulator, type Emulator } from '@didit-liveness/emulator';
import { Controller, Injectable, Module, Post } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  getLivenessServiceToken,
  InjectLiveness,
  LivenessGuard,
  LivenessModule,
  type LivenessModuleOptions,
  type LivenessOptionsFactory,
  LivenessService,
} from '../src/index.js';
import { sample } from '../../../test/support/pictures.js';
import { formOf, post } from './support/app.js';

const KEY = process.env['DIDIT_API_KEY'];
let emulator: Emulator;
let testing: TestingModule | undefined;

beforeEach(async () => {
  emulator = await createEmulator();
  delete process.env['DIDIT_API_KEY'];
});

afterEach(async () => {
  await testing?.close();
  testing = undefined;
  await emulator.close();
  if (KEY !== undefined) process.env['DIDIT_API_KEY'] = KEY;
  else delete process.env['DIDIT_API_KEY'];
});

const local = () => ({ apiKey: 'key', baseUrl: emulator.url, allowInsecure: true });

async function compile(metadata: Parameters<typeof Test.createTestingModule>[0]): Promise<TestingModule> {
  testing = await Test.createTestingModule(metadata).compile();
  return testing;
}

describe('LivenessModule', () => {
  it('D01 does not start without a key, and names the variable', async () => {
    await expect(compile({ imports: [LivenessModule.forRoot()] })).rejects.toThrow('DIDIT_API_KEY');
  });

  it('D03 shows neither key nor secret when the module is printed', () => {
    const module = LivenessModule.forRoot({ apiKey: 'sk_live_printed', webhookSecret: 'whsec_printed' });

    const printed = [inspect(module, { depth: Infinity, showHidden: true }), JSON.stringify(module)].join();

    expect(printed).not.toContain('_printed');
  });

  it('takes the key from the environment', async () => {
    process.env['DIDIT_API_KEY'] = 'key-of-the-environment';

    const module = await compile({ imports: [LivenessModule.forRoot()] });

    expect(module.get(LivenessService).client.origin).toBe('https://verification.didit.me');
  });

  it.each<[string, object, string]>([
    ['a value out of range', { threshold: 101 }, 'LivenessModule.threshold is 101'],
    [
      'a nested value out of range',
      { policy: { score: { declineAtOrBelow: 101 } } },
      'LivenessModule.policy.score.declineAtOrBelow is 101',
    ],
    ['a misspelt key', { treshold: 80 }, 'LivenessModule.treshold is not an option; did you mean "threshold"?'],
    [
      'a misspelt key of the module alone',
      { webhooksecret: 'x' },
      'did you mean "webhookSecret"? Allowed: apiKey, client, ',
    ],
    [
      'an override that Nest has filters for',
      { onDeclined: () => {} },
      'LivenessModule.onDeclined is not an option in Nest',
    ],
    ['a URL that is not https', { baseUrl: 'http://example.org' }, 'LivenessModule.baseUrl is http://example.org'],
    ['a key that no header carries', { apiKey: 'a key' }, 'LivenessModule.apiKey contains characters'],
    ['a wrong circuit', { circuitBreaker: { openMs: 1 } }, 'LivenessModule.circuitBreaker.openMs is 1'],
  ])('D08 does not start with %s', async (_, options, message) => {
    await expect(compile({ imports: [LivenessModule.forRoot({ apiKey: 'secret-key', ...options })] })).rejects.toThrow(
      message,
    );
    await expect(
      compile({ imports: [LivenessModule.forRoot({ apiKey: 'secret-key', ...options })] }),
    ).rejects.not.toThrow('secret-key');
  });

  it('takes its options from a factory with what it imports and injects', async () => {
    @Injectable()
    class Config {
      readonly options = local();
    }
    @Module({ providers: [Config], exports: [Config] })
    class ConfigModule {}

    const module = await compile({
      imports: [
        LivenessModule.forRootAsync({
          imports: [ConfigModule],
          inject: [Config],
          useFactory: ({ options }: Config) => Promise.resolve(options),
        }),
      ],
    });

    expect(await module.get(LivenessService).check(sample('approved.png'))).toMatchObject({ kind: 'passed' });
  });

  it.each(['useClass', 'useExisting'] as const)('takes its options from a class by %s', async (by) => {
    const origin = emulator.url;
    @Injectable()
    class Options implements LivenessOptionsFactory {
      createLivenessOptions(): LivenessModuleOptions {
        return { apiKey: 'key', baseUrl: origin, allowInsecure: true };
      }
    }
    @Module({ providers: [Options], exports: [Options] })
    class OptionsModule {}

    const module = await compile({
      imports: [LivenessModule.forRootAsync({ imports: [OptionsModule], [by]: Options })],
    });

    expect(module.get(LivenessService).client.origin).toBe(origin);
  });

  it('shares a client, and closes it with the application', async () => {
    const client = new DiditClient({ apiKey: 'key', baseUrl: emulator.url, allowInsecure: true });
    const module = await compile({ imports: [LivenessModule.forRoot({ client })] });
    await module.init();
    expect(module.get(LivenessService).client).toBe(client);

    await module.close();

    await expect(client.passiveLiveness.check({ userImage: sample('approved.png') })).rejects.toMatchObject({
      code: 'client-closed',
    });
  });

  it('is injected everywhere when it is global, and where it is imported when not', async () => {
    @Injectable()
    class User {
      constructor(@InjectLiveness() readonly liveness: LivenessService) {}
    }
    @Module({ providers: [User] })
    class Feature {}

    await expect(compile({ imports: [LivenessModule.forRoot(local()), Feature] })).rejects.toThrow(
      /resolve dependencies/,
    );
    const module = await compile({ imports: [LivenessModule.forRoot({ ...local(), isGlobal: true }), Feature] });
    expect(module.get(User, { strict: false }).liveness).toBe(module.get(LivenessService));
  });

  it('has named instances, each with its own key and policy', async () => {
    @Injectable()
    class User {
      constructor(
        @InjectLiveness('kyc') readonly kyc: LivenessService,
        readonly usual: LivenessService,
      ) {}
    }
    @Controller()
    class SignupController {
      @Post('usual')
      @LivenessGuard()
      usual() {
        return {};
      }

      @Post('kyc')
      @LivenessGuard({ instance: 'kyc' })
      kyc() {
        return {};
      }
    }
    const module = await compile({
      imports: [
        LivenessModule.forRoot({ ...local(), threshold: 50 }),
        LivenessModule.forRootAsync({ name: 'kyc', useFactory: () => ({ ...local(), threshold: 90 }) }),
      ],
      providers: [User],
      controllers: [SignupController],
    });
    const app = module.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');

    for (const path of ['usual', 'kyc']) {
      expect(await post(`${await app.getUrl()}/${path}`, formOf(sample('approved.png')))).toMatchObject({
        status: 201,
      });
    }

    expect(emulator.calls().map(({ fields }) => fields['face_liveness_score_decline_threshold'])).toEqual(['50', '90']);
    const { kyc, usual } = module.get(User);
    expect(kyc).toBe(module.get(getLivenessServiceToken('kyc')));
    expect(kyc).not.toBe(usual);
    app.getHttpServer().closeAllConnections();
    await app.close();
  });
});

describe('D08 the start of an application', () => {
  const startWith = async (options: object, ...modules: ReturnType<typeof LivenessModule.forRoot>[]) => {
    @Controller()
    class SignupController {
      @Post()
      @LivenessGuard(options)
      signup() {}
    }
    const module = await compile({ imports: modules, controllers: [SignupController] });
    await module.createNestApplication({ logger: false }).init();
  };

  it.each<[string, object, string]>([
    ['a value out of range', { threshold: 0.5e3 }, 'LivenessGuard(SignupController.signup).threshold is 500'],
    [
      'a misspelt key',
      { polcy: {} },
      'LivenessGuard(SignupController.signup).polcy is not an option; did you mean "policy"?',
    ],
    [
      'an option of the module',
      { apiKey: 'secret' },
      'LivenessGuard(SignupController.signup).apiKey is not an option; Allowed: threshold, policy, ',
    ],
    ['a body that is no class', { body: {} }, 'LivenessGuard(SignupController.signup).body is not a class'],
    [
      'a correlation id that is no function',
      { correlationId: 'x' },
      'LivenessGuard(SignupController.signup).correlationId is not allowed',
    ],
    ['a wrong field name', { field: '' }, 'field'],
    [
      'an unknown instance',
      { instance: 'kyc' },
      'LivenessGuard(SignupController.signup).instance is "kyc", but no LivenessModule of that name is imported',
    ],
  ])('is stopped by a guard with %s', async (_, options, message) => {
    await expect(startWith(options, LivenessModule.forRoot(local()))).rejects.toThrow(message);
  });

  it('is stopped by a guard without a module, and by two modules of one name', async () => {
    await expect(startWith({})).rejects.toThrow('no LivenessModule of that name is imported');
    await expect(
      startWith({}, LivenessModule.forRoot(local()), LivenessModule.forRoot({ ...local(), threshold: 3 })),
    ).rejects.toThrow('more than one LivenessModule of that name is imported');
  });

  it('is two modules for two keys, also where Nest tells modules apart by what they are made of', async () => {
    const modules = [LivenessModule.forRoot(local()), LivenessModule.forRoot({ ...local(), apiKey: 'another-key' })];
    const building = Test.createTestingModule({ imports: modules }, { moduleIdGeneratorAlgorithm: 'deep-hash' });

    testing = await building.compile();

    const copies = [...testing.get(ModulesContainer).values()].filter(({ metatype }) => metatype === LivenessModule);
    expect(copies).toHaveLength(2);
  });
});
