import { pushBounded } from './bounded.js';

/** An e-mail that was not sent, since the emulator sends none. */
export interface OutboxMessage {
  readonly to: string;
  /** The code to type in. */
  readonly code: string;
  /** ISO 8601. */
  readonly sentAt: string;
}

/** The newest 100,000 messages. */
export interface Outbox {
  add(message: OutboxMessage): void;
  /** A copy, oldest first. */
  list(): readonly OutboxMessage[];
}

/** Makes an empty outbox. */
export function createOutbox(): Outbox {
  const messages: OutboxMessage[] = [];
  return {
    add(message) {
      pushBounded(messages, message);
    },
    list: () => [...messages],
  };
}
