import type { Readable } from 'node:stream';
import { type BodyOutcome, type Refused, refused, type UploadRefusalCode } from './reading.js';
import type { Schedule } from './schedule.js';

/**
 * What a body is poured into. There is no back-pressure: what a sink takes it keeps in memory anyway, and the front
 * bounds how much that is.
 */
export interface BodySink {
  /** Takes the next piece. */
  write(chunk: Buffer): void;
  /** There are no more pieces. */
  end(): void;
  /** The outcome was decided, here or elsewhere: frees whatever is held. */
  abandon(): void;
}

/** How a sink answers: once, also before the body has ended. Whatever it says later is not heard. */
export type ReportOutcome<Outcome = BodyOutcome> = (outcome: Outcome) => void;

/** Makes the sink of one body. */
export type OpenSink<Outcome = BodyOutcome> = (report: ReportOutcome<Outcome>) => BodySink;

/** What the front itself can end a reading with, whatever the sink makes of the bytes. */
export type Stopped = Refused | { readonly kind: 'aborted' };

/** What bounds the reading of one body. */
export interface BodyBounds {
  /** Most bytes that are read, everything included. */
  readonly maxBytes: number;
  /** What a longer body is refused with. */
  readonly overflowCode: UploadRefusalCode;
  /** Total time in milliseconds. */
  readonly timeoutMs: number;
  readonly schedule: Schedule;
}

/** In place of a sink that is not open yet. */
const NO_SINK: BodySink = { write: () => {}, end: () => {}, abandon: () => {} };

/** A body to read. `aborted` is what requests have; other streams do without. */
export type Body = Readable & { readonly aborted?: boolean };

/**
 * Pours a body into a sink, and stops at the first of: an outcome, a byte too many, the deadline, the client gone.
 * It stands before every parser because none of them stops: multer, above all, drains the request on any error and
 * says nothing until the client has sent all it cares to send.
 * Once stopped the body is paused, not drained, and holds no listener of ours.
 */
export function pourBody<Outcome>(
  body: Body,
  bounds: BodyBounds,
  openSink: OpenSink<Outcome>,
): Promise<Outcome | Stopped> {
  return new Promise((resolve) => new BodyFront<Outcome>(body, bounds, resolve).start(openSink));
}

class BodyFront<Outcome> {
  readonly #body: Body;
  readonly #bounds: BodyBounds;
  readonly #resolve: (outcome: Outcome | Stopped) => void;
  #sink = NO_SINK;
  #cancelDeadline = (): void => {};
  #received = 0;
  #stopped = false;

  constructor(body: Body, bounds: BodyBounds, resolve: (outcome: Outcome | Stopped) => void) {
    this.#body = body;
    this.#bounds = bounds;
    this.#resolve = resolve;
  }

  start(openSink: OpenSink<Outcome>): void {
    const { timeoutMs, schedule } = this.#bounds;
    // A body that was destroyed before its end emits nothing any more: listening to it would be waiting for ever.
    if (this.#body.destroyed && !this.#body.readableEnded) return this.#stop({ kind: 'aborted' });

    this.#cancelDeadline = schedule(() => this.#stop(refused('upload-timeout')), timeoutMs);
    this.#sink = openSink((outcome) => this.#stop(outcome));
    if (this.#stopped) return this.#sink.abandon();
    if (this.#body.readableEnded) return this.#onEnd();
    this.#body.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onGone).on('error', this.#onGone);
    this.#body.resume();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#received += chunk.length;
    if (this.#received > this.#bounds.maxBytes) return this.#stop(refused(this.#bounds.overflowCode));
    this.#sink.write(chunk);
  };

  readonly #onEnd = (): void => {
    // An HTTP/2 request that was reset ends like any other; only this tells.
    if (this.#body.aborted === true) return this.#stop({ kind: 'aborted' });
    // 'close' follows 'end' by itself; only a 'close' without it means that the client is gone.
    this.#body.off('close', this.#onGone);
    this.#sink.end();
  };

  readonly #onGone = (): void => this.#stop({ kind: 'aborted' });

  #stop(outcome: Outcome | Stopped): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#cancelDeadline();
    this.#body.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onGone).off('error', this.#onGone);
    if (!this.#body.readableEnded) this.#body.pause();
    this.#sink.abandon();
    this.#resolve(outcome);
  }
}
