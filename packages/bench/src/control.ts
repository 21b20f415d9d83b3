/** A question of the process that measures to one that it started. */
export interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument?: unknown;
}

/** What such a process says: that it is ready, or what the answer is. */
export type Message =
  | { readonly kind: 'ready'; readonly url: string }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly reason: string };

/** What can be asked of a process, by name. */
export type Answers = Readonly<Record<string, (argument: unknown) => unknown>>;

/** Says where this process listens, and answers questions until the one that asks is gone; then it ends. */
export function answerQuestions(url: string, answers: Answers): void {
  process.on('message', (question: Question) => {
    void answer(question, answers).then(say);
  });
  process.on('disconnect', () => process.exit());
  say({ kind: 'ready', url });
}

async function answer({ id, name, argument }: Question, answers: Answers): Promise<Message> {
  try {
    const find = answers[name];
    if (!find) throw new TypeError(`nobody answers ${name}`);
    return { kind: 'answer', id, value: await find(argument) };
  } catch (error) {
    return { kind: 'failure', id, reason: error instanceof Error ? error.message : 'unknown reason' };
  }
}

function say(message: Message): void {
  process.send?.(message);
}
