/** Didit gave a key, and there was no place to put it. The key itself is in no message. */
export class KeyNotWrittenError extends Error {
  override readonly name = 'KeyNotWrittenError';
  readonly code = 'key-not-written';
}
