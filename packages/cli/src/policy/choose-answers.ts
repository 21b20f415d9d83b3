import type { Answers } from '../batch/journal.js';
import type { FinishedEntry } from '../batch/journal-entry.js';
import { UsageError } from '../usage-error.js';

/**
 * The answers that are compared: to one question, since those of an emulator, a sandbox and Didit itself, or at different
 * thresholds, say nothing together.
 *
 * @param request - the fingerprint that the user chose, or its beginning
 * @throws {@link UsageError} when it has to be chosen, or leads to none or several; the message lists the questions
 */
export function chooseAnswers(questions: readonly Answers[], request: string | undefined): readonly FinishedEntry[] {
  const chosen = questions.filter((question) => question.request.startsWith(request ?? ''));
  const [first] = chosen;
  if (first === undefined && request === undefined) return [];
  if (first !== undefined && chosen.length === 1) return first.entries;
  const problem =
    request === undefined
      ? `The record holds answers to ${questions.length} questions, which say nothing together.`
      : `--request ${request} fits ${chosen.length} questions of the record.`;
  throw new UsageError(`${problem} Choose one with --request:`, questions.map(describe));
}

function describe({ request, asked, entries }: Answers): string {
  const count = `${entries.length} ${entries.length === 1 ? 'picture' : 'pictures'}`;
  if (asked === undefined) return `${request}  ${count}, asked by an earlier version`;
  const { origin, isSandbox, threshold, rotate, save } = asked;
  const facts = [
    count,
    `${origin}${isSandbox ? ' (sandbox)' : ''}`,
    threshold === null ? "Didit's own threshold" : `threshold ${threshold}`,
    ...(rotate ? ['--rotate'] : []),
    ...(save ? ['--save'] : []),
  ];
  return `${request}  ${facts.join(', ')}`;
}
