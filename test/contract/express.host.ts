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
import { type ListeningHost, listen } from './listening.js';

/** An Express application whose `POST /signup` is guarded with these options; it counts how often the handler ran. */
export async function startExpress(express: typeof express5, options: LivenessOptions): Promise<ListeningHost> {
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
  const watchErrors: express5.ErrorRequestHandler = (error, _request, _response, next) => {
    watch('an error handler', error);
    next(error);
  };
  app.use(watchErrors, livenessErrorHandler());

  return listen(app, () => handled);
}
