import {
  aBoolean,
  checkOptions,
  integerFrom,
  invalidOption,
  oneOf,
  type OptionCheck,
  type OptionChecks,
  required,
} from '../options.js';
import type { LivenessMethod } from '../wire/session.js';
import { type CreatedWorkflow, decodeCreatedWorkflow } from '../wire/workflow.js';
import { encodeJson } from './body.js';
import type { Caller } from './caller.js';
import { aSignal } from './picture-fields.js';

/** Arguments of {@link Workflows.create}. What is left out is not sent, and Didit's own default holds. */
export interface LivenessWorkflowRequest {
  /** What the console calls it, up to 50 characters. */
  readonly label: string;
  /** `ACTIVE_3D`: the person moves; `FLASHING`: the screen flashes; `PASSIVE`: one picture. */
  readonly method: LivenessMethod;
  /** Didit declines at this score or below; a whole number from 0 to 100. */
  readonly declineThreshold?: number;
  /** Didit asks for a review at this score or below; not less than `declineThreshold`. */
  readonly reviewThreshold?: number;
  /** Only a published workflow takes sessions. */
  readonly status?: 'draft' | 'published';
  readonly isDefault?: boolean;
  /** How often a person may try within one session; 1 to 3. */
  readonly maxAttempts?: number;
  /** Seconds until an unused session expires; 3_600 to 2_419_200. */
  readonly sessionExpirationSeconds?: number;
  /** Ends the call early. Whether there is a workflow is then unknown. */
  readonly signal?: AbortSignal;
}

const aLabel: OptionCheck = {
  allowed: '1 to 50 characters without control characters',
  accepts: (value) => typeof value === 'string' && /^[^\p{Cc}]{1,50}$/u.test(value),
};

const CHECKS: OptionChecks<LivenessWorkflowRequest> = {
  label: required(aLabel),
  method: required(oneOf(['ACTIVE_3D', 'FLASHING', 'PASSIVE'])),
  declineThreshold: integerFrom(0, 100),
  reviewThreshold: integerFrom(0, 100),
  status: oneOf(['draft', 'published']),
  isDefault: aBoolean,
  maxAttempts: integerFrom(1, 3),
  sessionExpirationSeconds: integerFrom(3_600, 2_419_200),
  signal: aSignal,
};

/** Workflows, which say what a session tests. */
export class Workflows {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Makes a workflow that tests liveness and nothing else, for {@link Sessions.create}.
   *
   * @throws {@link InvalidOptionError} for an argument that is not allowed; nothing is sent
   * @throws an {@link AnyCallError}; its `complaints` say what Didit does not like
   */
  async create(request: LivenessWorkflowRequest): Promise<CreatedWorkflow> {
    const checked = checkOptions('create', request, CHECKS);
    const { declineThreshold = 0, reviewThreshold = 100, signal } = checked;
    if (reviewThreshold < declineThreshold) {
      const allowed = `${declineThreshold} (declineThreshold) or more`;
      throw invalidOption('create.reviewThreshold', reviewThreshold, { allowed });
    }
    return this.#caller.run({
      method: 'POST',
      path: '/v3/workflows/',
      effect: 'write',
      topic: 'data',
      statuses: [201],
      body: encodeJson(toWire(checked)),
      decode: decodeCreatedWorkflow,
      signal,
    });
  }
}

/** The endpoint refuses every name that it does not know. */
function toWire(request: LivenessWorkflowRequest): Record<string, unknown> {
  const { label, method, status, isDefault, declineThreshold, reviewThreshold } = request;
  const config = {
    face_liveness_method: method,
    face_liveness_score_decline_threshold: declineThreshold,
    face_liveness_score_review_threshold: reviewThreshold,
  };
  return {
    workflow_label: label,
    status,
    is_default: isDefault,
    face_liveness_max_attempts: request.maxAttempts,
    session_expiration_time: request.sessionExpirationSeconds,
    features: [{ feature: 'LIVENESS', config }],
  };
}
