import type { ClientEvent } from '../client/client-events.js';
import type { AnyCallError, Billed } from '../client/errors.js';
import type { Picture } from '../image/picture.js';
import type { Decision } from '../policy/decide.js';
import type { Contradiction } from '../wire/verdict.js';
import type { ProblemCode } from './problem.js';

interface RequestFacts {
  /** When it ended, ISO 8601 in UTC. */
  readonly at: string;
  readonly correlationId: string;
  /** Milliseconds from the start of reading to this event. */
  readonly durationMs: number;
  /** What is known of the cost. */
  readonly billed: Billed;
}

/** What Didit is asked for: a verdict on the selfie, a comparison, or a session and what came of it. */
export type CheckStep = 'liveness' | 'face-match' | 'session';

/** Header facts of a picture: what it is, never what it shows. */
export type ImageFacts = Pick<Picture, 'type' | 'size' | 'width' | 'height'>;

/** There was a verdict, and the policy decided. */
export interface DecidedEvent extends RequestFacts {
  readonly type: 'decided';
  readonly outcome: Decision['outcome'];
  /** The refusal that was answered; null when the handler runs. */
  readonly code: ProblemCode | null;
  readonly requestId: string | null;
  readonly policyId: string;
  /** What the decision rests on, in the order in which Didit was asked. */
  readonly checks: readonly CheckStep[];
  /** The rules that fired, without their values. */
  readonly rules: readonly string[];
  /** Tags of the catalogue in the answer. */
  readonly risks: readonly string[];
  /** Tags that this version does not know; anything but letters, digits and `_` is left out. */
  readonly unknownRisks: readonly string[];
  /** Ways in which an `Approved` spoke against itself; worth an alarm. */
  readonly contradictions: readonly Contradiction[];
  /** Null for the decision on a session. */
  readonly image: ImageFacts | null;
}

/** Refused for free: the upload, the picture or the form; or again, with the code of the guard that refused the request first. */
export interface RefusedEvent extends RequestFacts {
  readonly type: 'refused';
  readonly code: ProblemCode;
}

/** Didit gave no usable answer. Of the step `session` after a selfie, the decision on the selfie was told before. */
export interface FailedEvent extends RequestFacts {
  readonly type: 'failed';
  /** What Didit was asked for. */
  readonly step: CheckStep;
  readonly code: ProblemCode;
  /** Code of the error of the call. */
  readonly error: AnyCallError['code'];
  /** The status Didit answered, if it answered: also when the answer could not be used. */
  readonly upstreamStatus: number | null;
}

/** A function of the application, or the way the guard is mounted, failed; the request ended with that error. */
export interface BrokenEvent extends RequestFacts {
  readonly type: 'broken';
  /** `name` of the error; its message may hold anything and is left out. */
  readonly error: string;
}

/** Didit was unavailable, and the route let the request through without a check; see `dangerouslyAllowWhenUnavailable`. */
export interface SkippedEvent extends RequestFacts {
  readonly type: 'skipped';
  /** What Didit was asked for. */
  readonly step: CheckStep;
  /** Code of the error of the call. */
  readonly error: AnyCallError['code'];
  /** The status Didit answered, if it answered. */
  readonly upstreamStatus: number | null;
}

/** A request asked the same as another one of the same person at the same time, and got the answer that the other pays. */
export interface SharedEvent extends RequestFacts {
  readonly type: 'shared';
  /** What Didit was asked for. */
  readonly step: CheckStep;
}

/** The client hung up. */
export interface AbortedEvent extends RequestFacts {
  readonly type: 'aborted';
}

/** Something in the configuration deserves a look; told once, when the gate or route is made. */
export interface ConfigurationEvent {
  readonly type: 'configuration';
  readonly warning: 'sandbox-key' | 'duplicates-not-enrolled';
  readonly message: string;
}

/**
 * What the gate tells the outside: for metrics, audit logs and alarms. An allow-list of harmless fields: no picture,
 * key, file name, form field, score or estimate is ever among them.
 */
export type LivenessEvent =
  | DecidedEvent
  | RefusedEvent
  | FailedEvent
  | SkippedEvent
  | SharedEvent
  | BrokenEvent
  | AbortedEvent
  | ConfigurationEvent
  | ClientEvent;

/** Takes events. Called synchronously; what it throws is dropped, so that no listener can open or close the gate. */
export type LivenessEventListener = (event: LivenessEvent) => void;
