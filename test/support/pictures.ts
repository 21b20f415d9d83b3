import { readFileSync } from 'node:fs';

import { markedJpeg } from './canary.js';

const SAMPLES = new URL('../../examples/express-signup/samples/', import.meta.url);

/** A sample picture of the examples, for example `approved.png`. */
export function sample(file: string): Buffer {
  return readFileSync(new URL(file, SAMPLES));
}

/** A real JPEG that asks the emulator for a scenario, in a comment; it carries the canary in another. */
export function pictureOf(scenario: string): Buffer {
  const jpeg = sample('unmarked.jpg');
  const text = Buffer.from(`didit-scenario=${scenario}`, 'ascii');
  const header = Buffer.from([0xff, 0xfe, 0, text.length + 2]);
  return markedJpeg(Buffer.concat([jpeg.subarray(0, 2), header, text, jpeg.subarray(2)]));
}
