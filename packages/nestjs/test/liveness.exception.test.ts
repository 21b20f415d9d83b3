import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { LivenessRefusal } from '@didit-liveness/core';
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

describe('LivenessException of a step-up', () => {
  it('P8 keeps the address of the session for the filter that answers', () => {
    const session = {
      sessionId: 'c7a1d2f4-6b0e-4c38-9a11-52d0e7f3b8c6',
      sessionUrl: 'https://verify.example/CANARYtoken',
    };
    const problem = {
      type: 'urn:x',
      title: 'The check needs another step.',
      status: 403,
      code: 'step-up-required',
      correlationId: 'c-1',
      retryable: false,
      ...session,
    } as const;

    const exception = new LivenessException(new LivenessRefusal(problem));

    expect(exception.refusal.problem).toMatchObject(session);
    expect(inspect(exception, { depth: 9 })).not.toContain('CANARYtoken');
    expect(JSON.stringify([exception, exception.getResponse()])).not.toContain('CANARYtoken');
  });
});
