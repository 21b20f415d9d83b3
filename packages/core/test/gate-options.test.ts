import { describe, expect, it } from '@jest/globals';
import {
  defaultRoute,
  GATE_CHECKS,
  resolveRoute,
  ROUTE_CHECKS,
  type RouteOptions,
  SELFIE_ROUTE_CHECKS,
} from '../src/gate/options.js';
import { checkOptions } from '../src/options.js';
import { definePolicy } from '../src/policy/policy.js';

const A_PERCENTAGE = '0, or a number from 1 to 100 (80 means 80 of 100)';

function errorOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

/** Route options, checked and laid over those of a gate, as `gate.route` does. */
function resolved(options: unknown, base = defaultRoute()) {
  return resolveRoute(base, 'route', checkOptions('route', options as RouteOptions, SELFIE_ROUTE_CHECKS));
}

describe('defaultRoute', () => {
  it('keeps nothing at Didit, rejects reviews and has the balanced policy', () => {
    const { policy, ...rest } = defaultRoute();

    expect(rest).toEqual({
      onReview: 'reject',
      rotateImage: false,
      saveApiRequest: false,
      dangerouslyAllowWhenUnavailable: false,
    });
    expect(policy.policyId).toBe(definePolicy({ extends: 'balanced' }).policyId);
  });
});

describe('resolveRoute', () => {
  const everything = resolved({ threshold: 80, onReview: 'pass', rotateImage: true, saveApiRequest: true });

  it('leaves everything as the gate says when nothing is given', () => {
    const { policy, ...rest } = resolved({}, everything);

    expect(rest).toEqual({
      onReview: 'pass',
      rotateImage: true,
      saveApiRequest: true,
      dangerouslyAllowWhenUnavailable: false,
    });
    expect(policy.policyId).toBe(everything.policy.policyId);
  });

  it('never takes over from anyone that requests may pass unchecked (F12, P21)', () => {
    const open = resolved({ dangerouslyAllowWhenUnavailable: true });

    expect(open.dangerouslyAllowWhenUnavailable).toBe(true);
    expect(resolved({}, open).dangerouslyAllowWhenUnavailable).toBe(false);
  });

  it('leaves as the gate says what is undefined', () => {
    const nothing = { threshold: undefined, policy: undefined, onReview: undefined, rotateImage: undefined };

    expect(resolved(nothing, everything).policy.policyId).toBe(everything.policy.policyId);
  });

  it('takes values that are falsy as values', () => {
    const route = resolved({ threshold: 0, rotateImage: false, saveApiRequest: false, onReview: 'reject' }, everything);

    expect(route).toMatchObject({ onReview: 'reject', rotateImage: false, saveApiRequest: false });
    expect(route.policy.rules.score.declineAtOrBelow).toBe(0);
  });

  it('lays policies over one another, option by option', () => {
    const gate = resolved({ policy: { score: { reviewAtOrBelow: 70 }, warnings: { DUPLICATED_FACE: 'decline' } } });

    const { rules } = resolved({ policy: { score: { declineAtOrBelow: 50 } } }, gate).policy;

    expect(rules.score).toEqual({ declineAtOrBelow: 50, reviewAtOrBelow: 70 });
    expect(rules.warnings).toMatchObject({ DUPLICATED_FACE: 'decline', MULTIPLE_FACES_DETECTED: 'decline' });
  });

  it('takes a limit away with null', () => {
    const { rules } = resolved({ policy: { score: { declineAtOrBelow: null } } }, everything).policy;

    expect(rules.score.declineAtOrBelow).toBeNull();
  });

  it('puts a whole policy in the place of that of the gate', () => {
    const policy = definePolicy({ extends: 'lenient' });

    expect(resolved({ policy }, everything).policy).toBe(policy);
  });

  it('takes threshold as short for the limit of the score, also beside a whole policy', () => {
    const { policy } = resolved({ threshold: 42, policy: definePolicy({ extends: 'strict' }) });

    expect(policy.rules.score).toEqual({ declineAtOrBelow: 42, reviewAtOrBelow: 80 });
    expect(policy.policyId).toBe(definePolicy({ extends: 'strict', score: { declineAtOrBelow: 42 } }).policyId);
  });

  it('refuses two limits of the score at once', () => {
    const error = errorOf(() => resolved({ threshold: 80, policy: { score: { declineAtOrBelow: 50 } } }));

    expect(error).toMatchObject({
      code: 'invalid-option',
      option: 'route.threshold',
      message: 'route.threshold is 80, but policy.score.declineAtOrBelow is set too; allowed: one of them',
    });
  });

  it('takes threshold together with other options of the score', () => {
    const { rules } = resolved({ threshold: 60, policy: { score: { reviewAtOrBelow: 80 } } }).policy;

    expect(rules.score).toEqual({ declineAtOrBelow: 60, reviewAtOrBelow: 80 });
  });

  it('refuses to review below the threshold when both are written down together', () => {
    const error = errorOf(() => resolved({ threshold: 80, policy: { score: { reviewAtOrBelow: 79.99 } } }));

    expect(error).toMatchObject({
      code: 'invalid-option',
      option: 'route.policy.score.reviewAtOrBelow',
      message: 'route.policy.score.reviewAtOrBelow is 79.99, which is not allowed; allowed: 80 (threshold) or more',
    });
  });

  it('names the value of a threshold that is a fraction (D08)', () => {
    expect(errorOf(() => resolved({ threshold: 0.8 }))).toMatchObject({
      message: `route.threshold is 0.8, which is not allowed; allowed: ${A_PERCENTAGE}`,
    });
  });

  it.each([
    ['at the threshold', 80],
    ['nowhere', null],
  ])('takes a threshold together with a review %s', (_name, reviewAtOrBelow) => {
    const { rules } = resolved({ threshold: 80, policy: { score: { reviewAtOrBelow } } }).policy;

    expect(rules.score).toEqual({ declineAtOrBelow: 80, reviewAtOrBelow });
  });

  it('lets a threshold lie above the review of the gate, and of a whole policy', () => {
    const score = { declineAtOrBelow: 80, reviewAtOrBelow: 80 };
    const gate = resolved({ policy: { score: { reviewAtOrBelow: 60 } } });
    const policy = definePolicy({ score: { reviewAtOrBelow: 60 } });

    expect(resolved({ threshold: 80 }, gate).policy.rules.score).toEqual(score);
    expect(resolved({ threshold: 80, policy }).policy.rules.score).toEqual(score);
  });

  it('lets a review lie below the threshold of the gate that the route replaces', () => {
    const options = { threshold: 60, policy: { score: { reviewAtOrBelow: 70 } } };

    expect(resolved(options, resolved({ threshold: 90 })).policy.rules.score).toEqual({
      declineAtOrBelow: 60,
      reviewAtOrBelow: 70,
    });
  });

  it('gives what nobody can change', () => {
    expect(Object.isFrozen(resolved({}))).toBe(true);
  });

  it.each<[string, unknown, string, string]>([
    ['threshold over 100', { threshold: 101 }, 'route.threshold', A_PERCENTAGE],
    ['threshold below 0', { threshold: -0.1 }, 'route.threshold', A_PERCENTAGE],
    ['threshold as a fraction', { threshold: 0.8 }, 'route.threshold', A_PERCENTAGE],
    ['threshold just below 1', { threshold: 0.999 }, 'route.threshold', A_PERCENTAGE],
    ['threshold as text', { threshold: '80' }, 'route.threshold', A_PERCENTAGE],
    ['threshold null', { threshold: null }, 'route.threshold', A_PERCENTAGE],
    [
      'a limit as a fraction',
      { policy: { score: { reviewAtOrBelow: 0.9 } } },
      'route.policy.score.reviewAtOrBelow',
      `${A_PERCENTAGE}, or null`,
    ],
    ['another word for a review', { onReview: 'allow' }, 'route.onReview', "'reject', 'pass'"],
    ['a switch as text', { rotateImage: 'true' }, 'route.rotateImage', 'true or false'],
    ['a switch as a number', { saveApiRequest: 1 }, 'route.saveApiRequest', 'true or false'],
    ['a policy by name', { policy: 'strict' }, 'route.policy', 'an object'],
    [
      'an unknown tag',
      { policy: { warnings: { DUPLICATE_FACE: 'decline' } } },
      'route.policy.warnings.DUPLICATE_FACE',
      'DUPLICATED_FACE',
    ],
    [
      'a relaxed attack',
      { policy: { warnings: { LIVENESS_FACE_ATTACK: 'review' } } },
      'route.policy.warnings.LIVENESS_FACE_ATTACK',
      'decline',
    ],
    ['a misspelt option', { treshold: 80 }, 'route.treshold', 'did you mean "threshold"?'],
    ['no object', 80, 'route', 'an object'],
  ])('refuses when the route is made: %s (D08, P23)', (_name, options, option, allowed) => {
    const error = errorOf(() => resolved(options));

    expect(error).toMatchObject({ code: 'invalid-option', option, message: expect.stringContaining(allowed) });
  });
});

describe('GATE_CHECKS', () => {
  it('knows the options of routes too', () => {
    expect(Object.keys(GATE_CHECKS)).toEqual(expect.arrayContaining(Object.keys(ROUTE_CHECKS)));
  });

  it.each([
    ['an object with the endpoint', { passiveLiveness: {} }, true],
    ['null', null, false],
    ['text', 'client', false],
    ['another object', {}, false],
  ])('knows a client by its shape: %s (F09)', (_name, value, expected) => {
    expect(GATE_CHECKS.client.accepts(value)).toBe(expected);
  });
});

describe('dangerouslyAllowWhenUnavailable', () => {
  it.each([
    ['a gate', GATE_CHECKS],
    ['a route of a step-up', ROUTE_CHECKS],
  ])('is not an option of %s (F12, P21)', (_name, checks) => {
    const options = { dangerouslyAllowWhenUnavailable: true } as RouteOptions;

    expect(errorOf(() => checkOptions<RouteOptions>('it', options, checks))).toMatchObject({
      code: 'invalid-option',
      option: 'it.dangerouslyAllowWhenUnavailable',
    });
  });
});
