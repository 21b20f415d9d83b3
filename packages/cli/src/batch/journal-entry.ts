import type { Decision, Reason } from '@didit-liveness/core';
import type { WireAnswer } from '../wire-answer.js';
import type { Asked } from './question.js';

interface EntryFacts {
  /** Of the bytes of the picture, in hexadecimal. */
  readonly sha256: string;
  /** Fingerprint of what was asked; the same picture with another question is another call. */
  readonly request: string;
  /** The same for people; missing in records of earlier versions. */
  readonly asked?: Asked;
  /** As the user named it. */
  readonly file: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** The paid call is about to be made. Without a later entry, nobody knows whether it was. */
export interface StartedEntry extends EntryFacts {
  readonly type: 'started';
}

/** There is an answer. */
export interface FinishedEntry extends EntryFacts {
  readonly type: 'finished';
  readonly outcome: Decision['outcome'];
  readonly score: number | null;
  readonly reasons: readonly Reason[];
  readonly policyId: string;
  readonly requestId: string | null;
  /** False when an answer of an earlier run was decided again. */
  readonly paid: boolean;
  readonly answer: WireAnswer;
}

/** The picture cannot be judged; nothing was paid. */
export interface RefusedEntry extends EntryFacts {
  readonly type: 'refused';
  readonly message: string;
}

/** The call gave no answer. */
export interface FailedEntry extends EntryFacts {
  readonly type: 'failed';
  readonly code: string;
  readonly message: string;
  readonly billed: 'no' | 'yes' | 'unknown';
}

/** One line of `results.jsonl`. */
export type JournalEntry = StartedEntry | FinishedEntry | RefusedEntry | FailedEntry;

const TYPES: readonly unknown[] = ['started', 'finished', 'refused', 'failed'];

/** The entry of a line, or undefined when it is none. */
export function parseEntry(line: string): JournalEntry | undefined {
  const value = parseJson(line);
  return isEntry(value) ? value : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Lines are written by this program alone; what is checked is what a resumed run and a report rest on. */
function isEntry(value: unknown): value is JournalEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { type, sha256, request, asked, file, at } = value as Record<string, unknown>;
  const isWhole = [request, file, at].every((text) => typeof text === 'string');
  if (asked !== undefined && !isAsked(asked)) return false;
  return isWhole && TYPES.includes(type) && isSha256(sha256) && hasDetails(value as Record<string, unknown>);
}

function isAsked(value: unknown): boolean {
  const { origin, isSandbox, threshold, rotate, save } = Object(value) as Record<string, unknown>;
  const areFlags = [isSandbox, rotate, save].every((flag) => typeof flag === 'boolean');
  return typeof origin === 'string' && areFlags && (threshold === null || typeof threshold === 'number');
}

function isSha256(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function hasDetails({ type, outcome, reasons, score, answer, billed }: Record<string, unknown>): boolean {
  if (type === 'failed') return ['no', 'yes', 'unknown'].includes(String(billed));
  if (type !== 'finished') return true;
  const isJudged = ['approved', 'review', 'declined'].includes(String(outcome)) && Array.isArray(reasons);
  return isJudged && (score === null || typeof score === 'number') && typeof answer === 'object' && answer !== null;
}

/** What identifies a paid call: the picture and the question. */
export function keyOf({ sha256, request }: Pick<EntryFacts, 'sha256' | 'request'>): string {
  return `${sha256} ${request}`;
}
