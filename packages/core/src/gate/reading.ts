import type { ProblemCode } from './problem.js';

/** A picture off a request, and the text fields that came with it. */
export interface Selfie {
  /** The bytes in their order; never joined on the way. */
  readonly chunks: readonly Uint8Array[];
  /** Bytes in all. */
  readonly size: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The refusals that reading an upload can end in. */
export type ReadingRefusalCode = Extract<
  ProblemCode,
  | 'malformed-upload'
  | 'selfie-missing'
  | 'selfie-duplicated'
  | 'upload-timeout'
  | 'selfie-too-large'
  | 'unsupported-media-type'
  | 'selfie-unreadable'
  | 'too-busy'
>;

/** What came of reading a request. `@didit-liveness/upload` gives exactly this; any other reader may. */
export type SelfieReading =
  | {
      readonly kind: 'selfie';
      readonly selfie: Selfie;
      /** Tells the reader that the request is refused, and that the gate refers to nothing of the selfie any more. */
      readonly release?: () => void;
    }
  | { readonly kind: 'refused'; readonly code: ReadingRefusalCode; readonly closeConnection: boolean }
  /** The client hung up. */
  | { readonly kind: 'aborted' };
