import type { Random } from './random.mjs';

export interface RandomForm {
  readonly boundary: string;
  readonly body: Buffer;
  /** The body, cut. */
  readonly chunks: readonly Buffer[];
}

export declare function randomForm(random: Random): RandomForm;
