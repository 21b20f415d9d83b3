import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sample } from '../../../test/support/pictures.js';
import { RunningCluster } from './running-cluster.js';

/** Long enough for a busy machine to notice a call, and to send a signal, while it runs. */
const LATENCY_MS = '2000';

/** What an example in several processes is held to; `args` are those of examples/start.mjs. */
export function describeCluster(name: string, args: readonly string[]): void {
  describe(`${name} in two processes`, () => {
    let cluster: RunningCluster;
    let app = '';

    beforeAll(async () => {
      cluster = new RunningCluster(args);
      ({ app } = await cluster.urls());
    }, 120_000);

    afterAll(async () => {
      cluster.kill();
      await cluster.ended();
    });

    it('answers from both', async () => {
      const answers = await Promise.all(Array.from({ length: 4 }, () => signUp(app)));

      const ids = answers.map(({ requestId }) => requestId);
      await cluster.until(/(?:"type":"decided"[^]*){4}/);
      const decided = cluster.told().filter(({ type }) => type === 'decided');
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
      expect(new Set(decided.map(({ requestId }) => requestId))).toEqual(new Set(ids));
      expect(new Set(decided.map(({ worker }) => worker)).size).toBe(2);
    });

    it('serves on when one is killed, and starts another', async () => {
      const [, id = ''] = await cluster.until(/^worker 1 is process (\d+)/m);

      process.kill(Number(id), 'SIGKILL');
      await cluster.until(/^worker 1 ended \(SIGKILL\)/m);
      const meanwhile = await signUp(app);
      await cluster.until(/^worker 3 is process/m);
      const afterwards = await Promise.all(Array.from({ length: 4 }, () => signUp(app)));

      expect([meanwhile, ...afterwards].map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
      await cluster.until(/"worker":3,"type":"decided"/);
    });
  });

  describe(`${name} in two processes, asked to end in the middle of a paid call`, () => {
    let cluster: RunningCluster;
    let app = '';
    let emulator = '';

    beforeEach(async () => {
      cluster = new RunningCluster(args, { EMULATOR_LATENCY_MS: LATENCY_MS });
      ({ app, emulator } = await cluster.urls());
    }, 120_000);

    afterEach(() => {
      cluster.kill('SIGKILL');
    });

    it('F01 delivers its verdict, and ends well', async () => {
      const answer = signUp(app);
      while ((await callsOf(emulator)) === 0);

      // Terminals and process managers send signals to every process.
      for (const id of cluster.workers()) process.kill(id, 'SIGTERM');
      cluster.kill();

      expect((await answer).status).toBe(201);
      expect(await cluster.ended()).toBe(0);
      expect(cluster.printed).not.toContain('ended (');
    });
  });
}

/** A connection of its own for each, which one of the processes gets. */
async function signUp(app: string): Promise<{ readonly status: number; readonly requestId: string | undefined }> {
  const form = new FormData();
  form.set('email', 'ada@example.org');
  form.set('selfie', new Blob([sample('approved.jpg')], { type: 'image/jpeg' }), 'selfie.jpg');
  const response = await fetch(`${app}/signup`, { method: 'POST', body: form, headers: { connection: 'close' } });
  const { liveness } = (await response.json()) as { readonly liveness?: { readonly requestId: string } };
  return { status: response.status, requestId: liveness?.requestId };
}

async function callsOf(emulator: string): Promise<number> {
  const { calls } = (await (await fetch(`${emulator}/_emulator/calls`)).json()) as { readonly calls: unknown[] };
  return calls.length;
}
