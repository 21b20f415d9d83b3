import { DiditApiError, isCallError, isDiditLivenessError } from '@didit-liveness/core';
import { EXIT_CODES, type ExitCode } from './exit-codes.js';
import { KeyNotWrittenError } from './key-not-written-error.js';
import { UsageError } from './usage-error.js';

/** An error as the command tells it. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  /** The message, and what Didit complains about or what there is to choose, for people: each may hold text of others. */
  readonly lines: readonly string[];
  /** What to do about it; empty when nobody knows. */
  readonly advice: string;
  readonly exitCode: ExitCode;
  /** Whether the call was charged, for errors of calls. */
  readonly billed?: string;
}

/** What to do, by the `code` of the error. */
const ADVICE: Readonly<Record<string, string>> = {
  authentication:
    'Check the key: it is in the Didit console of the application, and goes into DIDIT_API_KEY or a file for --api-key-file.',
  permission: 'Check that the key may do this and may be used from this address (Didit console, API keys).',
  'insufficient-credits': 'Add credits: didit-liveness top-up --amount 50',
  'too-many-requests': 'Wait a minute and try again; Didit allows 300 writing requests a minute.',
  unavailable: 'Try again later: didit-liveness doctor tells whether Didit can be reached.',
  connection: 'Check the network and DIDIT_BASE_URL: didit-liveness doctor tells what is wrong.',
  timeout: 'Try again later: didit-liveness doctor tells whether Didit can be reached.',
  'bad-response': 'Check that DIDIT_BASE_URL leads to Didit, and not to a proxy or a sign-in page.',
  'unexpected-status': 'Check that DIDIT_BASE_URL leads to Didit, and not to a proxy or a sign-in page.',
  'not-found': 'Check the id, and that the key belongs to the application that it was made in.',
  'image-refused': 'Use a JPEG, PNG, WebP or TIFF of at most 5 MiB with one face. Nothing was sent or paid.',
  'key-not-written':
    'The account exists and a code is spent. Make room, and get the key with: didit-liveness login --email <address>',
  'missing-peer': 'Install it next to this command: npm install sharp',
};

/** The same for the host of accounts, which knows no API key. */
const ACCOUNT_ADVICE: Readonly<Record<string, string>> = {
  connection: 'Check the network and DIDIT_AUTH_URL.',
  unavailable: 'Try again later; with an address that gets no mail, such as ada@example.com, it will always be so.',
};

/** What to tell of an error, and how to end. Nothing of it is secret: errors of core never repeat keys or pictures. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof UsageError) {
    const { code, choices } = error;
    const lines = [error.message, ...choices];
    return { code, message: lines.join('\n  '), lines, advice: '', exitCode: EXIT_CODES.usage };
  }
  const { code, message } = Object(error) as { readonly code?: unknown; readonly message?: unknown };
  const name = typeof code === 'string' ? code : 'defect';
  const summary = typeof message === 'string' ? message : 'something was thrown that is no error';
  const lines = [summary, ...complaintsOf(error)];
  return {
    code: name,
    message: lines.join('\n  '),
    lines,
    advice: adviceFor(error, name),
    exitCode: exitCodeOfFailure(error),
    ...(isCallError(error) ? { billed: error.billed } : {}),
  };
}

/** What Didit says is wrong; whoever reads this has sent the request. */
function complaintsOf(error: unknown): readonly string[] {
  return error instanceof DiditApiError ? error.complaints : [];
}

/** The host for accounts knows no API key, so advice about one would mislead. */
function isOfAccount(error: unknown): boolean {
  return isCallError(error) && error.message.includes(' /auth/v2/');
}

/** What to do about an error with this code; empty when nobody knows. */
export function adviceOf(code: string): string {
  return ADVICE[code] ?? '';
}

function adviceFor(error: unknown, code: string): string {
  const advice = isOfAccount(error) ? (ACCOUNT_ADVICE[code] ?? '') : adviceOf(code);
  const cost = isCallError(error) && error.billed !== 'no' ? BILLED[error.billed] : '';
  return [advice, cost].filter((text) => text !== '').join(' ');
}

const BILLED = {
  yes: 'The call was paid for.',
  unknown: 'Whether the call was paid for is unknown.',
} as const;

/** Refusals of what the user gave, as opposed to a Didit that does not answer. */
const GIVEN_WRONG: ReadonlySet<string> = new Set(['invalid-option', 'image-refused', 'bad-request', 'not-found']);

function exitCodeOfFailure(error: unknown): ExitCode {
  if (error instanceof KeyNotWrittenError) return EXIT_CODES.unavailable;
  if (isDiditLivenessError(error)) return GIVEN_WRONG.has(error.code) ? EXIT_CODES.usage : EXIT_CODES.unavailable;
  return EXIT_CODES.defect;
}
