import type { WebhookAnswer } from '@didit-liveness/core';
import { HttpException } from '@nestjs/common';

/** A delivery that `@DiditWebhook()` does not hand to its handler. Says nothing of why; `onRejected` is told. */
export class WebhookException extends HttpException {
  readonly #answer: WebhookAnswer;

  constructor(answer: WebhookAnswer) {
    super(JSON.parse(answer.body) as object, answer.status); // Problems are objects.
    this.name = 'WebhookException';
    this.#answer = answer;
  }

  /** What it is answered with. */
  get answer(): WebhookAnswer {
    return this.#answer;
  }
}
