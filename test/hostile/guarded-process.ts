import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { within } from './raw-client.js';

const PROGRAM = fileURLToPath(new URL('guarded-server.mjs', import.meta.url));
/** Busy machines take their time to start a process. */
const START_MS = 90_000;

/** The first message of a process; fails with its end. */
async function started(child: ChildProcess): Promise<unknown[]> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The process ended with ${String(code)} before it listened`);
  });
  return Promise.race([once(child, 'message'), ended]);
}

/** What a process says that it has used. */
export interface Figures {
  readonly heapUsedBytes: number;
  readonly peakBytes: number;
  readonly stallP99Ms: number;
  readonly stallMaxMs: number;
}

/** How a process is started. */
export interface ProcessOptions {
  /** Where it calls Didit. */
  readonly baseUrl: string;
  readonly mode?: 'alone' | 'both-builds' | 'cluster' | 'drain' | 'thread';
  /** Flags of Node. */
  readonly flags?: readonly string[];
  /** Most files that it may hold open. */
  readonly maxFiles?: number;
  /** Milliseconds that an upload may take, and a call. @defaultValue 15_000 */
  readonly patienceMs?: number;
  /** Where it runs, and keeps its temporary files. */
  readonly folder?: string;
}

/** A guarded server in a process of its own. */
export class GuardedProcess {
  readonly url: string;
  readonly #child: ChildProcess;
  #errors = '';

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.url = `http://127.0.0.1:${port}`;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
  }

  static async start(options: ProcessOptions): Promise<GuardedProcess> {
    const { baseUrl, mode, flags = [], maxFiles, patienceMs = 15_000, folder } = options;
    const guard = {
      apiKey: 'hostile-key',
      baseUrl,
      allowInsecure: true,
      timeoutMs: patienceMs,
      uploadTimeoutMs: patienceMs,
    };
    const limit = maxFiles === undefined ? '' : `ulimit -n ${maxFiles}; `;
    // A rejection that nobody handles ends the process, and with it the test.
    const child = spawn('sh', ['-c', `${limit}exec "$0" "$@"`, process.execPath, ...STRICT, ...flags, PROGRAM], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      ...(folder === undefined ? {} : { cwd: folder }),
      env: {
        PATH: process.env['PATH'],
        GUARD_OPTIONS: JSON.stringify(guard),
        ...(mode === undefined ? {} : { MODE: mode }),
        ...(folder === undefined ? {} : { TMPDIR: folder, HOME: folder }),
      },
    });
    const [{ port }] = (await within(START_MS, 'The start', started(child))) as [{ port: number }];
    return new GuardedProcess(child, port);
  }

  /** What it has said of errors. */
  get errors(): string {
    return this.#errors;
  }

  /** Whether it still runs. */
  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get id(): number | undefined {
    return this.#child.pid;
  }

  async figures(): Promise<Figures> {
    const answer = once(this.#child, 'message');
    this.#child.send('figures');
    return ((await answer) as [Figures])[0];
  }

  /** Asks it to end, and waits until it has begun to. */
  async terminate(): Promise<void> {
    const begun = once(this.#child, 'message');
    this.#child.kill('SIGTERM');
    await begun;
  }

  /** What it ended with. */
  async exitCode(): Promise<number | null> {
    if (this.isAlive) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }

  /** Ends it at once, in the middle of whatever it does. */
  async kill(): Promise<void> {
    if (!this.isAlive) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}

const STRICT = ['--unhandled-rejections=strict', '--trace-warnings'];
