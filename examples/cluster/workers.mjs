// The first process of a cluster: it serves nobody, and keeps those running that do.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BackOff } from './back-off.mjs';

const PROGRAM = fileURLToPath(new URL('worker.mjs', import.meta.url));

/**
 * Starts so many processes behind one port, and keeps them running. Rejects when one of them ends before it listens: what
 * is wrong at the first start does not get better by trying again.
 */
export async function startWorkers({ count, settings, say }) {
  cluster.setupPrimary({ exec: PROGRAM, args: [JSON.stringify(settings)] });
  const workers = new Workers(say);
  // The first alone: where all would fail for the same reason, one says so.
  const { address, port } = await workers.add();
  await Promise.all(Array.from({ length: count - 1 }, () => workers.add()));
  return { url: `http://${address}:${port}`, close: () => workers.close() };
}

class Workers {
  #say;
  #closing = new AbortController();
  #kept = [];

  constructor(say) {
    this.#say = say;
  }

  /** Starts a process that is kept running from then on; gives the address that it listens on. */
  async add() {
    const started = this.#fork();
    const failure = started.ended.then((how) => {
      throw new Error(`A process ended before it listened (${how}).`);
    });
    const [address] = await Promise.race([once(started.worker, 'listening'), failure]);
    this.#kept.push(this.#keep(started));
    return address;
  }

  async #keep({ worker, startedAt, ended }) {
    const { signal } = this.#closing;
    const backOff = new BackOff();
    for (;;) {
      const how = await ended;
      if (signal.aborted) return;
      const delayMs = backOff.delayAfter(performance.now() - startedAt);
      this.#say(`worker ${worker.id} ended (${how}); another starts in ${delayMs} ms`);
      await sleep(delayMs, undefined, { signal }).catch(() => {}); // closing ends the wait
      if (signal.aborted) return;
      ({ worker, startedAt, ended } = this.#fork());
    }
  }

  /** A new process, and how it will end: with a code, by a signal, or because it could not be started. */
  #fork() {
    const worker = cluster.fork();
    const ended = new Promise((resolve) => {
      worker.once('exit', (code, signal) => resolve(signal ?? code));
      worker.once('error', (error) => resolve(error.message));
    });
    worker.once('listening', ({ port }) =>
      this.#say(`worker ${worker.id} is process ${worker.process.pid} on port ${port}`),
    );
    return { worker, startedAt: performance.now(), ended };
  }

  /** Tells all to let running requests finish, and waits until they have ended. */
  async close() {
    this.#closing.abort();
    for (const worker of Object.values(cluster.workers)) worker.send('close', () => {}); // or it has just ended
    await Promise.all(this.#kept);
  }
}
