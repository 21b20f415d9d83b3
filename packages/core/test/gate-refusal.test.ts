import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { AuthenticationError } from '../src/client/errors.js';
import { isDiditLivenessError } from '../src/errors.js';
import { createProblem, PROBLEM_TYPE_BASE } from '../src/gate/problem.js';
import { isLivenessRefusal, LivenessRefusal } from '../src/gate/refusal.js';
import type { Decision } from '../src/policy/decide.js';
import { expectNoCanary, KEY_CANARY, printed, VENDOR_CANARY } from './support/canaries.js';

const problem = createProblem('liveness-declined', { correlationId: 'c-1', typeBase: PROBLEM_TYPE_BASE });

const decision: Decision = {
  outcome: 'declined',
  retakeable: false,
  reasons: [{ rule: 'score.declineAtOrBelow', value: 12.34567, limit: 76.54321, action: 'decline' }],
  hints: [],
  policyId: 'abcdef012345',
};

describe('a refusal', () => {
  it('has the shape that frameworks answer by themselves (G06)', () => {
    const refusal = new LivenessRefusal(problem);

    expect(refusal).toBeInstanceOf(Error);
    expect(refusal).toMatchObject({
      name: 'LivenessRefusal',
      code: 'liveness-declined',
      message: 'The check was not passed.',
      status: 403,
      statusCode: 403,
      expose: true,
      problem,
      decision: undefined,
    });
    expect('cause' in refusal).toBe(false);
  });

  it('is never cached or sniffed (H17, B05)', () => {
    expect(new LivenessRefusal(problem).headers).toEqual({
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  it.each([
    [{ retryAfterSeconds: 10 }, { 'retry-after': '10' }],
    [{ retryAfterSeconds: 0 }, { 'retry-after': '0' }],
    [{ closeConnection: true }, { connection: 'close' }],
    [{ closeConnection: false }, {}],
  ])('with %j adds the headers %j (A27)', (details, added) => {
    const { headers } = new LivenessRefusal(problem, details);

    const { 'content-type': _type, 'cache-control': _cache, 'x-content-type-options': _sniff, ...rest } = headers;
    expect(rest).toEqual(added);
    expect(Object.isFrozen(headers)).toBe(true);
  });

  it('gives the decision to those who ask, and to no logger (P8, H04)', () => {
    const refusal = new LivenessRefusal(problem, { decision });

    expect(refusal.decision).toBe(decision);
    expect(printed(refusal)).not.toMatch(/12\.34567|76\.54321|score/);
    expect(refusal.toJSON()).toEqual({
      name: 'LivenessRefusal',
      code: 'liveness-declined',
      message: 'The check was not passed.',
      status: 403,
      correlationId: 'c-1',
    });
  });

  it('gives the problem to those who ask, and to no logger: it may hold the address of a session (P8, D03)', () => {
    const session = { sessionId: 'c7a1d2f4', sessionUrl: 'https://verify.didit.me/session/CANARYtoken' };
    const withSession = createProblem('step-up-required', {
      correlationId: 'c-1',
      typeBase: PROBLEM_TYPE_BASE,
      session,
    });

    const refusal = new LivenessRefusal(withSession, { decision });

    expect(refusal.problem).toBe(withSession);
    expect(withSession).toMatchObject(session);
    expect(Object.keys(refusal)).not.toContain('problem');
    expect(Reflect.ownKeys(refusal)).not.toContain('problem');
    expect(Object.assign({}, refusal)).not.toHaveProperty('problem');
    expect(printed(refusal)).not.toMatch(/CANARYtoken|c7a1d2f4|sessionUrl/);
    expect(printed({ wrapped: [refusal] })).not.toMatch(/CANARYtoken|sessionUrl/);
    expect(inspect(structuredClone(refusal), { showHidden: true, depth: 9 })).not.toMatch(/CANARYtoken|sessionUrl/);
  });

  it('cannot be given another problem', () => {
    const refusal = new LivenessRefusal(problem);

    expect(() => Object.assign(refusal, { problem: { status: 200 } })).toThrow(TypeError);
    expect(refusal.problem).toBe(problem);
    expect(Object.isFrozen(problem)).toBe(true);
  });

  it('keeps its cause without what upstream wrote (D03, P8)', () => {
    const body = `${KEY_CANARY} ${VENDOR_CANARY}`;
    const cause = new AuthenticationError({
      endpoint: 'POST /v3/passive-liveness/',
      status: 401,
      requestId: null,
      body,
      retryAfterMs: undefined,
    });

    const refusal = new LivenessRefusal(problem, { cause });

    expect(refusal.cause).toBe(cause);
    expectNoCanary(refusal);
  });
});

describe('isLivenessRefusal', () => {
  it('knows a refusal, also of another copy of the package (F09)', () => {
    const foreign = Object.assign(new Error('no'), { name: 'LivenessRefusal', problem });

    expect(isLivenessRefusal(new LivenessRefusal(problem))).toBe(true);
    expect(isDiditLivenessError(new LivenessRefusal(problem))).toBe(true);
    expect(isLivenessRefusal(foreign)).toBe(true);
  });

  it.each([
    undefined,
    null,
    'LivenessRefusal',
    { name: 'LivenessRefusal', problem },
    new Error('no'),
    Object.assign(new Error('no'), { name: 'LivenessRefusal' }),
    Object.assign(new Error('no'), { problem }),
  ])('does not take %p for one', (value) => {
    expect(isLivenessRefusal(value)).toBe(false);
  });
});
