import type { Clock } from '../clock.js';
import { notify } from '../listener.js';
import type { CircuitCause } from './errors.js';

/** Calls of one endpoint are stopped (`open`), one finds out whether it works again (`half-open`), or all go through. */
export interface CircuitEvent {
  readonly type: 'circuit';
  /** When, ISO 8601 in UTC. */
  readonly at: string;
  /** For example `POST /v3/passive-liveness/`. */
  readonly endpoint: string;
  readonly state: 'open' | 'half-open' | 'closed';
  /** Why it opened; null for the other states. */
  readonly because: CircuitCause | null;
  /** Milliseconds until a call may find out; null for the other states. */
  readonly openMs: number | null;
}

/** A call was not sent again, since all calls of the client spent their retries; told once until new ones are earned. */
export interface RetryBudgetSpentEvent {
  readonly type: 'retry-budget-spent';
  /** When, ISO 8601 in UTC. */
  readonly at: string;
}

/** What a client tells of itself, apart from what single calls give. */
export type ClientEvent = CircuitEvent | RetryBudgetSpentEvent;

/** Takes events. Called synchronously; what it throws is dropped. */
export type ClientEventListener = (event: ClientEvent) => void;

/** An event without its time. */
type Untimed<Event> = Event extends ClientEvent ? Omit<Event, 'at'> : never;

/** Tells what happens in a client to everyone who listens: its owner, and the gates that use it. */
export class ClientEvents {
  readonly #clock: Clock;
  readonly #listeners = new Set<ClientEventListener>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @returns the function that ends it */
  add(listener: ClientEventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** No listener can fail a call, or keep another one from listening. */
  tell(untimed: Untimed<ClientEvent>): void {
    const event = Object.freeze({ ...untimed, at: new Date(this.#clock.date()).toISOString() });
    for (const listener of this.#listeners) notify(listener, event);
  }
}
