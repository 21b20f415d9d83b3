import { createStepUpGuard, type StepUpGuardOptions as CoreOptions } from '@didit-liveness/core';
import { hangUpSignal } from '@didit-liveness/upload';
import type { Request, RequestHandler, Response } from 'express';
import { answerOrThrow, processHost, toMiddleware } from './middleware.js';
import { publishStepUp } from './published.js';

/** Options of {@link requireStepUp}. */
export type StepUpGuardOptions = CoreOptions<Request, [request: Request, response: Response]>;

/**
 * Lets a request through to the handler only when the session it names was finished well: by the same person, of the
 * same workflow, and of late. For the route that people come back to after `requireLiveness({ onReview: 'step-up' })`.
 * The decision is read back from Didit; nothing in the request is believed. The handler finds the result in `req.stepUp`.
 *
 * @throws InvalidOptionError when it is made with options that cannot be used, or without `stepUp`, `subject` or a key
 *
 * @example
 * ```ts
 * import express from 'express';
 * import { getStepUp, livenessErrorHandler, requireStepUp } from '@didit-liveness/express';
 *
 * declare function signupIdOf(req: express.Request): string | undefined; // from your own session
 *
 * const app = express();
 * const stepUp = { workflowId: 'b3e4a0d1-55c2-4c58-9a36-3d0a2a6f9e70' };
 * const guard = requireStepUp({ apiKey: 'your key', stepUp, subject: (req) => signupIdOf(req) });
 * app.get('/signup/return', guard, (req, res) => {
 *   res.status(201).json({ outcome: getStepUp(req).outcome });
 * });
 * app.use(livenessErrorHandler());
 * ```
 */
export function requireStepUp(options: StepUpGuardOptions): RequestHandler {
  const guard = createStepUpGuard<Request, [request: Request, response: Response]>(
    options,
    processHost('requireStepUp'),
    (request) => request.query['verificationSessionId'],
  );

  async function mayPass(request: Request, response: Response): Promise<boolean> {
    const result = await guard.check(request, hangUpSignal(response));
    switch (result.kind) {
      case 'passed':
        publishStepUp(request, result.stepUp);
        return true;
      case 'refused':
        await answerOrThrow(guard, result.refusal, [request, response]);
        return false;
      case 'aborted':
        return false;
      default:
        return result satisfies never;
    }
  }

  return toMiddleware(mayPass);
}
