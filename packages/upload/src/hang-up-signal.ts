import { type Answer, isAnswerOver, onAnswerEnd } from './answer-end.js';

/**
 * A signal that aborts when the client hangs up before its answer was finished, so that work on its behalf can stop.
 * The request's own 'close' says nothing of the kind: it comes as soon as the body is read.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { hangUpSignal } from '@didit-liveness/upload';
 *
 * createServer(async (request, response) => {
 *   const signal = hangUpSignal(response);
 *   const upstream = await fetch('https://upstream.example/', { signal });
 *   response.end(await upstream.text());
 * }).listen(3000);
 * ```
 */
export function hangUpSignal(response: Answer): AbortSignal {
  const controller = new AbortController();
  const hungUp = (): void => {
    if (!response.writableEnded) controller.abort(new Error('The client hung up before it was answered'));
  };
  if (isAnswerOver(response)) hungUp();
  else onAnswerEnd(response, hungUp);
  return controller.signal;
}
