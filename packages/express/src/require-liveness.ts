import { createGuard, filePartsOf, type GateResult, type GuardOptions } from '@didit-liveness/core';
import {
  hangUpSignal,
  holdUntilAnswered,
  readSelfie,
  refuseUpload,
  resolveUploadOptions,
  SelfieFile,
} from '@didit-liveness/upload';
import type { Request, RequestHandler, Response } from 'express';
import { answerOrThrow, processHost, toMiddleware } from './middleware.js';
import { publish } from './published.js';

/** Options of {@link requireLiveness}. */
export type LivenessOptions = GuardOptions<Request, [request: Request, response: Response]>;

/**
 * Lets a request through to the handler only with an approval for exactly the selfie it brings. Refusals go to
 * `next(error)`; see {@link livenessErrorHandler}. The handler finds the result in `req.liveness`, the selfie in
 * `req.file` and the text fields in `req.body`.
 *
 * @throws InvalidOptionError when it is made with options that cannot be used, or without an API key
 *
 * @example
 * ```ts
 * import express from 'express';
 * import { getLiveness, livenessErrorHandler, requireLiveness } from '@didit-liveness/express';
 *
 * const app = express();
 * app.post('/signup', requireLiveness({ apiKey: 'your key', threshold: 80 }), (req, res) => {
 *   res.status(201).json({ outcome: getLiveness(req).outcome });
 * });
 * app.use(livenessErrorHandler());
 * ```
 */
export function requireLiveness(options: LivenessOptions = {}): RequestHandler {
  const guard = createGuard<Request, [request: Request, response: Response]>(options, processHost('requireLiveness'));
  const reading = resolveUploadOptions(guard.reading);

  async function mayPass(request: Request, response: Response): Promise<boolean> {
    holdUntilAnswered(request, response);
    const upload = { read: () => readSelfie(request, reading), refuse: () => refuseUpload(request) };
    const result = await guard.check(request, upload, hangUpSignal(response));
    switch (result.kind) {
      case 'passed':
        publishPassed(request, result, reading.field);
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

function publishPassed(
  request: Request,
  { liveness, selfie, picture }: Extract<GateResult, { kind: 'passed' }>,
  fieldname: string,
): void {
  const file = new SelfieFile({ fieldname, ...filePartsOf(picture) });
  publish(request, { liveness, file }, selfie.fields);
}
