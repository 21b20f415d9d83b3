import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, type DynamicModule, Post, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { DiditWebhook, type DiditWebhookOptions, LivenessModule } from '../src/index.js';
import { VECTOR } from '../../../test/support/deliveries.js';

const SECRET = process.env['DIDIT_WEBHOOK_SECRET'];

beforeEach(() => {
  delete process.env['DIDIT_WEBHOOK_SECRET'];
});

afterEach(() => {
  if (SECRET === undefined) delete process.env['DIDIT_WEBHOOK_SECRET'];
  else process.env['DIDIT_WEBHOOK_SECRET'] = SECRET;
});

function controllerWith(options: DiditWebhookOptions): Type {
  @Controller()
  class DiditController {
    @Post('didit')
    @DiditWebhook(options)
    receive() {}
  }
  return DiditController;
}

/** Starts an application, up to where it would listen. */
async function start(options: DiditWebhookOptions, ...imports: readonly DynamicModule[]): Promise<void> {
  const controllers = [controllerWith(options)];
  const app = await Test.createTestingModule({ imports: [...imports], controllers }).compile();
  await app.init();
  await app.close();
}

const liveness = (options: object = {}) => LivenessModule.forRoot({ apiKey: 'test-key', ...options });

describe('an application with @DiditWebhook()', () => {
  it.each<[string, DiditWebhookOptions, readonly DynamicModule[], string | undefined]>([
    ['the decorator', { secret: VECTOR.secret }, [], undefined],
    ['the module', {}, [liveness({ webhookSecret: [VECTOR.secret, 'the old one'] })], undefined],
    [
      'the module of this name',
      { instance: 'kyc' },
      [liveness({ name: 'kyc', webhookSecret: VECTOR.secret })],
      undefined,
    ],
    ['the environment, without a module', {}, [], VECTOR.secret],
    ['the environment, with a module', {}, [liveness()], VECTOR.secret],
  ])('starts with a secret from %s', async (_, options, imports, variable) => {
    if (variable !== undefined) process.env['DIDIT_WEBHOOK_SECRET'] = variable;

    await expect(start(options, ...imports)).resolves.toBeUndefined();
  });

  it.each<[string, DiditWebhookOptions, readonly DynamicModule[], string]>([
    ['without a secret', {}, [liveness()], 'DiditWebhook(DiditController.receive): there is no webhook secret'],
    ['with a value out of range', { secret: 'a', toleranceSeconds: 0 }, [], 'toleranceSeconds is 0'],
    ['with a misspelt option', { secret: 'a', onFailed: 1 } as never, [], 'onFailed is not an option'],
    [
      'with an override that Nest has filters for',
      { onError: () => {} } as never,
      [liveness()],
      'onError is not an option in Nest',
    ],
    ['with a module that does not exist', { instance: 'kyc' }, [liveness()], 'no LivenessModule of that name'],
    ['with two modules of one name', {}, [liveness(), liveness({ isGlobal: true })], 'more than one LivenessModule'],
    ['with a secret that is none', {}, [liveness({ webhookSecret: 5 })], 'LivenessModule.webhookSecret is not usable'],
    ['with an inbox that is none', {}, [liveness({ webhookInbox: {} })], 'LivenessModule.webhookInbox is an object'],
  ])('D08 does not start %s', async (_, options, imports, message) => {
    await expect(start(options, ...imports)).rejects.toThrow(message);
  });

  it('D03 does not repeat a secret that cannot be used', async () => {
    const failed = start({}, liveness({ webhookSecret: `${VECTOR.secret}\n` }));

    await expect(failed).rejects.toThrow('secret is not usable');
    await expect(failed).rejects.not.toThrow(VECTOR.secret);
  });
});
