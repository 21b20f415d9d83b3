import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';

/** Nothing is waited for longer; what hangs is found by it. */
const WATCHDOG_MS = 30_000;

/** Sends requests to one server, the good ones over connections that are kept. */
export class Sender {
  #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  #target;

  constructor(url, path) {
    this.#target = new URL(path, url);
  }

  /**
   * Sends and gives status and time of the answer; the body is read and thrown away. A kept connection that the server
   * has just closed, as it may, is no answer: the request is sent again, as every client with such connections does.
   */
  async send(parts) {
    for (;;) {
      const outcome = await this.#exchange(parts);
      if (!outcome.isStale) return outcome;
    }
  }

  async #exchange({ body, headers }) {
    const startedAt = performance.now();
    const options = { method: 'POST', agent: this.#agent, headers, timeout: WATCHDOG_MS };
    const request = httpRequest(this.#target, options);
    request.once('timeout', () => request.destroy(new Error('no answer')));
    request.end(body);
    try {
      const [response] = await once(request, 'response');
      return await this.#read(response, startedAt);
    } catch (error) {
      if (request.reusedSocket && error.code === 'ECONNRESET') return { isStale: true };
      throw error;
    }
  }

  async #read(response, startedAt) {
    response.resume();
    await once(response, 'end');
    return { status: response.statusCode, ms: performance.now() - startedAt };
  }

  /** Sends over a connection of its own, and reads the answer even where the server closes before all is sent. */
  async sendRaw(request) {
    const socket = await this.#open();
    let answer = '';
    socket.on('data', (bytes) => (answer += bytes.toString('latin1')));
    socket.write(wire(request));
    await untilGone(socket, () => /\r\n\r\n/.test(answer));
    socket.destroy();
    return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]) };
  }

  /** Sends the request up to a part of its body, then tears the connection down. */
  async abort(request, share) {
    const bytes = wire(request);
    const socket = await this.#open();
    const known = bytes.length - request.body.length;
    await written(socket, bytes.subarray(0, known + Math.floor(request.body.length * share)));
    socket.resetAndDestroy();
    return { status: undefined };
  }

  /** Sends the whole request, and tears the connection down once something has happened. */
  async resetAfter(request, event) {
    const socket = await this.#open();
    let answer = '';
    socket.on('data', (bytes) => (answer += bytes.toString('latin1')));
    await written(socket, wire(request));
    await event;
    socket.resetAndDestroy();
    return { status: answer === '' ? undefined : Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]) };
  }

  close() {
    this.#agent.destroy();
  }

  async #open() {
    const socket = connect(Number(this.#target.port), this.#target.hostname);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  }
}

function wire({ body, headers }) {
  const lines = Object.entries({ Host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST /signup HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
}

function written(socket, bytes) {
  return new Promise((resolve) => {
    socket.once('close', resolve);
    socket.write(bytes, resolve);
  });
}

function untilGone(socket, isComplete) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer')), WATCHDOG_MS);
    const look = () => {
      if (!isComplete() && !socket.destroyed) return;
      clearTimeout(timer);
      resolve();
    };
    socket.on('data', look);
    socket.on('close', look);
  });
}
