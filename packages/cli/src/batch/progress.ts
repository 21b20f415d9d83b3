import type { Clock } from '@didit-liveness/core';
import { Presets, SingleBar } from 'cli-progress';
import type { World } from '../world.js';
import type { PictureOutcome } from './outcome.js';

/** Shows how far a batch is, on standard error. */
export interface Progress {
  advance(outcome: PictureOutcome): void;
  end(): void;
}

/** A bar on a terminal; elsewhere a line for every tenth of the work. */
export function createProgress(total: number, { stderr, clock }: World): Progress {
  const tally = new Tally(clock);
  return stderr.isTTY === true
    ? drawBar(total, tally, stderr)
    : writeLines(total, tally, (text) => void stderr.write(text));
}

/** What was seen so far. */
class Tally {
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #counts = { approved: 0, review: 0, declined: 0, other: 0 };
  done = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
  }

  add(outcome: PictureOutcome): void {
    this.done += 1;
    this.#counts[outcome.kind === 'answered' ? outcome.entry.outcome : 'other'] += 1;
  }

  /** For example `12 approved, 1 review, 3 declined, 0 other`. */
  text(): string {
    return Object.entries(this.#counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ');
  }

  /** Pictures a second, with one decimal. */
  rate(): string {
    const seconds = (this.#clock.now() - this.#startedAt) / 1_000;
    return seconds > 0 ? (this.done / seconds).toFixed(1) : '0.0';
  }
}

function drawBar(total: number, tally: Tally, stream: NodeJS.WritableStream): Progress {
  const format = '{bar} {value}/{total}  {rate}/s  ETA {eta_formatted}  {tally}';
  // The bar would end the process on a signal by itself; the batch has to finish its running calls first.
  const bar = new SingleBar({ format, stream, gracefulExit: false, hideCursor: false, barsize: 20 }, Presets.legacy);
  const payload = () => ({ rate: tally.rate(), tally: tally.text() });
  bar.start(total, 0, payload());
  return {
    advance(outcome) {
      tally.add(outcome);
      bar.update(tally.done, payload());
    },
    end: () => bar.stop(),
  };
}

const LINES = 10;

function writeLines(total: number, tally: Tally, write: (text: string) => void): Progress {
  const step = Math.max(1, Math.ceil(total / LINES));
  return {
    advance(outcome) {
      tally.add(outcome);
      if (tally.done % step !== 0 && tally.done !== total) return;
      write(`${tally.done} of ${total}, ${tally.rate()}/s: ${tally.text()}\n`);
    },
    end: () => undefined,
  };
}
