import { percentileOf, spread } from './figures.mjs';
import { digestOf, directRequestOf, KINDS, requestOf } from './mixture.mjs';
import { Watched } from './processes.mjs';
import { tell, tellHeld, tellOutcries, tellSlopes } from './report.mjs';
import { Sender } from './sender.mjs';

const CHECK_PATH = '/v3/passive-liveness/';
const LANES = 16;
const SLOW_LANES = 32;
/** Samples of a run; the first fifth is for what a process keeps once and for all. */
const BLOCKS = 50;
/** One in so many good requests has a twin that goes to the emulator directly. */
const TWIN_EVERY = 10;
/** And so many pairs are sent at the end, one after the other. */
const PAIRS_ALONE = 500;

/** Sends the mixture to the Express example; resolves with whether all that has to hold held. */
export async function soakMixed(requests) {
  const run = new MixedRun(requests);
  try {
    await run.start();
    await run.send();
    return await run.judge();
  } finally {
    await run.stop();
  }
}

class MixedRun {
  #kinds = spread(Object.entries(KINDS).map(([kind, { share }]) => [kind, share]));
  #sent = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, 0]));
  #surprises = [];
  /** Times of good requests and of their twins, under load and one at a time. */
  #crowded = { direct: [], gate: [] };
  #alone = { direct: [], gate: [] };
  #samples = [];
  #slow = new Set();
  #kindOfPicture = new Map();
  /** By the digest of its picture: how often the emulator took money for it. */
  #paid = new Map();
  #awaited = new Map();
  /** Calls of other paths than that of the check: a redirect that somebody followed. */
  #astray = 0;
  #requests;
  #emulator;
  #example;
  #sender;
  #direct;
  #before;

  constructor(requests) {
    this.#requests = requests;
  }

  async start() {
    this.#emulator = new Watched('emulator.mjs', [], (calls) => this.#note(calls));
    const { url: emulatorUrl } = await this.#emulator.ready;
    this.#example = new Watched('example.mjs', [emulatorUrl]);
    const { url } = await this.#example.ready;
    this.#before = await this.#example.ask('sample');
    this.#sender = new Sender(url, '/signup');
    this.#direct = new Sender(emulatorUrl, CHECK_PATH);
    tell(`${this.#requests} requests to the Express example, ${LANES} at a time`);
  }

  /** Block by block; between them nothing runs but what waits for the slow answers. */
  async send() {
    const size = Math.ceil(this.#requests / BLOCKS);
    for (let begun = 0; begun < this.#requests; begun += size) {
      const end = Math.min(begun + size, this.#requests);
      let next = begun;
      const lane = async () => {
        while (next < end) {
          const number = next;
          next += 1;
          await this.#sendOne(this.#kinds[number % this.#kinds.length], number);
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      this.#samples.push(await this.#example.ask('sample'));
    }
    await Promise.all(this.#slow);
    for (let index = 0; index < PAIRS_ALONE; index += 1) {
      this.#sent.good += 1;
      await this.#sendPair(this.#requests + index, this.#alone);
    }
  }

  async #sendOne(kind, number) {
    this.#sent[kind] += 1;
    if (KINDS[kind].slow) return this.#sendSlow(kind, number);
    if (kind === 'good' && number % TWIN_EVERY === 0) return this.#sendPair(number, this.#crowded);
    await this.#exchange(kind, number);
  }

  /** No lane stands still for it, unless too many wait already. */
  async #sendSlow(kind, number) {
    while (this.#slow.size >= SLOW_LANES) await Promise.race(this.#slow);
    const exchange = this.#exchange(kind, number).finally(() => this.#slow.delete(exchange));
    this.#slow.add(exchange);
  }

  /** The same picture but for its number: once to the emulator itself, once through the gate. */
  async #sendPair(number, times) {
    const direct = await this.#direct.send(directRequestOf(number));
    if (direct.status !== 200) this.#surprises.push(`the emulator answered ${direct.status}`);
    const { ms } = await this.#exchange('good', number);
    times.direct.push(direct.ms);
    times.gate.push(ms);
  }

  async #exchange(kind, number) {
    this.#kindOfPicture.set(digestOf(kind, number), kind);
    try {
      const answer = await this.#sendAs(kind, number);
      const { status, late = status } = KINDS[kind];
      if (answer.status !== status && answer.status !== late)
        this.#surprises.push(`${kind} was answered ${answer.status ?? 'nothing'}`);
      return answer;
    } catch (error) {
      this.#surprises.push(`${kind} failed: ${error.code ?? error.message}`);
      return {};
    }
  }

  #sendAs(kind, number) {
    const request = requestOf(kind, number);
    switch (KINDS[kind].send) {
      case 'abort':
        return this.#sender.abort(request, ((number * 13) % 97) / 100);
      case 'reset':
        return this.#sender.resetAfter(request, this.#asked(digestOf(kind, number)));
      case 'raw':
        return this.#sender.sendRaw(request);
      default:
        return this.#sender.send(request);
    }
  }

  /** Resolves once the emulator has been asked about this picture. */
  #asked(digest) {
    return new Promise((resolve) => this.#awaited.set(digest, resolve));
  }

  #note(calls) {
    for (const { path, sha256, billed } of calls) {
      if (path !== CHECK_PATH) this.#astray += 1;
      this.#paid.set(sha256, (this.#paid.get(sha256) ?? 0) + (billed ? 1 : 0));
      this.#awaited.get(sha256)?.();
      this.#awaited.delete(sha256);
    }
  }

  /** Tells the figures; gives whether each of them is what it has to be. */
  async judge() {
    await this.#emulator.ask('flush');
    const { created, events } = await this.#example.ask('counts');
    const counted = this.#tellCounts(created);
    tell(`events of the gate: ${JSON.stringify(events)}`);
    this.#tellLatency();
    const flat = tellSlopes(this.#samples, this.#requests);
    const returned = await tellHeld(this.#example, this.#before.held);
    const quiet = tellOutcries(this.#example, this.#surprises);
    return [counted, flat, returned, quiet].every(Boolean);
  }

  /** By kind: what was sent, how often the handler ran, and how often Didit was paid, which has to be once or never. */
  #tellCounts(created) {
    const paid = {};
    let paidTwice = 0;
    for (const [digest, times] of this.#paid) {
      const kind = this.#kindOfPicture.get(digest) ?? 'twin';
      paid[kind] = (paid[kind] ?? 0) + times;
      if (times > 1) paidTwice += 1;
    }
    const rows = Object.entries(KINDS).map(([kind, expected]) => {
      const sent = this.#sent[kind];
      const row = { status: expected.status ?? 'none', sent, handled: created[kind] ?? 0, paid: paid[kind] ?? 0 };
      const isRight =
        row.handled === (kind === 'good' ? sent : 0) && row.paid === (expected.paid === 'billed' ? sent : 0);
      return [kind, { ...row, right: isRight ? 'yes' : 'NO' }];
    });
    console.table(Object.fromEntries(rows));
    const total = rows.reduce((sum, [, row]) => sum + row.paid, 0);
    tell(`${total} checks were paid for, ${paidTwice} twice, ${this.#astray} on a path that a redirect named`);
    return rows.every(([, { right }]) => right === 'yes') && paidTwice === 0 && this.#astray === 0;
  }

  #tellLatency() {
    for (const [when, times] of Object.entries({ 'under load': this.#crowded, 'one at a time': this.#alone })) {
      for (const share of [0.5, 0.99]) {
        const [direct, gate] = [times.direct, times.gate].map((list) => percentileOf(list, share));
        const [few, many, added] = [direct, gate, gate - direct].map((ms) => `${ms.toFixed(2)} ms`);
        tell(`p${share * 100} ${when}: the gate adds ${added} (${many} through it, ${few} without)`);
      }
    }
  }

  async stop() {
    this.#sender?.close();
    this.#direct?.close();
    await Promise.all([this.#example?.stop(), this.#emulator?.stop()]);
  }
}
