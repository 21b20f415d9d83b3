import { createHash } from 'node:crypto';
import type { PassiveLivenessFields, Policy } from '@didit-liveness/core';

/** What a batch asks about every picture. */
export interface Question {
  readonly fields: PassiveLivenessFields;
  /** Twelve hexadecimal digits that are the same for the same question to the same service. */
  readonly request: string;
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
  const asked = JSON.stringify({ endpoint: 'passive-liveness', origin, isSandbox, threshold, rotate, save });
  return { fields, request: createHash('sha256').update(asked).digest('hex').slice(0, 12) };
}
