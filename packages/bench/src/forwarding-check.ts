import type { DesignName } from './catalogue.js';
import { DESIGNS } from './catalogue.js';
import { HttpConnection } from './http-connection.js';
import { nextSerial } from './load.js';
import { createPicture, digestOf } from './picture.js';
import type { Stage } from './stage.js';
import { uploadRequest } from './upload-request.js';

/** Pictures that each design has to send on before it is timed. */
const PICTURES = 3;

/**
 * Sends pictures through every design of a stage, and compares the SHA-256 of what arrives upstream: a design that sends
 * something else, or not once, is not worth timing.
 *
 * @throws Error naming the design
 */
export async function checkForwarding(stage: Stage, sizesBytes: readonly number[]): Promise<void> {
  for (const name of stage.designs) {
    for (const sizeBytes of sizesBytes) await checkDesign(stage, name, sizeBytes);
  }
  await stage.behave({ checks: false });
}

async function checkDesign(stage: Stage, name: DesignName, sizeBytes: number): Promise<void> {
  await stage.behave({ checks: true, delayMs: 0 });
  const picture = createPicture(sizeBytes);
  const connection = await HttpConnection.open(stage.server(name).url);
  const expected: string[] = [];
  try {
    for (let count = 0; count < PICTURES; count += 1) {
      const serial = nextSerial();
      const { status } = await connection.exchange(uploadRequest('/signup', picture, serial));
      if (status !== 201) throw new Error(`${name} answered ${status} to a picture of ${sizeBytes} bytes`);
      if (DESIGNS[name].calls) expected.push(digestOf(picture, serial));
    }
  } finally {
    connection.close();
  }
  const arrived = await stage.upstream.ask<string[]>('digests');
  if (arrived.join() !== expected.join()) {
    throw new Error(`${name} sent on [${arrived.join()}], but it was given [${expected.join()}]`);
  }
}
