import { Worker } from 'node:worker_threads';

/** What a {@link TalkingServer} does to its first connection, after the first answer. */
export type Deed = 'answers in advance' | 'closes' | 'resets';

/** A server in a thread of its own, which goes on while this one does not. */
export class TalkingServer {
  readonly origin: string;
  readonly #worker: Worker;
  readonly #done: Int32Array;

  private constructor(origin: string, worker: Worker, done: Int32Array) {
    this.origin = origin;
    this.#worker = worker;
    this.#done = done;
  }

  static async start(): Promise<TalkingServer> {
    const done = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(PROGRAM, { eval: true, workerData: done });
    const origin = await new Promise<string>((resolve) => worker.once('message', resolve));
    return new TalkingServer(origin, worker, done);
  }

  /** Has it done, with this thread standing still until it is: nothing is read here in between. */
  doMeanwhile(deed: Deed): void {
    this.#worker.postMessage(deed, []);
    Atomics.wait(this.#done, 0, 0);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** Answers `first`, and then `own`. */
const PROGRAM = `
const { createServer } = require('node:net');
const { parentPort, workerData: done } = require('node:worker_threads');
const answer = (body) => 'HTTP/1.1 200 OK\\r\\ncontent-length: ' + body.length + '\\r\\n\\r\\n' + body;
const sockets = [];
let answers = 0;
createServer((socket) => {
  sockets.push(socket);
  socket.on('error', () => {}).on('data', (bytes) => {
    // The last delimiter ends a request.
    if (bytes.toString('latin1').endsWith('--\\r\\n')) socket.write(answer((answers += 1) === 1 ? 'first' : 'own'));
  });
}).listen(0, '127.0.0.1', function () {
  parentPort.postMessage('http://127.0.0.1:' + this.address().port);
});
const tell = () => {
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
};
parentPort.on('message', (deed) => {
  const [socket] = sockets;
  if (deed === 'answers in advance') socket.write(answer('in advance'), tell);
  else if (deed === 'closes') socket.end(tell);
  else socket.once('close', tell).resetAndDestroy();
});
`;
