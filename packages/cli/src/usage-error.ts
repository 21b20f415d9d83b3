/** The command cannot be run as it was given. The message says what is wrong and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';

  constructor(
    message: string,
    /** What to choose from, a line each. */
    readonly choices: readonly string[] = [],
  ) {
    super(message);
  }
}
