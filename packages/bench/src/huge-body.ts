import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPicture } from './picture.js';
import { formAround } from './upload-request.js';

/** A form with a file of 50 MB. */
export interface HugeBody {
  readonly file: string;
  readonly length: number;
  /** Whether the file begins as a JPEG does. */
  readonly isPicture: boolean;
  /** Whether the client tells the length beforehand. */
  readonly tellsLength: boolean;
}

const FILE_BYTES = 50 * 1024 * 1024;

/** Such forms as files, for as long as clients send them. */
export class Huge {
  readonly bodies: readonly HugeBody[];
  readonly #folder: string;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'didit-liveness-bench-'));
    this.bodies = [true, false].flatMap((isPicture) => {
      const { file, length } = this.#write(isPicture);
      return [true, false].map((tellsLength) => ({ file, length, isPicture, tellsLength }));
    });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #write(isPicture: boolean): Pick<HugeBody, 'file' | 'length'> {
    const picture = createPicture(FILE_BYTES);
    const content = isPicture ? [picture.head(0), picture.scan] : [Buffer.from('%PDF-1.7\n'), Buffer.alloc(FILE_BYTES)];
    const file = join(this.#folder, isPicture ? 'picture' : 'document');
    const descriptor = openSync(file, 'w');
    let length = 0;
    for (const piece of formAround(content)) length += writeSync(descriptor, piece);
    closeSync(descriptor);
    return { file, length };
  }
}
