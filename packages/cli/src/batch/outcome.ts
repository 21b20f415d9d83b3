import type { FailedEntry, FinishedEntry, JournalEntry, RefusedEntry } from './journal-entry.js';

/** What came of one picture. */
export type PictureOutcome =
  /** Has an answer, of this run or an earlier one. */
  | { readonly kind: 'answered'; readonly file: string; readonly entry: FinishedEntry; readonly isNew: boolean }
  /** Was answered and paid for in this run, and the record did not take the answer. */
  | { readonly kind: 'lost'; readonly file: string; readonly entry: FinishedEntry }
  /** Cannot be judged; nothing was paid. */
  | { readonly kind: 'refused'; readonly file: string; readonly entry: RefusedEntry }
  /** The call of this run gave no answer; `waitMs` is what Didit asks to wait where that is too long. */
  | { readonly kind: 'failed'; readonly file: string; readonly entry: FailedEntry; readonly waitMs?: number }
  /** A call of an earlier run may have been paid, and its answer is lost; not sent again. */
  | { readonly kind: 'unknown'; readonly file: string; readonly entry: JournalEntry }
  /** The same bytes as a picture of this run. */
  | { readonly kind: 'copy'; readonly file: string; readonly of: string }
  /** The file could not be read. */
  | { readonly kind: 'unreadable'; readonly file: string; readonly message: string }
  /** The run stopped before. */
  | { readonly kind: 'not-started'; readonly file: string };

/** Why a run ended before its last picture. */
export type Stop =
  | { readonly kind: 'signal'; readonly signal: 'SIGINT' | 'SIGTERM' }
  /** The record does not take entries any more, so nothing may be sent. */
  | { readonly kind: 'record'; readonly code: string; readonly message: string; readonly advice: string }
  /** What failed would fail for every picture that follows. */
  | { readonly kind: 'failure'; readonly code: string; readonly message: string; readonly advice: string };
