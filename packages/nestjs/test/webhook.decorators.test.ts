import 'reflect-metadata';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { WebhookInbox } from '@didit-liveness/core';
import { BadRequestException, Controller, Get, type ModuleMetadata, Post, type Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  DiditWebhook,
  LivenessGuard,
  LivenessModule,
  type LivenessModuleOptions,
  LivenessRouteGuard,
  SkipLiveness,
  WebhookEvent,
} from '../src/index.js';
import { eventBody, sign, VECTOR } from '../../../test/support/deliveries.js';
import { ADAPTERS } from './support/adapters.js';
import { startApp, type TestApp } from './support/app.js';

// What all frameworks share is in test/contract/webhook.test.ts.
let running: TestApp | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
});

/** Sent now: these applications have the clock of the process. */
const freshEvent = (fields: Readonly<Record<string, unknown>> = {}) =>
  sign(eventBody({ timestamp: Math.floor(Date.now() / 1000), ...fields }));

const statuses: unknown[] = [];

@Controller()
class DiditController {
  @Post('didit')
  @DiditWebhook()
  receive(@WebhookEvent() event: WebhookEvent) {
    statuses.push(event.status);
    if (event.status === 'Declined') throw new BadRequestException();
    return { status: event.status };
  }

  @Get('other')
  other(@WebhookEvent() event: WebhookEvent) {
    return event.type;
  }
}

@Controller()
@LivenessGuard()
class GuardedController {
  @Post('didit')
  @DiditWebhook()
  receive(@WebhookEvent() event: WebhookEvent) {
    statuses.push(event.status);
  }
}

describe.each(ADAPTERS)('@DiditWebhook() on %s', (_, createAdapter) => {
  async function start(
    options: Pick<LivenessModuleOptions, 'webhookInbox'> = {},
    controller: Type = DiditController,
    more: ModuleMetadata = {},
  ) {
    statuses.length = 0;
    running = await startApp({
      adapter: createAdapter(),
      metadata: (liveness) => ({
        imports: [LivenessModule.forRoot({ ...liveness, webhookSecret: VECTOR.secret, ...options })],
        controllers: [controller],
        ...more,
      }),
    });
    const { url } = running;
    return (delivery = freshEvent()) => fetch(`${url}/didit`, { method: 'POST', ...delivery });
  }

  it('takes the secret of the module, and answers 204 whatever the handler returns', async () => {
    const post = await start();

    const response = await post();

    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(statuses).toEqual(['Approved']);
  });

  it('answers 500 also to a handler that throws an HttpException, and gives the event again', async () => {
    const post = await start();
    const declined = freshEvent({ status: 'Declined' });

    expect([(await post(declined)).status, (await post(declined)).status]).toEqual([500, 500]);
    expect(statuses).toEqual(['Declined', 'Declined']);
  });

  it('takes the inbox of the module', async () => {
    const keys: string[] = [];
    const inbox: WebhookInbox = {
      begin: (key) => {
        keys.push(key);
        return 'done';
      },
      finish: () => {},
      release: () => {},
    };
    const post = await start({ webhookInbox: inbox });

    expect((await post()).status).toBe(204);
    expect(keys).toEqual(['event-1']);
    expect(statuses).toEqual([]);
  });

  it('is not guarded as an upload, by its class or for the whole application', async () => {
    const post = await start({}, GuardedController, {
      providers: [{ provide: APP_GUARD, useExisting: LivenessRouteGuard }],
    });

    expect((await post()).status).toBe(204);
    expect((await post(sign(eventBody(), 'another secret'))).status).toBe(401);
    expect(statuses).toEqual(['Approved']);
    expect(running?.paidCalls()).toBe(0);
  });

  it('gives no event to a handler without it', async () => {
    await start();

    expect((await fetch(`${running?.url}/other`)).status).toBe(500);
  });
});

describe('@DiditWebhook()', () => {
  it('says what stands twice, or without parentheses', () => {
    expect(() => {
      class Twice {
        @DiditWebhook()
        @DiditWebhook()
        receive() {}
      }
      return Twice;
    }).toThrow('@DiditWebhook() stands twice on receive');
    expect(() => DiditWebhook(null as never)).toThrow('write the parentheses');
  });

  it('may stand with @SkipLiveness(), and not with @LivenessGuard() in the same place', async () => {
    @Controller()
    class Skipped {
      @Post('didit')
      @SkipLiveness()
      @DiditWebhook()
      receive() {}
    }
    @Controller()
    class Torn {
      @Post('didit')
      @LivenessGuard()
      @DiditWebhook()
      receive() {}
    }
    const start = async (controller: Type) => {
      const imports = [LivenessModule.forRoot({ apiKey: 'test-key', webhookSecret: VECTOR.secret })];
      const app = await Test.createTestingModule({ imports, controllers: [controller] }).compile();
      await app.init();
      await app.close();
    };

    await start(Skipped);
    await expect(start(Torn)).rejects.toThrow('decide for one of them');
  });
});
