import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Message, Question } from './control.js';
import { pinnedCommand } from './pinning.js';

/** How a process is started. */
export interface ProcessOptions {
  /** Program of this package, without folder and ending. */
  readonly program: string;
  readonly args: readonly string[];
  /** The core it may run on, where cores can be chosen. @defaultValue all of them */
  readonly core?: number;
  /** File with a certificate to trust. */
  readonly trust?: string | undefined;
}

/** A process of the bench, which listens somewhere and can be asked things over a channel of its own. */
export class ControlledProcess {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (message: Message) => void>();
  #questions = 0;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    child.on('message', (message: Message) => this.#take(message));
    child.on('exit', () => this.#giveUp());
  }

  /** Starts a process, and waits until it listens. @throws Error when it ends before */
  static async start(options: ProcessOptions): Promise<ControlledProcess> {
    // Programs are compiled files beside this one; tests run this one from its source.
    const program = fileURLToPath(new URL(`../dist/${options.program}.js`, import.meta.url));
    const [command, args] = pinnedCommand(options.core, [process.execPath, program, ...options.args]);
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: environment(options) });
    return ControlledProcess.adopt(child, options.program);
  }

  /** Takes a process that was started by other means, and waits until it listens. @throws Error when it ends before */
  static async adopt(child: ChildProcess, program: string): Promise<ControlledProcess> {
    return new ControlledProcess(child, await readiness(child, program));
  }

  /** Asks, and waits for the answer. @throws Error when the process fails to answer or is gone */
  async ask<Value>(name: string, argument?: unknown): Promise<Value> {
    this.#questions += 1;
    const question: Question = { id: this.#questions, name, argument };
    const message = await new Promise<Message>((resolve) => {
      this.#waiting.set(question.id, resolve);
      if (this.#child.connected) this.#child.send(question);
      else resolve({ kind: 'failure', id: question.id, reason: 'the process has ended' });
    });
    this.#waiting.delete(question.id);
    if (message.kind !== 'answer')
      throw new Error(`${name}: ${message.kind === 'failure' ? message.reason : 'no answer'}`);
    return message.value as Value; // what the program of this package answers to this question
  }

  /** Ends the process, and waits for that. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
  }

  #take(message: Message): void {
    if (message.kind !== 'ready') this.#waiting.get(message.id)?.(message);
  }

  #giveUp(): void {
    for (const [id, resolve] of this.#waiting) resolve({ kind: 'failure', id, reason: 'the process has ended' });
  }
}

async function readiness(child: ChildProcess, program: string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('message', (message: Message) => {
      if (message.kind === 'ready') resolve(message.url);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code ?? 'a signal'} before it listened`)));
  });
}

/** What a server gets of our surroundings: where programs are, and whom to trust. */
function environment({ trust }: ProcessOptions): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    ...(trust === undefined ? {} : { NODE_EXTRA_CA_CERTS: trust }),
  };
}
