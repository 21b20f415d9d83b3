/** One call, and those who wait for what it gives. */
interface Flight<Value> {
  readonly value: Promise<Value>;
  readonly controller: AbortController;
  /** In the order in which they came; the first of those who are still there pays. */
  readonly waiting: Set<symbol>;
}

/** What came of waiting for a call. */
export type Flown<Value> =
  /** `pays`: of those who share a call, exactly one is told that it is theirs. */
  | { readonly kind: 'landed'; readonly value: Value; readonly pays: boolean }
  /** Gave up, while others wait on. */
  | { readonly kind: 'left' };

/** Makes a call; the signal aborts when nobody waits for it any more. */
export type StartCall<Value> = (signal: AbortSignal) => Promise<Value>;

/**
 * Lets those who ask the same at the same time share one call: a double click pays once. Nothing is kept once the call
 * has ended, and a failure is shared like an answer.
 */
export class SingleFlight<Value> {
  readonly #flights = new Map<string, Flight<Value>>();

  /**
   * Joins the call of this name, or starts it. The last one who gives up aborts the call, and waits for how it ends.
   *
   * @param name - whoever gives the same name at the same time gets the same answer
   */
  run(name: string, start: StartCall<Value>, signal?: AbortSignal): Promise<Flown<Value>> {
    const flight = this.#flights.get(name) ?? this.#start(name, start);
    return new Promise((resolve, reject) => {
      const self = Symbol('waiting');
      flight.waiting.add(self);
      const giveUp = () => {
        if (flight.waiting.size === 1) return this.#abort(name, flight);
        flight.waiting.delete(self);
        resolve({ kind: 'left' });
      };
      const land = (value: Value) => {
        const [payer] = flight.waiting;
        resolve({ kind: 'landed', value, pays: payer === self });
      };
      if (signal?.aborted) giveUp();
      signal?.addEventListener('abort', giveUp);
      flight.value.then(land, reject).finally(() => signal?.removeEventListener('abort', giveUp));
    });
  }

  #start(name: string, start: StartCall<Value>): Flight<Value> {
    const controller = new AbortController();
    const value = start(controller.signal).finally(() => this.#end(name, flight));
    const flight: Flight<Value> = { value, controller, waiting: new Set() };
    this.#flights.set(name, flight);
    return flight;
  }

  /** Whoever asks now does not get the end of a call that was given up. */
  #abort(name: string, flight: Flight<Value>): void {
    this.#end(name, flight);
    flight.controller.abort();
  }

  #end(name: string, flight: Flight<Value>): void {
    if (this.#flights.get(name) === flight) this.#flights.delete(name);
  }
}
