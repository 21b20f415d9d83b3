import { AsyncLocalStorage } from 'node:async_hooks';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { LivenessEvent } from '@didit-liveness/core';
import * as fc from 'fast-check';
import { file, form, text } from '../../packages/upload/test/support/forms.js';
import { pictureOf } from '../support/pictures.js';
import { type Arena, expectProblem, formRequest, type StartArena, until, useArena, WATCHDOG_MS } from './arena.js';
import { GOOD_FORM, pictureOfSize, SMALL_PICTURE } from './pictures.js';
import { within } from './raw-client.js';

const HOUR_MS = 3_600_000;
const selfie = file('selfie', SMALL_PICTURE);

/** Ways to write an address that some router may take for `/signup`, and a guard for another. */
const TARGETS: readonly string[] = [
  '/signup',
  '/signup/',
  '/SIGNUP',
  '/Signup/',
  '//signup',
  '///signup',
  '/signup//',
  '/./signup',
  '/x/../signup',
  '/signup/.',
  '/signup/..',
  '/%73ignup',
  '/signu%70',
  '/%2fsignup',
  '/signup%2f',
  '/%2e/signup',
  '/x/%2e%2e/signup',
  '/signup%00',
  '/signup%20',
  '/signup;x=y',
  '/signup;/x',
  '/signup?x',
  '/signup?/../admin',
  '/signup#x',
  '/signup.json',
  '/signup\\',
  '\\signup',
  '/signup%',
  '/signup%c0%af',
  '/signup/?_method=GET',
  'http://localhost/signup',
  'http://elsewhere.example//signup',
  '*',
];

/** Fields of the API and names of options, which a form may try to set. */
const TEMPTING_NAMES = [
  'vendor_data',
  'face_liveness_score_decline_threshold',
  'save_api_request',
  'rotate_image',
  'user_image',
  'threshold',
  'saveApiRequest',
  'subject',
  'policy',
  'apiKey',
  'x-api-key',
];
const TEMPTING_HEADERS = ['X-Api-Key', 'X-Forwarded-For', 'X-Forwarded-Host', 'Forwarded', 'X-Real-Ip', 'X-User'];

/** No `__proto__`: a form with such a field is refused whatever else it holds (A13). */
const ordinaryName = fc.stringMatching(/^[a-z_]{1,20}$/).filter((field) => field !== '__proto__');
const name = fc.oneof(fc.constantFrom(...TEMPTING_NAMES), ordinaryName);
const value = fc.oneof(fc.constantFrom('0', 'true', 'false', '100', 'user-7'), fc.stringMatching(/^[ -~]{0,40}$/));
const temptation = fc.record({
  fields: fc.dictionary(name, value, { maxKeys: 8 }),
  headers: fc.dictionary(fc.constantFrom(...TEMPTING_HEADERS), fc.stringMatching(/^[!-~]{1,40}$/), { maxKeys: 4 }),
  query: fc.stringMatching(/^[a-z0-9_=&]{0,30}$/),
});

/** What a client may do with its request, in any order. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 900 }) },
  { weight: 1, arbitrary: fc.constantFrom('half-close' as const, 'reset' as const, 'close' as const) },
);

/** What holds of a guarded application whatever the upload: how it is reached, what surrounds it, what becomes of it. */
export function describeApplication(host: string, start: StartArena): void {
  describe(`the application around the guard on ${host}`, () => {
    const storage = new AsyncLocalStorage<string>();
    const contexts: string[] = [];
    const seenBy = (who: string): void => void contexts.push(`${who} of ${storage.getStore()}`);
    const arena = useArena(start, {
      validate: () => {
        seenBy('validate');
        return undefined;
      },
      subject: () => {
        seenBy('subject');
        return 'user-7';
      },
    });
    beforeAll(() => {
      arena.server.prependListener('request', ({ headers }: IncomingMessage) => {
        storage.enterWith(String(headers['x-name']));
      });
    });
    afterEach(() => {
      contexts.length = 0;
    });

    it.each(TARGETS)('G09 runs the handler at POST %s only with a verdict', async (target) => {
      expect(await handledBy(arena, target, SMALL_PICTURE)).toBe(paidBy(arena));
      arena.emulator.reset();
      expect(await handledBy(arena, target, pictureOf('spoof'))).toBe(0);
    });

    it.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])(
      'G09 takes no other method from %s',
      async (header) => {
        const before = arena.host.handled();

        const { answers } = await arena.send(formRequest(form(), { [header]: 'GET' }));

        expectProblem(answers[0], { status: 400, code: 'selfie-missing' });
        arena.expectNothingPaid(before);
      },
    );

    it('D07 G11 P9 asks Didit the same, whatever fields, headers and query come along', async () => {
      await arena.pass(formRequest(GOOD_FORM));
      const [expected] = questionsTo(arena);

      await fc.assert(
        fc.asyncProperty(temptation, async ({ fields, headers, query }) => {
          arena.emulator.reset();
          const parts = Object.entries(fields).map(([field, content]) => text(field, content));

          await arena.send(formRequest(form(...parts, selfie), headers, `/signup?${query}`));

          expect(questionsTo(arena)).toEqual([expected]);
        }),
        { numRuns: 25 },
      );
    });

    it('E07 P1 believes no verdict but the one of this request: the same bytes are asked about again', async () => {
      const outcomes: unknown[] = [];
      for (const scenario of ['approved', 'spoof', 'approved'] as const) {
        arena.emulator.next(scenario);
        outcomes.push((await arena.send(formRequest(GOOD_FORM))).answers[0]?.status);
      }

      expect(outcomes).toEqual([201, 403, 201]);
      expect(paidBy(arena)).toBe(3);
    });

    it('E04 knows no picture again, changed by a byte or not: whether a face is known is asked of Didit', async () => {
      const changed = Buffer.concat([SMALL_PICTURE, Buffer.from([0])]);

      await arena.pass(formRequest(form(selfie)));
      await arena.pass(formRequest(form(file('selfie', changed))));

      expect(paidBy(arena)).toBe(2);
    });

    it('E22 keeps the async context of each of twenty requests, up to the call', async () => {
      const names = Array.from({ length: 20 }, (_, index) => `request-${index}`);

      const reports = await Promise.all(names.map((one) => arena.send(formRequest(GOOD_FORM, { 'X-Name': one }))));

      expect(reports.map(({ answers }) => answers[0]?.status)).toEqual(names.map(() => 201));
      expect(contexts.sort()).toEqual(names.flatMap((one) => [`subject of ${one}`, `validate of ${one}`]).sort());
    });

    it('E21 P5 ends each request once, whatever the client does in the middle of it', async () => {
      const before = arena.host.handled();
      let requests = 0;

      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
          requests += 1;
          // A picture of its own: what one request costs is not to be mixed up with another.
          const picture = pictureOfSize(SMALL_PICTURE.length + requests);
          await act(arena, formRequest(form(file('selfie', picture))), steps);
        }),
        { numRuns: 40 },
      );
      await arena.pass(formRequest(GOOD_FORM));
      await arena.emptied();

      const ids = arena.events.filter(isEnd).map(({ correlationId }) => correlationId);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeLessThanOrEqual(requests + 1);
      const approved = arena.events.filter((event) => event.type === 'decided' && event.code === null);
      expect(arena.host.handled() - before).toBeLessThanOrEqual(approved.length);
      expect(approved.length).toBeLessThanOrEqual(paidBy(arena));
    });

    it('D10 P24 calls Didit by no agent and no fetch that the application or a mock put in the place of those of Node', async () => {
      const before = [http.globalAgent, https.globalAgent, globalThis.fetch] as const;
      const asked: unknown[] = [];
      http.globalAgent = noteRequests(new http.Agent(), asked);
      https.globalAgent = noteRequests(new https.Agent(), asked);
      globalThis.fetch = (...all) => Promise.reject(new Error(`fetch was called ${asked.push(all)} times`));
      try {
        await arena.pass(formRequest(GOOD_FORM));
      } finally {
        [http.globalAgent, https.globalAgent, globalThis.fetch] = before;
      }

      expect(asked).toEqual([]);
    });

    it('F06 lets a request pass although the clock of the machine jumps an hour ahead in the middle of it', async () => {
      await withJumpingClock(HOUR_MS, async (jump) => {
        const running = arena.pass(formRequest(GOOD_FORM));
        await until(() => arena.emulator.calls().length === 1);
        jump();
        await running;
      });
    });
  });

  describe(`a clock that goes back under ${host}`, () => {
    const arena = useArena(start, { timeoutMs: 400 });

    it('F06 P10 does not move the end of a call that hangs', async () => {
      const before = arena.host.handled();
      arena.emulator.next('slow-headers');

      const { answers } = await withJumpingClock(-HOUR_MS, async (jump) => {
        const running = arena.send(formRequest(GOOD_FORM));
        await until(() => arena.emulator.calls().length === 1);
        jump();
        return running;
      });

      expectProblem(answers[0], { status: 504, code: 'liveness-timeout' });
      expect(arena.host.handled()).toBe(before);
    });
  });
}

/** Sends a good form with this picture to a target; tells how often the handler ran. */
async function handledBy(arena: Arena, target: string, picture: Buffer): Promise<number> {
  const before = arena.host.handled();
  const { answers } = await arena.send(formRequest(form(file('selfie', picture)), { Connection: 'close' }, target));
  expect(answers[0]?.status ?? 400).toBeLessThan(500);
  return arena.host.handled() - before;
}

function paidBy({ emulator }: Arena): number {
  return emulator.calls().filter(({ billed }) => billed).length;
}

type End = Extract<LivenessEvent, { readonly type: 'decided' | 'refused' | 'failed' | 'aborted' | 'broken' }>;

/** Whether an event tells how a request ended. */
function isEnd(event: LivenessEvent): event is End {
  return ['decided', 'refused', 'failed', 'aborted', 'broken'].includes(event.type);
}

/** What Didit was asked, and about which picture. */
function questionsTo({ emulator }: Arena): readonly unknown[] {
  return emulator.calls().map(({ path, fields, image }) => ({ path, fields, image }));
}

/** Writes pieces of a request and does other things in between, each as soon as the one before is done. */
async function act(arena: Arena, request: Buffer, steps: readonly (number | string)[]): Promise<void> {
  const client = await arena.open();
  let at = 0;
  for (const one of steps) {
    if (typeof one === 'number') {
      await client.write(request.subarray(at, at + one));
      at += one;
    } else if (one === 'half-close') client.halfClose();
    else if (one === 'reset') client.reset();
    else client.close();
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (client.report().ending === undefined && at >= request.length) {
    await within(WATCHDOG_MS, 'The answer', client.answered());
  }
  expect(client.report().answers.length).toBeLessThanOrEqual(1);
  client.close();
}

/** An agent that makes no connection and notes who asked for one. */
function noteRequests<Agent extends http.Agent>(agent: Agent, asked: unknown[]): Agent {
  agent.createConnection = (options) => {
    asked.push(options);
    throw new Error('The agent of the process was used');
  };
  return agent;
}

const EVERYTHING_BUT_DATE = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;

/** Runs something that can make the date jump; everything else keeps its time. */
async function withJumpingClock<Value>(byMs: number, run: (jump: () => void) => Promise<Value>): Promise<Value> {
  const now = Date.now();
  jest.useFakeTimers({ now, doNotFake: [...EVERYTHING_BUT_DATE] });
  try {
    return await run(() => jest.setSystemTime(now + byMs));
  } finally {
    jest.useRealTimers();
  }
}
