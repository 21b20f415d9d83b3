import type { Decision } from '@didit-liveness/core';

/** What the exit codes of the command say. */
export const EXIT_CODES = {
  /** Approved, or done. */
  approved: 0,
  declined: 1,
  review: 2,
  /** The command line, a file or a picture cannot be used; nothing was paid for it. */
  usage: 3,
  /** No answer: Didit cannot be reached, refuses the key, has no credits left, or answers nonsense. */
  unavailable: 4,
  /** A defect of this program, or the result could not be written. */
  defect: 70,
  interrupted: 130,
  terminated: 143,
} as const;

/** One of {@link EXIT_CODES}. */
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/** The exit code of a decision. */
export function exitCodeOf(outcome: Decision['outcome']): ExitCode {
  return EXIT_CODES[outcome];
}
