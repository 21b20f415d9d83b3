import type { DiditClient } from '../client/client.js';
import { type AnyCallError, BadResponseError, isCallError } from '../client/errors.js';
import { pick } from '../options.js';
import type { Question } from './checked.js';
import type { ResolvedStepUpOptions } from './options.js';
import type { StepUpSession } from './problem.js';
import { orCallError } from './upstream.js';

/** What a session is made for. */
export interface SessionPurpose {
  readonly stepUp: ResolvedStepUpOptions;
  /** What was asked about the selfie. Without a person in it, nobody could come back from the session. */
  readonly question: Question;
  readonly correlationId: string;
  readonly signal: AbortSignal;
}

/** Makes the session that a doubtful selfie leads to; free. */
export async function openSession(
  client: DiditClient,
  { stepUp, question, correlationId, signal }: SessionPurpose,
): Promise<StepUpSession | AnyCallError> {
  const session = await orCallError(
    client.sessions.create({
      ...pick(stepUp, ['workflowId', 'callback', 'language']),
      ...pick(question, ['vendorData']),
      metadata: { correlation_id: correlationId },
      signal,
    }),
  );
  if (isCallError(session)) return session;
  const { sessionId, url } = session;
  return url === null ? noSessionUrl() : { sessionId, sessionUrl: url };
}

/** Keys that may not write sessions get no address. Source: https://docs.didit.me/console/api-keys (read 2026-11-22). */
function noSessionUrl(): BadResponseError {
  return new BadResponseError('POST /v3/session/', 'url is null: the key may not see it', 201).ofFreeCall();
}
