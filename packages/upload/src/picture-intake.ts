import { ChunkList } from './chunk-list.js';
import { isTame } from './fields.js';
import { type BodyOutcome, refused, type Selfie, type UploadRefusalCode } from './reading.js';
import { SNIFF_BYTES, type SniffVerdict, sniff } from './sniff.js';

/** Deepest nesting of fields that another parser left; our own allow less. */
const MAX_DEPTH = 32;
const NO_BYTES = Buffer.alloc(0);

/**
 * Takes the bytes of one picture, from wherever they come, and refuses at the first byte too many or the first
 * bytes of a wrong type. The one place that holds the rules on size and type.
 */
export class PictureIntake {
  readonly #limitBytes: number;
  readonly #chunks = new ChunkList();
  #head = NO_BYTES;
  #verdict: SniffVerdict = 'undecided';

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Bytes taken so far. */
  get size(): number {
    return this.#chunks.size;
  }

  /** Takes the next bytes; a code means that the picture is refused. */
  append(chunk: Uint8Array): UploadRefusalCode | undefined {
    if (this.#verdict === 'undecided') this.#sniff(chunk);
    if (this.#verdict === 'refused') return 'unsupported-media-type';
    if (this.#chunks.size + chunk.length > this.#limitBytes) return 'selfie-too-large';
    this.#chunks.append(chunk);
    return undefined;
  }

  /** What came of it once there are no more bytes; a picture that ended within its signature is unreadable. */
  outcome(declaredType: string | undefined, fields: Selfie['fields']): BodyOutcome {
    if (!isTame(fields, MAX_DEPTH)) return refused('malformed-upload');
    if (this.#verdict !== 'accepted') return refused('selfie-unreadable');
    const selfie = { chunks: this.#chunks.toChunks(), size: this.#chunks.size, declaredType, fields };
    return { kind: 'selfie', selfie };
  }

  /** Lets go of every byte; an outcome already taken keeps its own. */
  release(): void {
    this.#chunks.clear();
  }

  #sniff(chunk: Uint8Array): void {
    this.#head = Buffer.concat([this.#head, chunk.subarray(0, SNIFF_BYTES - this.#head.length)]);
    this.#verdict = sniff(this.#head);
  }
}
