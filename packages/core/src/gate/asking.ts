import type { DiditClient } from '../client/client.js';
import { AbortedError, type AnyCallError, isCallError } from '../client/errors.js';
import { digestOf, type Picture } from '../image/picture.js';
import type { Policy } from '../policy/policy.js';
import type { FaceMatchResponse } from '../wire/face-match.js';
import type { PassiveLivenessResponse } from '../wire/passive-liveness.js';
import type { Question } from './checked.js';
import type { CheckStep } from './events.js';
import type { Run } from './run.js';
import { type Flown, SingleFlight, type StartCall } from './single-flight.js';
import { orCallError } from './upstream.js';

/** For whom Didit is asked, and about which selfie. */
export interface Asker {
  readonly run: Run;
  readonly picture: Picture;
  readonly question: Question;
  readonly signal: AbortSignal | undefined;
}

/**
 * Asks Didit on behalf of one route; the calls that cost money. What is asked for the same person about the same bytes at
 * the same time is asked, and paid for, once. Never for two people, and never for requests without a person: they would
 * share an approval.
 */
export class Asking {
  readonly #client: DiditClient;
  readonly #policy: Policy;
  readonly #livenessCalls = new SingleFlight<PassiveLivenessResponse | AnyCallError>();
  readonly #matchCalls = new SingleFlight<FaceMatchResponse | AnyCallError>();

  constructor(client: DiditClient, policy: Policy) {
    this.#client = client;
    this.#policy = policy;
  }

  /** What Didit says of the selfie. */
  check(asker: Asker): Promise<PassiveLivenessResponse | AnyCallError> {
    const { picture, question } = asker;
    const limit = this.#policy.rules.score.declineAtOrBelow;
    const fields = { ...question, ...(limit === null ? {} : { faceLivenessScoreDeclineThreshold: limit }) };
    return once(asker, {
      step: 'liveness',
      calls: this.#livenessCalls,
      nameOf: () => digestOf(picture),
      start: (signal) => this.#client.passiveLiveness.checkPicture(picture, fields, signal),
    });
  }

  /** What Didit says of the selfie beside another picture. */
  compare(asker: Asker, refPicture: Picture): Promise<FaceMatchResponse | AnyCallError> {
    const { picture, question } = asker;
    const limit = this.#policy.rules.faceMatch.declineAtOrBelow;
    const fields = { ...question, ...(limit === null ? {} : { threshold: limit }) };
    return once(asker, {
      step: 'face-match',
      calls: this.#matchCalls,
      nameOf: () => `${digestOf(picture)} ${digestOf(refPicture)}`,
      start: (signal) => this.#client.faceMatch.comparePictures({ userPicture: picture, refPicture }, fields, signal),
    });
  }
}

/** A call that may be shared. */
interface SharedCall<Response> {
  readonly step: CheckStep;
  readonly calls: SingleFlight<Response | AnyCallError>;
  /** Names the pictures. Within a route, and for one person, nothing else differs. */
  readonly nameOf: () => string;
  readonly start: (signal: AbortSignal | undefined) => Promise<Response>;
}

async function once<Response>(asker: Asker, call: SharedCall<Response>): Promise<Response | AnyCallError> {
  const { run } = asker;
  const flown = await fly(asker, call);
  // Those who stay tell what it cost.
  if (flown.kind !== 'landed') return new AbortedError(call.step, 'no');
  if (!flown.pays) run.shared(call.step);
  else if (!isCallError(flown.value)) run.paid();
  return flown.value;
}

async function fly<Response>(
  { question: { vendorData }, signal }: Asker,
  { calls, nameOf, start }: SharedCall<Response>,
): Promise<Flown<Response | AnyCallError>> {
  const begin: StartCall<Response | AnyCallError> = (shared) => orCallError(start(shared));
  if (vendorData !== undefined) return calls.run(`${nameOf()} ${vendorData}`, begin, signal);
  return { kind: 'landed', value: await orCallError(start(signal)), pays: true };
}
