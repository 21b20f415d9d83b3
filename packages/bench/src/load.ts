import { type Exchange, HttpConnection } from './http-connection.js';
import type { Picture } from './picture.js';
import { uploadRequest } from './upload-request.js';

/** Where to send which picture. */
export interface Target {
  readonly url: string;
  /** @defaultValue '/signup' */
  readonly path?: string;
  readonly picture: Picture;
}

/** What came of sending for a while. */
export interface Rate {
  /** Answers. */
  readonly finished: number;
  readonly perSecond: number;
}

/** Status of an answer that lets somebody in, from a design or from the upstream. */
const GOOD = [200, 201];

let serial = 0;

/** A number that no picture had yet: equal pictures could be answered by one call, which would measure nothing. */
export function nextSerial(): number {
  serial += 1;
  return serial;
}

/** Connections that send one picture after the other. */
export class Load {
  readonly #connections: readonly HttpConnection[];
  readonly #target: Target;
  /** How the pictures went that {@link open} sent. */
  first: readonly Exchange[] = [];

  private constructor(connections: readonly HttpConnection[], target: Target) {
    this.#connections = connections;
    this.#target = target;
  }

  /** Opens connections, and sends one picture over each, so that no start of a connection is measured. */
  static async open(target: Target, concurrency: number): Promise<Load> {
    const connections = await Promise.all(Array.from({ length: concurrency }, () => HttpConnection.open(target.url)));
    const load = new Load(connections, target);
    load.first = await load.#each();
    return load;
  }

  async #each(): Promise<readonly Exchange[]> {
    return Promise.all(this.#connections.map(async (connection) => this.#send(connection)));
  }

  /** Sends so many pictures over the first connection, one by one; gives how each went. */
  async oneByOne(count: number): Promise<readonly Exchange[]> {
    const [connection] = this.#connections;
    const exchanges: Exchange[] = [];
    if (!connection) return exchanges;
    while (exchanges.length < count) exchanges.push(await this.#send(connection));
    return exchanges;
  }

  /** Sends pictures for so long, and waits for the last answer; gives the number of answers. */
  async during(durationMs: number): Promise<number> {
    return (await this.rateDuring(durationMs)).finished;
  }

  /** The same, and how fast they came. */
  async rateDuring(durationMs: number): Promise<Rate> {
    const runs = await Promise.all(this.#connections.map(async (connection) => this.#run(connection, durationMs)));
    return {
      finished: runs.reduce((sum, { finished }) => sum + finished, 0),
      // Each over its own time: what the last answers take would else count as time in which nothing came.
      perSecond: runs.reduce((sum, { finished, elapsedMs }) => sum + (finished / elapsedMs) * 1000, 0),
    };
  }

  async #run(connection: HttpConnection, durationMs: number): Promise<{ finished: number; elapsedMs: number }> {
    const start = performance.now();
    let finished = 0;
    do {
      await this.#send(connection);
      finished += 1;
    } while (performance.now() < start + durationMs);
    return { finished, elapsedMs: performance.now() - start };
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  /** @throws Error for any answer but a good one: a refusal costs something else than what is to be measured */
  async #send(connection: HttpConnection): Promise<Exchange> {
    const { path = '/signup', picture, url } = this.#target;
    const exchange = await connection.exchange(uploadRequest(path, picture, nextSerial()));
    if (!GOOD.includes(exchange.status)) throw new Error(`${url}${path} answered ${exchange.status}`);
    return exchange;
  }
}
