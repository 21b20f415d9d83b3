import {
  AbortedError,
  type AnyCallError,
  BadResponseError,
  ConnectionError,
  type KnownRisk,
  type LivenessVerdict,
  type PassiveLivenessFields,
  type PassiveLivenessResponse,
  type Picture,
  TimeoutError,
  WARNING_TAGS,
} from '@didit-liveness/core';

/** What Didit is to say of a picture: a name, a verdict in few words, or the error of a call that failed. */
export type ScriptedOutcome =
  | keyof typeof NAMED
  | 'unavailable'
  | 'timeout'
  | 'bad-response'
  | {
      readonly status: LivenessVerdict['status'];
      /** 0 to 100. @defaultValue 95 */
      readonly score?: number | null;
      readonly warnings?: readonly KnownRisk[];
    }
  | AnyCallError;

/** A call that the application would have paid for. */
export interface ScriptedCall extends PassiveLivenessFields {
  readonly picture: Pick<Picture, 'type' | 'size' | 'width' | 'height'>;
}

const NAMED = {
  approved: { status: 'Approved', score: 95, warnings: [] },
  review: { status: 'In Review', score: 95, warnings: [] },
  declined: { status: 'Declined', score: 4, warnings: ['LIVENESS_FACE_ATTACK'] },
  retake: { status: 'Declined', score: null, warnings: ['NO_FACE_DETECTED'] },
} as const satisfies Record<string, Verdict>;

interface Verdict {
  readonly status: LivenessVerdict['status'];
  readonly score: number | null;
  readonly warnings: readonly KnownRisk[];
}

const ENDPOINT = 'POST /v3/passive-liveness/';
const TIMEOUT_MS = 10_000;

/** Plays Didit in a test: gives outcomes in their order, the last one again and again, and keeps what it was asked. */
export class LivenessScript {
  #outcomes: readonly ScriptedOutcome[];
  #calls: ScriptedCall[] = [];

  constructor(outcomes: readonly ScriptedOutcome[] = ['approved']) {
    this.#outcomes = outcomes;
  }

  /** What was asked, oldest first: one entry for each check that would have cost money. */
  get calls(): readonly ScriptedCall[] {
    return this.#calls;
  }

  /** Replaces what is left of the script. */
  next(...outcomes: readonly ScriptedOutcome[]): void {
    this.#outcomes = outcomes;
  }

  /** Forgets the calls. */
  clear(): void {
    this.#calls = [];
  }

  /** Answers one call as the client would. @internal */
  async answer(
    { type, size, width, height }: Picture,
    fields: PassiveLivenessFields,
    signal: AbortSignal | undefined,
  ): Promise<PassiveLivenessResponse> {
    if (signal?.aborted) throw new AbortedError(ENDPOINT, 'no');
    this.#calls.push({ ...fields, picture: { type, size, width, height } });
    const [outcome = 'approved', ...rest] = this.#outcomes;
    if (rest.length > 0) this.#outcomes = rest;
    const liveness = toVerdict(outcome);
    const { vendorData = null, metadata = null } = fields;
    return { requestId: `scripted-${this.#calls.length}`, liveness, vendorData, metadata, createdAt: null };
  }
}

function toVerdict(outcome: ScriptedOutcome): LivenessVerdict {
  if (outcome === 'unavailable') throw new ConnectionError(ENDPOINT, false, 'ECONNREFUSED');
  if (outcome === 'timeout') throw new TimeoutError(ENDPOINT, TIMEOUT_MS, { billed: 'unknown' });
  if (outcome === 'bad-response') throw new BadResponseError(ENDPOINT, 'scripted', 200);
  if (outcome instanceof Error) throw outcome;
  const { status, score = 95, warnings = [] } = typeof outcome === 'string' ? named(outcome) : outcome;
  const facts = {
    method: 'PASSIVE',
    userImage: {
      entities: [{ bbox: [10, 10, 80, 80], confidence: 0.9, age: null, gender: null, race: null }],
      bestAngle: 0,
    },
    warnings: warnings.map(toWarning),
    faceQuality: 80,
    faceLuminance: 50,
    contradictions: [],
  };
  return status === 'Approved' ? { ...facts, status, score: score ?? 0 } : { ...facts, status, score };
}

function named(name: string): Verdict {
  if (Object.hasOwn(NAMED, name)) return NAMED[name as keyof typeof NAMED]; // Just looked up.
  throw new TypeError(
    `There is no scripted outcome ${JSON.stringify(name)}; there are ${Object.keys(NAMED).join(', ')}`,
  );
}

function toWarning(risk: KnownRisk): LivenessVerdict['warnings'][number] {
  const { logType } = WARNING_TAGS[risk];
  return { risk, logType, feature: 'LIVENESS', additionalData: null, shortDescription: null, longDescription: null };
}
