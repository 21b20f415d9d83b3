import { createHash } from 'node:crypto';
import { runInThisContext } from 'node:vm';
import { createLivenessGate, DiditClient, type LivenessEvent, type LivenessGate } from '@didit-liveness/core';
import { getLiveness, getSelfie, livenessErrorHandler, requireLiveness } from '@didit-liveness/express';
import express from 'express';
import { type ListeningHost, listen } from '../contract/listening.js';
import { RawClient, within } from '../hostile/raw-client.js';
import type { RawAnswer } from '../hostile/raw-answer.js';
import { requestOf } from '../hostile/raw-request.js';
import { startToldUpstream, type ToldUpstream } from './told-upstream.js';

type Guard = ReturnType<typeof requireLiveness>;
type GuardOptions = Omit<NonNullable<Parameters<typeof requireLiveness>[0]>, 'gate'>;

// The process itself: the one that tests see is a copy, on which nothing is ever emitted.
const realProcess = runInThisContext('process') as NodeJS.Process;
const OUTCRIES = ['uncaughtException', 'unhandledRejection'];

/** What the handler saw. */
export interface Seen {
  readonly outcome: string;
  /** By the result of the gate. */
  readonly judgedSha256: string | undefined;
  /** By the bytes themselves. */
  readonly sha256: string;
}

/** A real application behind a real gate, whose guard and whose upstream change from case to case. */
export class GuardedApp {
  readonly upstream: ToldUpstream;
  readonly gate: LivenessGate;
  /** What the handler saw, one entry for each time it ran. */
  readonly seen: Seen[] = [];
  readonly events: LivenessEvent[] = [];
  /** Errors that went past the guard to the application. */
  readonly errors: unknown[] = [];
  /** What reached the process, because nobody caught it. */
  readonly outcries: unknown[] = [];
  /** Stands in for the key of the application, and for its listener. */
  readKey: () => string | Promise<string> = () => 'properties-key';
  hear: (event: LivenessEvent) => unknown = () => {};
  #guard: Guard | undefined;
  #host: ListeningHost | undefined;

  private constructor(upstream: ToldUpstream) {
    this.upstream = upstream;
    const client = new DiditClient({
      apiKey: () => this.readKey(),
      baseUrl: upstream.url,
      allowInsecure: true,
      // Whatever comes from upstream is held to the oracle, also after hundreds of failures.
      circuitBreaker: { enabled: false },
      // What would be waited for here is the business of other tests.
      retryRateLimited: false,
      timeoutMs: 20_000,
    });
    const onEvent = (event: LivenessEvent) => {
      this.events.push(event);
      // What a listener gives back is nobody's business, but a promise that rejects must not reach the process.
      return this.hear(event) as void;
    };
    this.gate = createLivenessGate({ client, onEvent });
  }

  static async start(): Promise<GuardedApp> {
    const app = new GuardedApp(await startToldUpstream());
    app.#host = await listen(app.#application(), () => app.seen.length);
    for (const event of OUTCRIES) realProcess.on(event, app.#cry);
    return app;
  }

  /** Guards the route with these options from now on. */
  guardWith(options: GuardOptions): void {
    this.#guard = requireLiveness({ ...options, gate: this.gate });
  }

  /** Sends a body to the guarded route; the answer, if there was one. */
  async send(body: Uint8Array, contentType: string): Promise<RawAnswer | undefined> {
    const client = await RawClient.open(this.#host?.url ?? '');
    void client.write(requestOf(body, { headers: { 'Content-Type': contentType } }));
    try {
      return (await within(20_000, 'The answer', client.answered())).answers[0];
    } finally {
      client.close();
    }
  }

  async stop(): Promise<void> {
    for (const event of OUTCRIES) realProcess.off(event, this.#cry);
    await this.#host?.close();
    await this.gate.close();
    await this.upstream.close();
  }

  readonly #cry = (reason: unknown): void => void this.outcries.push(reason);

  #application(): express.Express {
    const app = express();
    app.post(
      '/signup',
      (request, response, next) => this.#guard?.(request, response, next),
      (request, response) => {
        const { outcome, imageSha256 } = getLiveness(request);
        this.seen.push({ outcome, judgedSha256: imageSha256, sha256: sha256Of(getSelfie(request).buffer) });
        response.status(201).json({ outcome });
      },
    );
    app.use(livenessErrorHandler());
    const answerBroken: express.ErrorRequestHandler = (error: unknown, _request, response, _next) => {
      this.errors.push(error);
      response.status(500).end('broken');
    };
    app.use(answerBroken);
    return app;
  }
}

/** SHA-256 in lower-case hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
