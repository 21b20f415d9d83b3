import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createEmulator, type Emulator } from '@didit-liveness/emulator';
import { approvedAnswer } from '../../packages/core/test/support/answers.js';
import { file, form } from '../../packages/upload/test/support/forms.js';
import { pictureOf } from '../support/pictures.js';
import { expectProblem, formRequest, tell, until, WATCHDOG_MS } from './arena.js';
import { GuardedProcess, type ProcessOptions } from './guarded-process.js';
import { GOOD_FORM, pictureOfSize, SMALL_PICTURE } from './pictures.js';
import type { RawAnswer } from './raw-answer.js';
import { RawClient, within } from './raw-client.js';

const UNAVAILABLE = { status: 503, code: 'liveness-unavailable' };
const MIB = 1024 * 1024;

// Longer than a process may take to start.
jest.setTimeout(120_000);

let emulator: Emulator;
let running: GuardedProcess | undefined;
const clients: RawClient[] = [];
const folder = mkdtempSync(join(tmpdir(), 'didit-liveness-process-'));

beforeAll(async () => {
  emulator = await createEmulator({ writesPerMinute: Infinity });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await running?.kill();
  emulator.reset();
});
afterAll(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: Partial<ProcessOptions> = {}): Promise<GuardedProcess> {
  running = await GuardedProcess.start({ baseUrl: emulator.url, ...options });
  return running;
}

async function connect({ url }: GuardedProcess): Promise<RawClient> {
  const client = await RawClient.open(url);
  clients.push(client);
  return client;
}

async function answerTo(server: GuardedProcess, request: Uint8Array, on?: RawClient): Promise<RawAnswer | undefined> {
  const client = on ?? (await connect(server));
  await client.write(request);
  const { answers } = await within(WATCHDOG_MS, 'The answer', client.answered());
  return answers.at(-1);
}

describe('a process that is killed in the middle of uploads and calls', () => {
  it('F02 H11 P11 leaves nothing on disk', async () => {
    const server = await start({ folder });
    const upload = formRequest(form(file('selfie', pictureOfSize(4 * MIB))));
    for (let index = 0; index < 5; index += 1) {
      void (await connect(server)).write(upload.subarray(0, 3 * MIB));
      void (await connect(server)).write(formRequest(form(file('selfie', pictureOf('hang')))));
    }
    await until(() => emulator.calls().length === 5);

    const held = filesHeldBy(server.id);
    await server.kill();

    expect(held).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
    expect(server.errors).toBe('');
  });
});

describe('a process that is asked to end in the middle of calls', () => {
  it('F01 P18 delivers every verdict that is on its way, and ends well', async () => {
    const held: (() => void)[] = [];
    const didit = await listen((_request, response) => {
      held.push(() => response.setHeader('content-type', 'application/json').end(JSON.stringify(approvedAnswer())));
    });
    try {
      const server = await start({ baseUrl: didit.url, mode: 'drain' });
      const pictures = Array.from({ length: 20 }, (_, more) => pictureOfSize(SMALL_PICTURE.length + 10 + more));
      const answers = pictures.map((one) => answerTo(server, formRequest(form(file('selfie', one)))));
      await until(() => held.length === pictures.length);

      await server.terminate();
      for (const answer of held) answer();

      expect((await Promise.all(answers)).map((answer) => answer?.status)).toEqual(pictures.map(() => 201));
      expect(await within(WATCHDOG_MS, 'The end', server.exitCode())).toBe(0);
      expect(held).toHaveLength(pictures.length);
      expect(server.errors).toBe('');
    } finally {
      didit.close();
    }
  });
});

describe('a process that has no file descriptor left', () => {
  it('F08 answers that the check is not available, and recovers', async () => {
    // Enough to start with: modules are loaded side by side.
    const server = await start({ maxFiles: 200 });
    for (let count = 0; count < 240; count += 1) await connect(server);
    const waiting = await connectionsThatWait(server);

    const starved = await answerTo(server, formRequest(GOOD_FORM), waiting[0]);
    for (const client of waiting.slice(1)) client.close();
    const recovered = await within(WATCHDOG_MS, 'Recovering', recovery(server));

    expectProblem(starved, UNAVAILABLE);
    expect(recovered).toMatchObject({ status: 201 });
    expect(emulator.calls()).toMatchObject([{ billed: true }]);
    expect(server.isAlive).toBe(true);
    expect(server.errors).toBe('');
  });
});

describe('copies of the package in one application', () => {
  it.each(['both-builds', 'thread', 'cluster'] as const)('F09 guard as one does: %s', async (mode) => {
    const server = await start({ mode });

    const pictures = [1, 2, 3, 4].map((more) => pictureOfSize(SMALL_PICTURE.length + more));
    const good = await Promise.all(pictures.map((one) => answerTo(server, formRequest(form(file('selfie', one))))));
    const paid = emulator.calls().length;
    const spoof = await answerTo(server, formRequest(form(file('selfie', pictureOf('spoof')))));
    const empty = await answerTo(server, formRequest(form()));

    expect(good.map((answer) => answer?.status)).toEqual([201, 201, 201, 201]);
    expect(paid).toBe(4);
    expectProblem(spoof, { status: 403, code: 'liveness-declined' });
    expectProblem(empty, { status: 400, code: 'selfie-missing' });
    const places = good.map((answer) => JSON.parse(answer?.body ?? '') as { process: number; thread: number });
    expect(new Set(places.map((place) => place.process)).size).toBe(mode === 'cluster' ? 2 : 1);
    expect(places.every(({ thread }) => thread > 0)).toBe(mode === 'thread');
    expect(server.errors).toBe('');
  });
});

describe('a process that takes the largest pictures', () => {
  it('E19 P14 goes on with other things meanwhile', async () => {
    const server = await start();
    const pictures = [0, 1, 2, 3, 4, 5].map((less) => pictureOfSize(5 * MIB - less));

    const answers = await Promise.all(pictures.map((one) => answerTo(server, formRequest(form(file('selfie', one))))));

    expect(answers.map((answer) => answer?.status)).toEqual(pictures.map(() => 201));
    const { stallP99Ms, stallMaxMs } = await server.figures();
    tell(`6 pictures of 5 MiB: the event loop was late by ${stallP99Ms.toFixed(0)} ms (p99, goal 50)`);
    // Ten times the goal: other processes take the processor from this one, too.
    expect(stallP99Ms).toBeLessThan(500);
    expect(stallMaxMs).toBeLessThan(2_000);
  });
});

/** Stands in for Didit where the test decides when it answers; every request is read to its end. */
async function listen(answer: RequestListener): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => answer(request, response));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // A TCP server that listens.
  return { url: `http://127.0.0.1:${port}`, close: () => server.close().closeAllConnections() };
}

/** Files on disk that a process holds open to write, where the system tells. */
function filesHeldBy(id: number | undefined): readonly string[] {
  const list = `/proc/${id}/fd`;
  const targets = existing(() => readdirSync(list)).flatMap((name) =>
    existing(() => [readlinkSync(`${list}/${name}`)]),
  );
  return targets.filter((target) => target.startsWith('/') && !target.startsWith('/dev/'));
}

/** What is closed or gone in the meantime is not there. */
function existing(list: () => string[]): string[] {
  try {
    return list();
  } catch {
    return [];
  }
}

/** The connections that a process took while it still could. */
async function connectionsThatWait(server: GuardedProcess): Promise<readonly RawClient[]> {
  const isClosed = (client: RawClient): boolean => client.report().ending !== undefined;
  await within(
    WATCHDOG_MS,
    'Running out of descriptors',
    until(() => clients.some(isClosed)),
  );
  expect(server.isAlive).toBe(true);
  return clients.filter((client) => !isClosed(client));
}

/** The first answer that is not about the lack of descriptors. */
async function recovery(server: GuardedProcess): Promise<RawAnswer | undefined> {
  for (;;) {
    const answer = await answerTo(server, formRequest(GOOD_FORM));
    if (answer !== undefined && answer.status !== UNAVAILABLE.status) return answer;
  }
}
