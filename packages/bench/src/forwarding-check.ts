import { DESIGNS } from './catalogue.js';
import type { ControlledProcess } from './controlled-process.js';
import { HttpConnection } from './http-connection.js';
import { nextSerial } from './load.js';
import { createPicture, digestOf } from './picture.js';
import type { Stage } from './stage.js';
import { uploadRequest } from './upload-request.js';
import type { UpstreamBehaviour } from './upstream.js';

/** Pictures that each design has to send on before it is timed. */
const PICTURES = 3;

/**
 * Sends pictures through every design of a stage, and compares the SHA-256 of what arrives upstream: a design that sends
 * something else, or not once, is not worth timing.
 *
 * @throws Error naming the design
 */
export async function checkForwarding(stage: Stage, sizesBytes: readonly number[]): Promise<void> {
  const { upstream } = stage;
  for (const name of stage.designs) {
    const server = { name, url: stage.server(name).url, calls: DESIGNS[name].calls };
    for (const sizeBytes of sizesBytes) await checkServer(server, upstream, sizeBytes);
  }
  await stage.behave({ checks: false });
}

/** A server that is to be timed. */
export interface CheckedServer {
  readonly name: string;
  readonly url: string;
  /** Whether it sends the picture upstream. */
  readonly calls: boolean;
}

/** The same for one server; the upstream goes on checking. @throws Error naming the server */
export async function checkServer(
  { name, url, calls }: CheckedServer,
  upstream: ControlledProcess,
  sizeBytes: number,
): Promise<void> {
  await upstream.ask('behave', { checks: true, delayMs: 0 } satisfies UpstreamBehaviour);
  const picture = createPicture(sizeBytes);
  const expected: string[] = [];
  for (let count = 0; count < PICTURES; count += 1) {
    const serial = nextSerial();
    // A connection of its own for each: behind one port there may be several processes.
    const connection = await HttpConnection.open(url);
    const { status } = await connection
      .exchange(uploadRequest('/signup', picture, serial))
      .finally(() => connection.close());
    if (status !== 201) throw new Error(`${name} answered ${status} to a picture of ${sizeBytes} bytes`);
    if (calls) expected.push(digestOf(picture, serial));
  }
  const arrived = await upstream.ask<string[]>('digests');
  if (arrived.join() !== expected.join()) {
    throw new Error(`${name} sent on [${arrived.join()}], but it was given [${expected.join()}]`);
  }
}
