import type { Clock } from '../../src/clock.js';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** What a {@link FakeClock} starts with. */
export interface FakeClockOptions {
  /** What `random()` gives; 0 unless told otherwise, so that a backoff is half of its base. */
  readonly random?: number;
  /** What `date()` gives at the start, as a date that `Date.parse` reads. */
  readonly date?: string;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  /** Every delay that was asked for, in order: first the deadline of a call, then its backoffs. */
  readonly delays: number[] = [];
  readonly #timers = new Set<Timer>();
  readonly #random: number;
  readonly #waiting: (() => void)[] = [];
  #now = 5_000;
  #date: number;

  constructor({ random = 0, date = '2026-11-23T12:00:00Z' }: FakeClockOptions = {}) {
    this.#random = random;
    this.#date = Date.parse(date);
  }

  now(): number {
    return this.#now;
  }

  date(): number {
    return this.#date;
  }

  random(): number {
    return this.#random;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.#now + delayMs, callback };
    this.#timers.add(timer);
    this.delays.push(delayMs);
    for (const wake of this.#waiting.splice(0)) wake();
    return () => this.#timers.delete(timer);
  }

  /** Timers that neither fired nor were cancelled. */
  get pending(): number {
    return this.#timers.size;
  }

  /** The `count`th delay that is asked for, from 1; waits for it. */
  async asked(count: number): Promise<number> {
    while (this.delays.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.delays[count - 1] ?? Number.NaN;
  }

  /** Lets time pass, and the timers that fall due ring in their order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let timer = this.#nextDue(end); timer; timer = this.#nextDue(end)) {
      this.#timers.delete(timer);
      // What is due already rings late.
      this.#move(Math.max(0, timer.at - this.#now));
      timer.callback();
    }
    this.#move(end - this.#now);
  }

  /** Lets time pass while nothing can ring, as when the process is busy. */
  stall(ms: number): void {
    this.#move(ms);
  }

  #move(ms: number): void {
    this.#now += ms;
    this.#date += ms;
  }

  #nextDue(end: number): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= end).sort((left, right) => left.at - right.at)[0];
  }
}
