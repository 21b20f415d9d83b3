import { createHash } from 'node:crypto';
import {
  getLiveness,
  getSelfie,
  type LivenessOptions,
  livenessErrorHandler,
  requireLiveness,
} from '@didit-liveness/express';
import type express5 from 'express';
import { watch } from '../support/canary.js';
import type { ErrorRequestHandler } from 'express';
import { type ListeningHost, listen } from './listening.js';

/**
 * An Express application whose `POST /signup` is guarded with these options; it counts how often the handler ran.
 *
 * @param onError - sees what is thrown, as a logger would
 */
export async function startExpress(
  express: typeof express5,
  options: LivenessOptions,
  onError: (error: unknown) => void = () => {},
): Promise<ListeningHost> {
  let handled = 0;
  const app = express();
  app.post('/signup', requireLiveness(options), (request, response) => {
    handled += 1;
    const { outcome, requestId, imageSha256, policyId } = getLiveness(request);
    const { buffer, size, mimetype, originalname } = getSelfie(request);
    const sha256 = createHash('sha256').update(buffer).digest('hex');
    response.status(201).json({
      liveness: { outcome, requestId, imageSha256, policyId },
      file: { sha256, size, mimetype, originalname },
      fields: request.body,
    });
  });
  const see: ErrorRequestHandler = (error, _request, _response, next) => {
    watch('an error handler', error);
    onError(error);
    next(error);
  };
  app.use(see, livenessErrorHandler());

  return listen(app, () => handled);
}
