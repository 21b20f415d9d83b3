/** The record of results took an entry not, or only a part that was cut off again. Nothing was sent for it. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
  readonly code = 'record';
}
