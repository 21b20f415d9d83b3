import { randomUUID } from 'node:crypto';
import { pushBounded } from './bounded.js';
import type { Destination, Destinations } from './destinations.js';
import type { ResolvedEmulatorOptions } from './options.js';
import { webhookHeaders } from './webhook-signature.js';

/** One try to deliver a webhook. */
export interface WebhookAttempt {
  /** ISO 8601. */
  readonly at: string;
  /** Status of the destination's answer; null when there was none. */
  readonly status: number | null;
  readonly durationMs: number;
}

/** A webhook on its way to one destination. */
export interface WebhookDelivery {
  readonly eventId: string;
  readonly destinationId: string;
  readonly url: string;
  readonly webhookType: string;
  /** The body, as it was or will be sent. */
  readonly body: string;
  readonly state: 'pending' | 'delivered' | 'failed';
  readonly attempts: readonly WebhookAttempt[];
  /** When the next attempt is due, ISO 8601; null when there will be none, or one is under way. */
  readonly nextAttemptAt: string | null;
}

/** Sends webhooks, and remembers the newest 100,000. */
export interface Webhooks {
  /** Sends an event to every enabled destination that subscribed to its type. */
  publish(webhookType: string, event: Readonly<Record<string, unknown>>): void;
  /** A copy, oldest first. */
  list(): readonly WebhookDelivery[];
  /** Resolves once no delivery is pending. */
  settled(): Promise<void>;
  /** Ends what is pending; nothing is sent afterwards. */
  close(): void;
}

type Writable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

interface Sending {
  readonly delivery: Writable<WebhookDelivery> & { attempts: WebhookAttempt[] };
  readonly headers: Readonly<Record<string, string>>;
}

type SenderOptions = Pick<ResolvedEmulatorOptions, 'now' | 'webhookTimeoutMs' | 'webhookRetryDelaysMs'>;

/** Makes a sender without deliveries. */
export function createWebhooks(options: SenderOptions, destinations: Destinations): Webhooks {
  const deliveries: Sending['delivery'][] = [];
  const sender = new Sender(options);
  const applicationId = randomUUID();
  return {
    publish(webhookType, event) {
      const body = makeBody(webhookType, { application_id: applicationId, ...event }, options.now());
      for (const destination of destinations.list().filter((each) => isInterested(each, webhookType))) {
        const sending = prepare(destination, webhookType, body);
        pushBounded(deliveries, sending.delivery);
        sender.begin(sending);
      }
    },
    list: () => deliveries.map((delivery) => ({ ...delivery, attempts: [...delivery.attempts] })),
    settled: () => sender.settled(),
    close() {
      sender.close();
    },
  };
}

function isInterested({ settings }: Destination, webhookType: string): boolean {
  return settings.enabled && settings.subscribed_events.includes(webhookType);
}

/** One body for all destinations and attempts. Assumption: a later attempt has the time and identifier of the first. */
function makeBody(webhookType: string, event: Readonly<Record<string, unknown>>, nowMs: number): string {
  const timestamp = Math.floor(nowMs / 1000);
  return JSON.stringify({
    event_id: randomUUID(),
    webhook_type: webhookType,
    timestamp,
    created_at: timestamp,
    ...event,
  });
}

function prepare({ uuid, secret, settings }: Destination, webhookType: string, body: string): Sending {
  // The body was made above.
  const { event_id: eventId } = JSON.parse(body) as { event_id: string };
  return {
    headers: webhookHeaders(body, secret),
    delivery: {
      eventId,
      destinationId: uuid,
      url: settings.url,
      webhookType,
      body,
      state: 'pending',
      attempts: [],
      nextAttemptAt: null,
    },
  };
}

/** Keeps the attempts of all deliveries going until each has ended. */
class Sender {
  readonly #options: SenderOptions;
  readonly #stop = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #waiting: (() => void)[] = [];
  readonly #pending = new Set<Sending['delivery']>();

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  begin(sending: Sending): void {
    this.#pending.add(sending.delivery);
    void this.#attempt(sending);
  }

  settled(): Promise<void> {
    return this.#pending.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    this.#stop.abort();
    for (const timer of this.#timers) {
      clearTimeout(timer);
    }
    this.#timers.clear();
    for (const delivery of this.#pending) {
      this.#end(delivery, 'failed');
    }
  }

  async #attempt({ delivery, headers }: Sending): Promise<void> {
    const { now, webhookTimeoutMs, webhookRetryDelaysMs } = this.#options;
    const startMs = now();
    delivery.nextAttemptAt = null;
    const status = await this.#post({ delivery, headers }, webhookTimeoutMs);
    if (this.#stop.signal.aborted) {
      this.#end(delivery, 'failed');
      return;
    }
    const delayMs = webhookRetryDelaysMs[delivery.attempts.length];
    delivery.attempts.push({ at: new Date(startMs).toISOString(), status, durationMs: now() - startMs });
    if (isAccepted(status)) {
      this.#end(delivery, 'delivered');
    } else if (isFinal(status) || delayMs === undefined) {
      this.#end(delivery, 'failed');
    } else {
      delivery.nextAttemptAt = new Date(now() + delayMs).toISOString();
      this.#later(delayMs, { delivery, headers });
    }
  }

  /** The status of the answer, null when there was none in time. A redirect is an answer and is not followed. */
  async #post({ delivery, headers }: Sending, timeoutMs: number): Promise<number | null> {
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const request = { method: 'POST', body: delivery.body, headers, redirect: 'manual', signal } as const;
      const response = await fetch(delivery.url, request);
      await response.body?.cancel();
      return response.status;
    } catch {
      // Refused, reset or too late: to the schedule it is all the same.
      return null;
    }
  }

  #later(delayMs: number, sending: Sending): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#attempt(sending);
    }, delayMs);
    this.#timers.add(timer);
  }

  #end(delivery: Sending['delivery'], state: 'delivered' | 'failed'): void {
    delivery.state = state;
    delivery.nextAttemptAt = null;
    this.#pending.delete(delivery);
    if (this.#pending.size === 0) {
      for (const resolve of this.#waiting.splice(0)) {
        resolve();
      }
    }
  }
}

function isAccepted(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}

/** Source: https://docs.didit.me/integration/webhooks (read 2026-11-22). Assumption: a redirect is final. */
function isFinal(status: number | null): boolean {
  return status !== null && status < 500 && status !== 404;
}
