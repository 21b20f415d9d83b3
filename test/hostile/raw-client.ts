import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { watch } from '../support/canary.js';
import { parseAnswers, type RawAnswer } from './raw-answer.js';

/** How a connection came to its end: who closed it, or that it was torn down. */
export type Ending = 'server-closed' | 'server-reset' | 'client-closed' | 'client-reset';

/** What became of one connection. Times are in milliseconds since its first byte was written. */
export interface RawReport {
  /** The final answers, in their order. */
  readonly answers: readonly RawAnswer[];
  /** Bytes that the other side, or the kernels in between, have taken. */
  readonly acceptedBytes: number;
  /** When the first final answer was complete. */
  readonly answeredAfterMs: number | undefined;
  /** Undefined while the connection is open. */
  readonly ending: Ending | undefined;
  readonly closedAfterMs: number | undefined;
}

/** A client below HTTP: it writes what it is told, byte by byte if need be, and notes what comes back and when. */
export class RawClient {
  readonly #socket: Socket;
  #received: Buffer[] = [];
  #ending: Ending | undefined;
  #startedAt: number | undefined;
  #answeredAt: number | undefined;
  #closedAt: number | undefined;
  readonly #watchers = new Set<() => void>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received.push(chunk);
      this.#look();
    });
    socket.on('end', () => this.#endAs('server-closed'));
    // Whoever was in the middle of writing learns of a reset by EPIPE.
    socket.on('error', () => this.#endAs('server-reset'));
    socket.on('close', () => this.#endAs('server-closed'));
  }

  /** Connects to the server of an address. */
  static async open(url: string): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true, noDelay: true });
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** Port of this side, by which a server can tell its connection from others. */
  get localPort(): number | undefined {
    return this.#socket.localPort;
  }

  /** Writes; resolves once the kernel has all of it, or the connection is over. */
  write(bytes: Uint8Array | string): Promise<void> {
    this.#startedAt ??= performance.now();
    return new Promise((resolve) => {
      if (!this.#socket.writable) return resolve();
      this.#socket.once('close', resolve);
      this.#socket.write(bytes, () => {
        this.#socket.off('close', resolve);
        resolve();
      });
    });
  }

  /** Writes the bytes in pieces, each as soon as the one before is gone. */
  async writeInPieces(bytes: Uint8Array, pieceBytes: number): Promise<void> {
    for (let at = 0; at < bytes.length && this.#socket.writable; at += pieceBytes) {
      await this.write(bytes.subarray(at, at + pieceBytes));
    }
  }

  /** Writes one byte after the other with a pause in between, for as long as the other side is there. */
  drip(bytes: Uint8Array, everyMs: number): void {
    let at = 0;
    const timer = setInterval(() => {
      if (at >= bytes.length || !this.#socket.writable) return clearInterval(timer);
      void this.write(bytes.subarray(at, at + 1));
      at += 1;
    }, everyMs);
    this.#socket.once('close', () => clearInterval(timer));
  }

  /** Writes the same piece over and over, for as long as the other side takes it. */
  writeEndlessly(piece: Uint8Array): void {
    const more = (): void => {
      while (this.#socket.writable && this.#socket.write(piece));
    };
    this.#startedAt ??= performance.now();
    this.#socket.on('drain', more);
    more();
  }

  /** Ends this side only; the answer can still come. */
  halfClose(): void {
    this.#socket.end();
  }

  /** Ends both sides in good order. */
  close(): void {
    this.#endAs('client-closed');
    this.#socket.destroy();
  }

  /** Tears the connection down with a reset. */
  reset(): void {
    this.#endAs('client-reset');
    this.#socket.resetAndDestroy();
  }

  /** Resolves when so many final answers are complete or the connection is over. */
  async answered(count = 1): Promise<RawReport> {
    await this.#until(() => this.#ending !== undefined || this.#answers().length >= count);
    return this.report();
  }

  /** Resolves when the other side has closed or reset the connection. */
  async closed(): Promise<RawReport> {
    await this.#until(() => this.#ending !== undefined);
    return this.report();
  }

  report(): RawReport {
    const answers = this.#answers();
    watch('an answer', JSON.stringify(answers));
    return {
      answers,
      acceptedBytes: this.#socket.bytesWritten - this.#socket.writableLength,
      answeredAfterMs: this.#since(this.#answeredAt),
      ending: this.#ending,
      closedAfterMs: this.#since(this.#closedAt),
    };
  }

  #answers(): readonly RawAnswer[] {
    return parseAnswers(Buffer.concat(this.#received), this.#ending !== undefined);
  }

  #since(time: number | undefined): number | undefined {
    return time === undefined || this.#startedAt === undefined ? undefined : time - this.#startedAt;
  }

  #endAs(ending: Ending): void {
    this.#ending ??= ending;
    this.#closedAt ??= performance.now();
    this.#look();
  }

  #look(): void {
    if (this.#answeredAt === undefined && this.#answers().length > 0) this.#answeredAt = performance.now();
    for (const watcher of this.#watchers) watcher();
  }

  #until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const watcher = (): void => {
        if (!holds()) return;
        this.#watchers.delete(watcher);
        resolve();
      };
      this.#watchers.add(watcher);
      watcher();
    });
  }
}

/** Rejects when a promise takes longer than a watchdog allows. */
export async function within<Value>(limitMs: number, what: string, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
