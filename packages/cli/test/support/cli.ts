import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@didit-liveness/core';
import { createEmulator, type Emulator, type EmulatorOptions } from '@didit-liveness/emulator';
import { afterEach } from '@jest/globals';
import { runCli } from '../../src/run.js';

/** The built command, as npm installs it. */
export const BIN = fileURLToPath(new URL('../../dist/esm/cli.js', import.meta.url));
const { version: VERSION } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};
export const KEY = 'sk_live_test-key-of-the-tests';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'didit-liveness-cli-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An emulator that is closed after the test; without a limit of requests, which batches would wait for. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await createEmulator({ writesPerMinute: Infinity, ...options });
  cleanups.push(() => emulator.close());
  return emulator;
}

/** The address of a server of its own, for answers that the emulator never gives; it is closed after the test. */
export async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  cleanups.push(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // It listens on TCP.
  return `http://127.0.0.1:${port}`;
}

/** The environment of a command that gets one answer, whatever it asks. */
export async function envAnswering(body: unknown, status = 200): Promise<Record<string, string>> {
  const url = await serve((request, response) => {
    request
      .resume()
      .on('end', () => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)));
  });
  return envFor({ url });
}

/** What the environment of a command says; nothing of the machine's own comes through but the path. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: Uint8Array;
  /** No file may become longer; a multiple of 512. */
  readonly fileLimitBytes?: number;
}

/** What a finished command left. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as JSON; fails where it is anything else. */
  readonly json: () => Record<string, unknown>;
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly finished: Promise<Finished>;
  /** Resolves when standard error holds a text. */
  readonly seen: (text: string) => Promise<void>;
}

/** Starts the command. */
export function start(args: readonly string[], { env = {}, cwd, fileLimitBytes }: RunOptions = {}): Running {
  const command = [process.execPath, BIN, ...args];
  const [program = '', ...rest] =
    fileLimitBytes === undefined
      ? command
      : ['sh', '-c', `ulimit -f ${fileLimitBytes / 512}; exec "$@"`, 'sh', ...command];
  const child = spawn(program, rest, { cwd, env: { PATH: process.env['PATH'], ...env } });
  cleanups.push(() => child.kill('SIGKILL'));
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => {
      text[name] += chunk.toString();
    });
  }
  const finished = once(child, 'close').then(([code]) => ({
    code: code as number | null,
    ...text,
    json: () => JSON.parse(text.stdout) as Record<string, unknown>,
  }));
  const seen = async (wanted: string) => {
    while (!text.stderr.includes(wanted)) await once(child.stderr, 'data');
  };
  return { child, finished, seen };
}

/** Runs the command to its end, in a process of its own. */
export function runProcess(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const { child, finished } = start(args, options);
  // A command that does not read its input may be gone before everything is written.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input);
  return finished;
}

/** What a command may have that runs within this process: no limit on its files, but a terminal. */
interface InnerOptions extends Omit<RunOptions, 'fileLimitBytes'> {
  /** What somebody types at a terminal; without it there is none. */
  readonly typed?: string;
  /** When Ctrl-C is pressed. */
  readonly interrupted?: Promise<unknown>;
}

/** Runs the command to its end within this process, which is the same but for {@link BIN} and many times quicker. */
export async function run(
  args: readonly string[],
  { env = {}, cwd, input, typed, interrupted }: InnerOptions = {},
): Promise<Finished> {
  if (cwd !== undefined) enter(cwd);
  const stdout = new Kept();
  const stderr = Object.assign(new Kept(), { isTTY: typed !== undefined });
  const code = await runCli(args, {
    env,
    stdin: typed === undefined ? Readable.from(input === undefined ? [] : [Buffer.from(input)]) : keyboard(typed),
    stdout,
    stderr,
    clock: systemClock,
    version: VERSION,
    onSignal(callback) {
      void interrupted?.then(() => callback('SIGINT'));
      return () => undefined;
    },
    exit: (status) => {
      throw new Error(`The command ended the process with ${status}`);
    },
  });
  return {
    code,
    stdout: stdout.text,
    stderr: stderr.text,
    json: () => JSON.parse(stdout.text) as Record<string, unknown>,
  };
}

/** A terminal at which somebody has typed. */
function keyboard(typed: string): NodeJS.ReadableStream & { readonly isTTY: boolean } {
  const keys = new PassThrough();
  keys.write(typed);
  return Object.assign(keys, { isTTY: true });
}

/** Makes a folder the current one until the test ends. */
function enter(folder: string): void {
  const before = process.cwd();
  process.chdir(folder);
  cleanups.push(() => process.chdir(before));
}

/** An output that remembers. */
class Kept extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** Resolves when the emulator has received so many requests. */
export async function received(emulator: Emulator, count: number): Promise<void> {
  while (emulator.calls().length < count) await new Promise((resolve) => setImmediate(resolve));
}

/** The environment of a command that talks to an emulator. */
export function envFor({ url }: Pick<Emulator, 'url'>): Record<string, string> {
  return { DIDIT_API_KEY: KEY, DIDIT_BASE_URL: url, DIDIT_AUTH_URL: url };
}
