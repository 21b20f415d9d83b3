import type { LivenessRefusal } from '@didit-liveness/core';
import { Test } from '@nestjs/testing';
import { LivenessService } from '../../src/index.js';
import { LivenessTestingModule, type ScriptedOutcome, SELFIE } from '../../src/testing.js';

/** The refusal that a picture gets when this is said of it. */
export async function refusalOf(outcome: ScriptedOutcome): Promise<LivenessRefusal> {
  const imports = [LivenessTestingModule.forRoot({ verdicts: [outcome] })];
  const testing = await Test.createTestingModule({ imports }).compile();
  const result = await testing.get(LivenessService).check(SELFIE);
  if (result.kind !== 'refused') throw new Error(`The picture was ${result.kind}.`);
  return result.refusal;
}
