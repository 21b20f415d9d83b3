import { createHash } from 'node:crypto';
import type { PassiveLivenessFields, Policy } from '@didit-liveness/core';

/** What was asked, and whom, to be read in a record. Makes the fingerprint. */
export interface Asked {
  readonly origin: string;
  readonly isSandbox: boolean;
  /** Null leaves it to Didit. */
  readonly threshold: number | null;
  readonly rotate: boolean;
  readonly save: boolean;
}

/** What a batch asks about every picture. */
export interface Question {
  readonly fields: PassiveLivenessFields;
  /** Twelve hexadecimal digits that are the same for the same question to the same service. */
  readonly request: string;
  readonly asked: Asked;
}

/** What {@link toQuestion} needs to know. */
export interface QuestionFacts {
  readonly policy: Policy;
  readonly rotate: boolean;
  readonly save: boolean;
  /** Where it is asked: an answer of an emulator or of a sandbox is none of Didit's. */
  readonly origin: string;
  readonly isSandbox: boolean;
}

/** The question, and its fingerprint. The rest of the policy is no part of it: answers can be decided again for free. */
export function toQuestion({ policy, rotate, save, origin, isSandbox }: QuestionFacts): Question {
  const threshold = policy.rules.score.declineAtOrBelow;
  const fields = {
    saveApiRequest: save,
    ...(rotate ? { rotateImage: true } : {}),
    ...(threshold === null ? {} : { faceLivenessScoreDeclineThreshold: threshold }),
  };
  const asked: Asked = { origin, isSandbox, threshold, rotate, save };
  const text = JSON.stringify({ endpoint: 'passive-liveness', ...asked });
  return { fields, asked, request: createHash('sha256').update(text).digest('hex').slice(0, 12) };
}
