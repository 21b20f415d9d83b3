import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { HttpException } from '@nestjs/common';
import { LivenessException } from '../src/index.js';
import { refusalOf } from './support/refusal.js';

describe('LivenessException', () => {
  it('is an HttpException with the problem as its response', async () => {
    const refusal = await refusalOf('declined');

    const exception = new LivenessException(refusal);

    expect(exception).toBeInstanceOf(HttpException);
    expect(exception.getStatus()).toBe(403);
    expect(exception.getResponse()).toEqual(refusal.problem);
    expect(exception.message).toBe('The check was not passed.');
    expect(exception.refusal).toBe(refusal);
    expect(exception.cause).toBe(refusal);
  });

  it('prints no decision', async () => {
    const exception = new LivenessException(await refusalOf('declined'));

    expect(exception.refusal.decision?.outcome).toBe('declined');
    expect(inspect(exception, { depth: 9 })).not.toContain('FACE_ATTACK');
    expect(JSON.stringify(exception)).not.toContain('FACE_ATTACK');
  });
});
