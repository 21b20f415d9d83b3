import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sample } from '../../../../test/support/pictures.js';

/** A real JPEG with a text in a comment, for example what it asks of the emulator. */
export function pictureWith(text: string): Buffer {
  const jpeg = sample('unmarked.jpg');
  const comment = Buffer.from(text, 'ascii');
  const header = Buffer.from([0xff, 0xfe, 0, comment.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), header, comment, jpeg.subarray(2)]);
}

const SCENARIOS = [
  'approved',
  'approved',
  'approved',
  'spoof',
  'no-face',
  'duplicate',
  'approved',
  'too-dark',
] as const;

/** Writes different pictures into a folder: mostly approved, with scores from 31 to 99, and some of every other kind. */
export function writePictures(folder: string, count: number): readonly string[] {
  mkdirSync(folder, { recursive: true });
  return Array.from({ length: count }, (_, index) => {
    const scenario = SCENARIOS[index % SCENARIOS.length] ?? 'approved';
    const score = scenario === 'approved' ? `;score=${31 + ((index * 37) % 69)}` : '';
    const path = join(folder, `selfie-${String(index).padStart(3, '0')}.jpg`);
    writeFileSync(path, pictureWith(`didit-scenario=${scenario}${score};number=${index};`));
    return path;
  });
}
