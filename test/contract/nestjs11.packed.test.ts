import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LivenessEvent } from '@didit-liveness/core';
import { createEmulator, type Emulator } from '@didit-liveness/emulator';
import { createProject, useTarballs } from '../consumers/tarballs.js';
import { sample } from '../support/pictures.js';
import { describeGuard, type Host, type HostOptions } from './guard.contract.js';

// A workspace can hold one major of Nest: the other one is installed beside the packed packages, as a user has it.
const DEPENDENCIES = {
  '@nestjs/common': '^11.0.0',
  '@nestjs/core': '^11.0.0',
  '@nestjs/platform-express': '^11.0.0',
  '@nestjs/platform-fastify': '^11.0.0',
  'class-transformer': '^0.5.1',
  'class-validator': '^0.14.0',
  'reflect-metadata': '^0.2.0',
  rxjs: '^7.8.0',
};

const tarballs = useTarballs(['core', 'upload', 'nestjs']);
const project = join(tarballs.folder, 'nest11');

beforeAll(() => {
  const text = readFileSync(new URL('nestjs11.host.cjs', import.meta.url), 'utf8');
  createProject(project, { ...tarballs.dependencies(), ...DEPENDENCIES }, { 'host.cjs': text });
}, 180_000);

/** What a thread with a host tells; with `url` it is ready. */
interface Message {
  readonly url?: string;
  readonly version?: string;
  readonly handled?: true;
  readonly event?: LivenessEvent;
}

/** A host in a thread of its own, where modules are those that its project installed. */
async function startNest11(platform: string, options: Partial<HostOptions>): Promise<Host & { version: string }> {
  // Functions do not travel to a thread: the host has a `validate` and a `subject` of its own.
  const { validate, onEvent, subject, ...plain } = options;
  const { port1: ours, port2: theirs } = new MessageChannel();
  const workerData = { platform, options: plain, person: subject?.(), port: theirs };
  const worker = new Worker(join(project, 'host.cjs'), { workerData, transferList: [theirs] });
  let handled = 0;
  const take = ({ event, handled: ran }: Message): void => {
    if (ran) handled += 1;
    if (event) onEvent?.(event);
  };
  const listening = new Promise<Message>((resolve, reject) => {
    worker.once('error', reject);
    ours.on('message', (message: Message) => {
      take(message);
      if (message.url !== undefined) resolve(message);
    });
  });
  const { url = '', version = '' } = await listening;
  return {
    url,
    version,
    handled: () => {
      // What the thread told before it answered is there already, although no event has brought it yet.
      for (let next = receiveMessageOnPort(ours); next; next = receiveMessageOnPort(ours)) take(next.message);
      return handled;
    },
    close: async () => {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread, not a window
      ours.postMessage('close');
      await once(worker, 'exit');
    },
  };
}

for (const platform of ['Express', 'Fastify']) {
  describeGuard(`Nest 11 on ${platform}`, (options) => startNest11(platform, options));
}

describe('Nest 11', () => {
  let emulator: Emulator;
  let host: Awaited<ReturnType<typeof startNest11>>;

  beforeAll(async () => {
    emulator = await createEmulator();
    host = await startNest11('Express', { apiKey: 'key', baseUrl: emulator.url, allowInsecure: true });
  });

  afterAll(async () => {
    await host.close();
    await emulator.close();
  });

  it('is what was installed', () => {
    expect(host.version).toMatch(/^11\./);
  });

  it('lets a FileInterceptor stay on a guarded handler', async () => {
    const form = new FormData();
    form.set('email', 'ada@example.org');
    form.set('selfie', new Blob([sample('approved.png')]), 'selfie.png');

    const response = await fetch(`${host.url}/intercepted`, { method: 'POST', body: form });

    const sha256 = createHash('sha256').update(sample('approved.png')).digest('hex');
    expect([response.status, await response.json()]).toEqual([201, { sha256, fields: { email: 'ada@example.org' } }]);
    expect(emulator.calls()).toHaveLength(1);
  });
});
