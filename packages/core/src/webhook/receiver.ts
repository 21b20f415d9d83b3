import { createHash } from 'node:crypto';
import { aClock, type Clock, systemClock } from '../clock.js';
import { InvalidOptionError } from '../errors.js';
import { notify } from '../listener.js';
import { aFunction, aString, checkOptions, type OptionChecks } from '../options.js';
import { ACCEPTED, problemAnswer, type WebhookAnswer } from './answer.js';
import { canonicalJson } from './canonical-json.js';
import { WebhookHandlerError, WebhookVerificationError } from './errors.js';
import type { WebhookEvent } from './event.js';
import type { WebhookHeaders } from './headers.js';
import { anInbox, createMemoryInbox, type WebhookInbox } from './inbox.js';
import { signingKeys, type WebhookSecret } from './secrets.js';
import { aTolerance, DEFAULT_TOLERANCE_SECONDS, type Delivery, verifyDelivery } from './verify.js';

/** Options of {@link createWebhookReceiver}. */
export interface WebhookReceiverOptions {
  /** Secret of the webhook destination, or `[new, old]`. Never printed. */
  readonly secret: WebhookSecret;
  /**
   * Handles a genuine event, once. Be quick: Didit does not say how long it waits. What it throws makes Didit try again;
   * while it has not settled, the same event is answered with 503.
   */
  readonly onEvent: (event: WebhookEvent) => void | Promise<void>;
  /** Seconds that a delivery may be older, or further ahead, than now; 1 to 86_400. @defaultValue 300 */
  readonly toleranceSeconds?: number;
  /** Remembers which events were handled. @defaultValue the memory of this process */
  readonly inbox?: WebhookInbox;
  /** Time, for tests. @defaultValue the clock of the process */
  readonly clock?: Clock;
  /** Is told of deliveries that are answered with 401, which Didit does not repeat. What it throws is dropped. */
  readonly onRejected?: (error: WebhookVerificationError) => void;
  /**
   * Takes the errors of `onEvent` and of the inbox; the answer is then 500. What it throws is dropped.
   * @defaultValue `receive` rejects with them
   */
  readonly onError?: (error: WebhookHandlerError) => void;
}

/** Options of `diditWebhook()`, in every framework. */
export interface WebhookOptions extends Omit<WebhookReceiverOptions, 'secret'> {
  /** Secret of the webhook destination, or `[new, old]`. Never printed. @defaultValue `DIDIT_WEBHOOK_SECRET` */
  readonly secret?: WebhookSecret | undefined;
}

/** What a receiver takes from the process it runs in. */
export interface WebhookHost {
  /** What the user wrote to make the receiver, for messages. */
  readonly name: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Shows a warning. */
  readonly warn: (message: string) => void;
}

/** What reading a delivery off a request came to. */
export type WebhookReading =
  | { readonly kind: 'body'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'refused';
      readonly code: 'body-too-large' | 'body-timeout';
      /** Part of the body is unread, so the connection must not be used again. */
      readonly closeConnection: boolean;
    }
  | { readonly kind: 'aborted' };

/** Takes deliveries. */
export interface WebhookReceiver {
  /**
   * Verifies a delivery, handles its event unless that was done before, and says what to answer.
   *
   * @throws {@link WebhookHandlerError} when the event could not be handled and there is no `onError`; answer with 5xx
   */
  readonly receive: (rawBody: Uint8Array | string, headers: WebhookHeaders) => Promise<WebhookAnswer>;
  /**
   * The same for what came of reading a request; undefined when the client hung up. `onEvent` may be given anew.
   *
   * @throws {@link WebhookHandlerError}
   */
  readonly receiveReading: (
    reading: WebhookReading,
    headers: WebhookHeaders,
    onEvent?: WebhookReceiverOptions['onEvent'],
  ) => Promise<WebhookAnswer | undefined>;
}

const CHECKS: OptionChecks<WebhookReceiverOptions> = {
  // Looked at by `signingKeys`, which knows what to say.
  secret: { ...aString, accepts: () => true, secret: true },
  onEvent: aFunction,
  toleranceSeconds: aTolerance,
  inbox: anInbox,
  clock: aClock,
  onRejected: aFunction,
  onError: aFunction,
};

/**
 * Makes the receiver of one webhook destination, without a framework.
 *
 * @throws {@link InvalidOptionError} for options that cannot be used
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { buffer } from 'node:stream/consumers';
 * import { createWebhookReceiver } from '@didit-liveness/core';
 *
 * const receiver = createWebhookReceiver({
 *   secret: 'your secret',
 *   onEvent: (event) => console.log(event.type, event.status),
 *   onError: (error) => console.error(error.cause),
 * });
 * createServer(async (request, response) => {
 *   const { status, headers, body } = await receiver.receive(await buffer(request), request.headers);
 *   response.writeHead(status, headers).end(body);
 * }).listen(3000);
 * ```
 */
export function createWebhookReceiver(options: WebhookReceiverOptions): WebhookReceiver {
  return makeReceiver('createWebhookReceiver', options);
}

/**
 * Makes the receiver behind `diditWebhook()`: the secret may come from the environment, and rejections that nobody
 * listens to are shown, each kind once.
 *
 * @throws {@link InvalidOptionError} for options that cannot be used, and for a missing secret
 */
export function createHostedReceiver(options: WebhookOptions, { name, env, warn }: WebhookHost): WebhookReceiver {
  if (typeof options !== 'object' || options === null || 'headers' in options || 'req' in options) {
    throw new InvalidOptionError(
      `${name} was mounted without being called, or called without options; write ${name}({ onEvent })`,
      name,
    );
  }
  const { secret = env['DIDIT_WEBHOOK_SECRET'], ...rest } = options;
  if (secret === undefined || secret === '') {
    throw new InvalidOptionError(
      `${name}: there is no webhook secret; set the environment variable DIDIT_WEBHOOK_SECRET, or give secret`,
      `${name}.secret`,
    );
  }
  return makeReceiver(name, { onRejected: warnOnce(name, warn), ...withoutUndefined(rest), secret });
}

function makeReceiver(name: string, options: WebhookReceiverOptions): WebhookReceiver {
  const checked = checkOptions(name, options, CHECKS);
  if (checked.onEvent === undefined) {
    throw new InvalidOptionError(`${name}.onEvent is missing; allowed: a function`, `${name}.onEvent`);
  }
  const receiver = new Receiver(checked, signingKeys(checked.secret, `${name}.secret`));
  const { onEvent } = checked;
  return Object.freeze({
    receive: (rawBody: Uint8Array | string, headers: WebhookHeaders) => receiver.receive({ rawBody, headers }, onEvent),
    receiveReading: async (reading: WebhookReading, headers: WebhookHeaders, handle = onEvent) => {
      if (reading.kind === 'aborted') return undefined;
      if (reading.kind === 'body') return receiver.receive({ rawBody: reading.bytes, headers }, handle);
      const code = reading.code === 'body-too-large' ? 'webhook-too-large' : 'webhook-timeout';
      return problemAnswer(code, reading.closeConnection);
    },
  });
}

class Receiver {
  readonly #options: WebhookReceiverOptions;
  readonly #keys: readonly Uint8Array[];
  readonly #clock: Clock;
  readonly #inbox: WebhookInbox;

  constructor(options: WebhookReceiverOptions, keys: readonly Uint8Array[]) {
    const { clock = systemClock, inbox = createMemoryInbox({ clock }) } = options;
    this.#options = options;
    this.#keys = keys;
    this.#clock = clock;
    this.#inbox = inbox;
  }

  async receive(delivery: Delivery, onEvent: WebhookReceiverOptions['onEvent']): Promise<WebhookAnswer> {
    const event = this.#verify(delivery);
    if (event === undefined) return problemAnswer('webhook-verification');
    try {
      return await this.#handle(event, onEvent);
    } catch (cause) {
      const error = new WebhookHandlerError(event.eventId, cause);
      if (!this.#options.onError) throw error;
      notify(this.#options.onError, error);
      return problemAnswer('webhook-handler');
    }
  }

  #verify(delivery: Delivery): WebhookEvent | undefined {
    const { toleranceSeconds = DEFAULT_TOLERANCE_SECONDS } = this.#options;
    try {
      return verifyDelivery(delivery, { keys: this.#keys, toleranceSeconds, now: this.#clock.date() });
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      notify(this.#options.onRejected, error);
      return undefined;
    }
  }

  async #handle(event: WebhookEvent, onEvent: WebhookReceiverOptions['onEvent']): Promise<WebhookAnswer> {
    const key = keyOf(event);
    const progress = await this.#inbox.begin(key);
    if (progress === 'done') return ACCEPTED;
    // Whatever else an inbox says is no leave to handle the event.
    if (progress !== 'new') return problemAnswer('webhook-running');
    await this.#run(key, async () => onEvent(event));
    await this.#inbox.finish(key);
    return ACCEPTED;
  }

  /** Lets the event go again if it was not handled; a failure of that does not hide the first one. */
  async #run(key: string, handle: () => Promise<void>): Promise<void> {
    try {
      await handle();
    } catch (error) {
      try {
        await this.#inbox.release(key);
      } catch (failure) {
        throw new AggregateError([error, failure], 'The event was neither handled nor released', { cause: failure });
      }
      throw error;
    }
  }
}

/** Without an id the content is the key: in its canonical form, since V2 lets its spelling be changed by anybody. */
function keyOf({ eventId, body }: WebhookEvent): string {
  if (eventId !== null) return eventId;
  const content = canonicalJson(body) ?? JSON.stringify(body);
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** A wrong secret loses every event without a trace, because Didit takes 401 for final: at least it is shown. */
function warnOnce(name: string, warn: (message: string) => void): (error: WebhookVerificationError) => void {
  const shown = new Set<string>();
  return ({ reason, message }) => {
    if (!shown.has(reason)) warn(`${name} refused a delivery (${reason}). ${message}.`);
    shown.add(reason);
  };
}

function withoutUndefined<Value extends object>(value: Value): Value {
  // Only entries that are undefined are left out, which the options allow.
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Value;
}
