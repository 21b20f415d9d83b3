import { isLivenessRefusal } from '@didit-liveness/core';
import type { ErrorRequestHandler } from 'express';

/**
 * Answers refusals of `requireLiveness()` as `application/problem+json`; hands every other error on. Mount it after the
 * routes. Without it Express still answers with the right status, in plain text or HTML.
 */
export function livenessErrorHandler(): ErrorRequestHandler {
  // oxlint-disable-next-line max-params -- Express knows an error handler by its four parameters.
  return function answerLivenessRefusal(error: unknown, _request, response, next) {
    if (!isLivenessRefusal(error) || response.headersSent) {
      next(error);
      return;
    }
    response.status(error.status).set(error.headers).end(JSON.stringify(error.problem));
  };
}
