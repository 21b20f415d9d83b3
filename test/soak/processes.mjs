import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How long a process may take to answer a question. */
const ANSWER_MS = 30_000;

/**
 * A process of the soak. `ask` puts a question and resolves with the answer, `onNews` gets what it tells by itself.
 * Whatever it prints is kept: a process that is doing well prints nothing.
 */
export class Watched {
  #child;
  #questions = new Map();
  #nextId = 0;
  #ready;
  printed = '';
  /** How it ended, once it has. */
  ended;

  constructor(name, args = [], onNews = () => undefined) {
    this.#child = fork(fileURLToPath(new URL(name, import.meta.url)), args, {
      execArgv: ['--expose-gc', '--import', new URL('probe.mjs', import.meta.url).href],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'json',
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on('data', (text) => (this.printed += text));
    }
    this.#ready = new Promise((resolve, reject) => {
      this.#child.on('message', (message) => this.#hear(message, { onReady: resolve, onNews }));
      this.#child.once('exit', (code, signal) => {
        this.ended = { code, signal };
        reject(new Error(`${name} ended with ${code ?? signal}\n${this.printed}`));
      });
    });
    this.#ready.catch(() => undefined);
  }

  /** What the process says once it is up. */
  get ready() {
    return this.#ready;
  }

  ask(question) {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`No answer to ${question}\n${this.printed}`)), ANSWER_MS);
      this.#questions.set(id, (value) => {
        clearTimeout(timer);
        resolve(value);
      });
      this.#child.send({ ask: question, id });
    });
  }

  async stop() {
    if (this.ended) return;
    const over = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await over;
  }

  #hear(message, { onReady, onNews }) {
    if ('ready' in message) onReady(message.ready);
    else if ('news' in message) onNews(message.news);
    else {
      this.#questions.get(message.answer)?.(message.value);
      this.#questions.delete(message.answer);
    }
  }
}

/** In a process that is watched: tells the parent that it is up. */
export function tellReady(ready) {
  process.send({ ready });
}

/** In a process that is watched: tells the parent something unasked. */
export function tellNews(news) {
  process.send({ news });
}

/** In a process that is watched: what it answers to a question besides what the probe does. */
export function answerTo(question, answer) {
  process.on('message', async (message) => {
    if (message?.ask === question) process.send({ answer: message.id, value: await answer() });
  });
}
