import type { Guard, GuardHost, LivenessRefusal } from '@didit-liveness/core';
import type { Request, RequestHandler, Response } from 'express';

/** What guards take from this process. */
export function processHost(name: string): GuardHost {
  return { name, env: process.env, warn: (message) => process.emitWarning(message, 'DiditLivenessWarning') };
}

/** Goes on to the handler where `mayPass` says so; what it throws goes to Express. */
export function toMiddleware(mayPass: (request: Request, response: Response) => Promise<boolean>): RequestHandler {
  return function livenessMiddleware(request, response, next) {
    mayPass(request, response).then((passes) => {
      if (passes) next();
    }, next);
  };
}

type ExpressHost = [request: Request, response: Response];

/** Lets the application answer a refusal, or else throws it, for the error handler. */
export async function answerOrThrow(
  { overrideFor }: Pick<Guard<Request, ExpressHost>, 'overrideFor'>,
  refusal: LivenessRefusal,
  [request, response]: ExpressHost,
): Promise<void> {
  const override = overrideFor(refusal);
  if (!override) throw refusal;
  if (refusal.headers['connection']) response.set('connection', refusal.headers['connection']);
  await override(refusal, request, response);
}
