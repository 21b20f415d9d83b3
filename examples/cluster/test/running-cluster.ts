import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** What an event of an example says of the process it happened in. */
export interface Told {
  readonly worker: number;
  readonly type: string;
  readonly requestId?: string;
}

/** `npm run start:cluster` without its build, which would take away what other tests run. */
export class RunningCluster {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;
  #printed = '';
  #tell = () => {};

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, ['examples/start.mjs', '--cluster', ...args], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], PORT: '0', EMULATOR_PORT: '0', WORKERS: '2', ...env },
    });
    this.#ended = once(this.#child, 'close');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#printed += text;
        this.#tell();
      });
    }
    this.#child.once('exit', () => this.#tell());
  }

  get printed(): string {
    return this.#printed;
  }

  /** What this matches in the output, once it is there. @throws Error when the process ends before */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#printed);
      if (found) return found;
      if (this.#child.exitCode !== null) throw new Error(this.#printed);
      await new Promise<void>((resolve) => {
        this.#tell = resolve;
      });
    }
  }

  /** Addresses of the example and of the emulator, once it is ready. */
  async urls(): Promise<{ readonly app: string; readonly emulator: string }> {
    await this.until(/^ready/m);
    const [, app = ''] = await this.until(/^example\s+(\S+)/m);
    const [, emulator = ''] = await this.until(/^emulator\s+(\S+)/m);
    return { app, emulator };
  }

  /** The events that were printed. */
  told(): readonly Told[] {
    const lines = this.#printed.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line) as Told);
  }

  /** Ids of the processes that have listened, in the order of their numbers. */
  workers(): readonly number[] {
    return [...this.#printed.matchAll(/^worker \d+ is process (\d+)/gm)].map(([, id]) => Number(id));
  }

  kill(signal: NodeJS.Signals = 'SIGTERM'): void {
    this.#child.kill(signal);
  }

  /** The code that it ended with. */
  async ended(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }
}
