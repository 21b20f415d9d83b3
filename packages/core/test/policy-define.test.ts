import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { InvalidOptionError } from '../src/errors.js';
import { definePolicy, extendPolicy, isPolicy, type Policy, type PolicyOptions } from '../src/policy/policy.js';
import { ACTIONS, anyPolicyOptions, PRESET_NAMES } from './support/policies.js';
import { AUTO_DECLINE_TAGS, KNOWN_TAGS } from './support/verdicts.js';

describe('definePolicy', () => {
  it('is the preset balanced without options', () => {
    expect(definePolicy()).toEqual(definePolicy({ extends: 'balanced' }));
    expect(definePolicy({})).toEqual(definePolicy({ extends: 'balanced' }));
  });

  it('completes what is left out from the preset', () => {
    const { rules } = definePolicy({
      extends: 'lenient',
      score: { declineAtOrBelow: 50, reviewAtOrBelow: 80 },
      faceQuality: { reviewAtOrBelow: 40 },
      faceLuminance: { declineBelow: 20, declineAbove: 90 },
      warnings: { DUPLICATED_FACE: 'decline' },
      unknownInformation: 'review',
    });

    expect(rules).toEqual({
      score: { declineAtOrBelow: 50, reviewAtOrBelow: 80 },
      faceQuality: { declineAtOrBelow: null, reviewAtOrBelow: 40 },
      faceLuminance: { declineBelow: 20, declineAbove: 90, reviewBelow: null, reviewAbove: null },
      faceMatch: { declineAtOrBelow: null, reviewAtOrBelow: null },
      warnings: { ...definePolicy({ extends: 'lenient' }).rules.warnings, DUPLICATED_FACE: 'decline' },
      unknownWarning: 'review',
      unknownInformation: 'review',
    });
  });

  it('keeps 0, and takes an inherited limit away for null', () => {
    const { rules } = definePolicy({ extends: 'strict', score: { declineAtOrBelow: 0, reviewAtOrBelow: null } });

    expect(rules.score).toEqual({ declineAtOrBelow: 0, reviewAtOrBelow: null });
    expect(rules.faceQuality.reviewAtOrBelow).toBe(40);
  });

  it('keeps what is inherited for undefined, at every depth', () => {
    const undefinedOptions = {
      score: { declineAtOrBelow: undefined },
      faceLuminance: { declineBelow: undefined },
      faceQuality: undefined,
      warnings: { DUPLICATED_FACE: undefined },
      unknownWarning: undefined,
    };

    expect(definePolicy({ extends: 'strict', ...undefinedOptions } as unknown as PolicyOptions)).toEqual(
      definePolicy({ extends: 'strict' }),
    );
  });

  it('takes every limit at both ends of its range', () => {
    const ends = { declineAtOrBelow: 0, reviewAtOrBelow: 100 };
    const luminance = { declineBelow: 0, reviewBelow: 0, reviewAbove: 100, declineAbove: 100 };

    const { rules } = definePolicy({ score: ends, faceQuality: ends, faceLuminance: luminance });

    expect(rules).toMatchObject({ score: ends, faceQuality: ends, faceLuminance: luminance });
  });

  it('takes 1 and decimals over it', () => {
    const score = { declineAtOrBelow: 1, reviewAtOrBelow: 62.5 };

    expect(definePolicy({ score }).rules.score).toEqual(score);
  });

  it('takes limits that are equal', () => {
    const equal = { declineAtOrBelow: 50, reviewAtOrBelow: 50 };
    const luminance = { declineBelow: 50, reviewBelow: 50, reviewAbove: 50, declineAbove: 50 };

    expect(definePolicy({ score: equal, faceQuality: equal, faceLuminance: luminance }).rules).toMatchObject({
      score: equal,
      faceQuality: equal,
      faceLuminance: luminance,
    });
  });

  it.each(AUTO_DECLINE_TAGS)('lets %s be named, to decline', (risk) => {
    expect(definePolicy({ warnings: { [risk]: 'decline' } }).rules.warnings).toMatchObject({ [risk]: 'decline' });
  });

  it.each(KNOWN_TAGS.filter((risk) => !AUTO_DECLINE_TAGS.includes(risk)))('lets %s have any action', (risk) => {
    const actions = ACTIONS.map((action) => definePolicy({ warnings: { [risk]: action } }).rules.warnings);

    expect(actions).toEqual(ACTIONS.map((action) => expect.objectContaining({ [risk]: action })));
  });

  it('freezes the policy and everything in it', () => {
    const policy = definePolicy({ score: { declineAtOrBelow: 50 } });

    expect([policy, policy.rules, ...Object.values(policy.rules)].filter((part) => !Object.isFrozen(part))).toEqual([]);
  });

  it('leaves the options as they are, and does not change with them', () => {
    const options = { score: { declineAtOrBelow: 50 }, warnings: { DUPLICATED_FACE: 'review' } } as const;
    const written = structuredClone(options) as { score: { declineAtOrBelow: number } };

    const policy = definePolicy(written);
    written.score.declineAtOrBelow = 0;

    expect(policy).toEqual(definePolicy(options));
    expect(Object.isFrozen(written.score)).toBe(false);
  });

  it('makes policies that share nothing', () => {
    expect(definePolicy().rules.warnings).not.toBe(definePolicy().rules.warnings);
  });
});

describe('definePolicy refuses', () => {
  it.each([
    ['null', null, 'policy is null, which is not allowed; allowed: an object'],
    ['a preset alone', 'strict', 'policy is "strict", which is not allowed; allowed: an object'],
    ['an array', [], 'policy is an array, which is not allowed; allowed: an object'],
    ['a function', () => ({}), 'policy is a function, which is not allowed; allowed: an object'],
    ['a number', 80, 'policy is 80, which is not allowed; allowed: an object'],
  ])('%s in place of options', (_name, options, message) => {
    expect(failureOf(options)).toEqual({ option: 'policy', message });
  });

  const sections =
    'Allowed: extends, score, faceQuality, faceLuminance, faceMatch, warnings, unknownWarning, unknownInformation, $schema';
  const lower = 'Allowed: declineAtOrBelow, reviewAtOrBelow';
  const luminance = 'Allowed: declineBelow, declineAbove, reviewBelow, reviewAbove';

  it.each([
    [{ scores: {} }, 'policy.scores', `did you mean "score"? ${sections}`],
    [{ faceLuminace: {} }, 'policy.faceLuminace', `did you mean "faceLuminance"? ${sections}`],
    [{ Warnings: {} }, 'policy.Warnings', `did you mean "warnings"? ${sections}`],
    [{ threshold: 80 }, 'policy.threshold', sections],
    [{ rules: {} }, 'policy.rules', sections],
    [{ score: { declineAtOrBelo: 1 } }, 'policy.score.declineAtOrBelo', `did you mean "declineAtOrBelow"? ${lower}`],
    [{ score: { reviewBelow: 1 } }, 'policy.score.reviewBelow', lower],
    [{ faceQuality: { min: 40 } }, 'policy.faceQuality.min', lower],
    [
      { faceLuminance: { declineBelw: 1 } },
      'policy.faceLuminance.declineBelw',
      `did you mean "declineBelow"? ${luminance}`,
    ],
    [
      { faceLuminance: { declineAtOrBelow: 1 } },
      'policy.faceLuminance.declineAtOrBelow',
      `did you mean "declineBelow"? ${luminance}`,
    ],
    [JSON.parse('{"__proto__": {}}'), 'policy.__proto__', sections],
    [{ constructor: {} }, 'policy.constructor', sections],
  ])('the unknown key of %j', (options, option, allowed) => {
    const failure = failureOf(options);

    expect(failure).toEqual({ option, message: `${option} is not an option; ${allowed}` });
  });

  it.each([
    ['NO_FACE_DETCTED', 'NO_FACE_DETECTED'],
    ['no_face_detected', 'NO_FACE_DETECTED'],
    ['DUPLICATE_FACE', 'DUPLICATED_FACE'],
    ['MULTIPLE_FACE', 'MULTIPLE_FACES'],
    ['LOW_LIVENES_SCORE', 'LOW_LIVENESS_SCORE'],
  ])('the unknown tag %s, and guesses %s', (risk, guess) => {
    const { option, message } = failureOf({ warnings: { [risk]: 'decline' } });

    expect(option).toBe(`policy.warnings.${risk}`);
    expect(message).toContain(
      `policy.warnings.${risk} is not an option; did you mean "${guess}"? Allowed: NO_FACE_DETECTED, `,
    );
  });

  it.each(['SPOOF', 'toString', '__proto__', ''])('the unknown tag %j, and guesses nothing', (risk) => {
    const { option, message } = failureOf({
      warnings: JSON.parse(JSON.stringify({ risk: 'decline' }).replace('risk', risk)),
    });

    expect(option).toBe(`policy.warnings.${risk}`);
    expect(message).not.toContain('did you mean');
    expect(message).toContain(KNOWN_TAGS.join(', '));
  });

  it.each([
    ['score', 'declineAtOrBelow'],
    ['score', 'reviewAtOrBelow'],
    ['faceQuality', 'declineAtOrBelow'],
    ['faceQuality', 'reviewAtOrBelow'],
    ['faceMatch', 'declineAtOrBelow'],
    ['faceMatch', 'reviewAtOrBelow'],
    ['faceLuminance', 'declineBelow'],
    ['faceLuminance', 'declineAbove'],
    ['faceLuminance', 'reviewBelow'],
    ['faceLuminance', 'reviewAbove'],
  ])('whatever is no limit for %s.%s', (section, limit) => {
    const option = `policy.${section}.${limit}`;
    const message = (shown: string) =>
      `${option} is ${shown}, which is not allowed; allowed: 0, or a number from 1 to 100 (80 means 80 of 100), or null`;

    expect(
      [-1, 0.8, 0.001, 0.999, 100.5, Number.NaN, Number.POSITIVE_INFINITY, '80', true, [80], {}, 80n].map((value) =>
        failureOf({ [section]: { [limit]: value } }),
      ),
    ).toEqual(
      ['-1', '0.8', '0.001', '0.999', '100.5', 'NaN', 'Infinity', '"80"', 'true', 'an array', 'an object', '80'].map(
        (shown) => ({
          option,
          message: message(shown),
        }),
      ),
    );
  });

  it.each(['score', 'faceQuality', 'faceLuminance', 'faceMatch', 'warnings'])(
    'whatever is no section for %s',
    (section) => {
      const message = (shown: string) => `policy.${section} is ${shown}, which is not allowed; allowed: an object`;

      expect([null, 80, 'decline', [], () => 80].map((value) => failureOf({ [section]: value }).message)).toEqual(
        ['null', '80', '"decline"', 'an array', 'a function'].map(message),
      );
    },
  );

  it.each(['unknownWarning', 'unknownInformation', 'warnings.DUPLICATED_FACE'])(
    'whatever is no action for %s',
    (path) => {
      const [section = '', risk] = path.split('.');
      const optionsOf = (value: unknown) => ({ [section]: risk === undefined ? value : { [risk]: value } });
      const message = (shown: string) =>
        `policy.${path} is ${shown}, which is not allowed; allowed: 'approve', 'review', 'decline'`;

      expect(
        ['reject', 'Decline', 'declined', '', null, true, 2].map((value) => failureOf(optionsOf(value)).message),
      ).toEqual(['"reject"', '"Decline"', '"declined"', '""', 'null', 'true', '2'].map(message));
    },
  );

  it.each(AUTO_DECLINE_TAGS)('P3 relaxing %s', (risk) => {
    const failures = ['approve', 'review'].map((value) => failureOf({ warnings: { [risk]: value } }).message);

    expect(failures).toEqual(
      ['approve', 'review'].map(
        (value) =>
          `policy.warnings.${risk} is "${value}", which is not allowed; allowed: 'decline': Didit always declines on it`,
      ),
    );
  });

  it.each(['strickt', 'Balanced', '', null, true, {}])('the preset %j', (name) => {
    const { option, message } = failureOf({ extends: name });

    expect(option).toBe('policy.extends');
    expect(message).toMatch(/^policy\.extends is .*, which is not allowed; allowed: 'strict', 'balanced', 'lenient'$/);
  });

  it.each([
    [
      { score: { declineAtOrBelow: 80, reviewAtOrBelow: 50 } },
      'policy.score.reviewAtOrBelow is 50, which is not allowed; allowed: 80 (declineAtOrBelow) or more',
    ],
    [
      { faceQuality: { declineAtOrBelow: 1, reviewAtOrBelow: 0 } },
      'policy.faceQuality.reviewAtOrBelow is 0, which is not allowed; allowed: 1 (declineAtOrBelow) or more',
    ],
    [
      { faceMatch: { declineAtOrBelow: 60, reviewAtOrBelow: 50 } },
      'policy.faceMatch.reviewAtOrBelow is 50, which is not allowed; allowed: 60 (declineAtOrBelow) or more',
    ],
    [
      { faceLuminance: { declineBelow: 30, reviewBelow: 20 } },
      'policy.faceLuminance.reviewBelow is 20, which is not allowed; allowed: 30 (declineBelow) or more',
    ],
    [
      { faceLuminance: { reviewAbove: 90, declineAbove: 80 } },
      'policy.faceLuminance.declineAbove is 80, which is not allowed; allowed: 90 (reviewAbove) or more',
    ],
    [
      { faceLuminance: { reviewBelow: 60, reviewAbove: 40 } },
      'policy.faceLuminance.reviewAbove is 40, which is not allowed; allowed: 60 (reviewBelow) or more',
    ],
    [
      { faceLuminance: { declineBelow: 60, declineAbove: 40 } },
      'policy.faceLuminance.declineAbove is 40, which is not allowed; allowed: 60 (declineBelow) or more',
    ],
    [
      { extends: 'strict', faceLuminance: { declineBelow: 95 } },
      'policy.faceLuminance.declineAbove is 90, which is not allowed; allowed: 95 (declineBelow) or more',
    ],
  ])('the reversed limits of %j', (options, message) => {
    expect(failureOf(options).message).toBe(message);
  });

  it('anything that is not a policy with no other error than the one for options', () => {
    fc.assert(
      fc.property(fc.anything(), (options) => {
        fc.pre(options !== undefined);

        expect(() => failureOf(options)).not.toThrow();
      }),
    );
  });
});

describe('extendPolicy', () => {
  it('lays options over a policy, deep', () => {
    const base = definePolicy({ score: { declineAtOrBelow: 50 }, warnings: { DUPLICATED_FACE: 'decline' } });

    const { rules } = extendPolicy(base, { score: { reviewAtOrBelow: 80 }, warnings: { MULTIPLE_FACES: 'review' } });

    expect(rules.score).toEqual({ declineAtOrBelow: 50, reviewAtOrBelow: 80 });
    expect(rules.warnings).toMatchObject({ DUPLICATED_FACE: 'decline', MULTIPLE_FACES: 'review' });
  });

  it('lays 0 and null over what is there', () => {
    const base = definePolicy({ score: { declineAtOrBelow: 50, reviewAtOrBelow: 80 } });

    const { rules } = extendPolicy(base, { score: { declineAtOrBelow: 0, reviewAtOrBelow: null } });

    expect(rules.score).toEqual({ declineAtOrBelow: 0, reviewAtOrBelow: null });
  });

  it('changes nothing without options', () => {
    const base = definePolicy({ extends: 'strict' });

    expect(extendPolicy(base, {})).toEqual(base);
  });

  it('starts from the preset when one is named, and forgets the base', () => {
    const base = definePolicy({ extends: 'strict', warnings: { AGE_NOT_DETECTED: 'decline' } });

    expect(extendPolicy(base, { extends: 'lenient' })).toEqual(definePolicy({ extends: 'lenient' }));
  });

  it('starts from balanced without a base', () => {
    expect(extendPolicy(undefined, {})).toEqual(definePolicy());
  });

  it('leaves the base as it is', () => {
    const base = definePolicy();
    const before = JSON.stringify(base);

    extendPolicy(base, { score: { declineAtOrBelow: 99 }, unknownWarning: 'decline' });

    expect(JSON.stringify(base)).toBe(before);
  });

  it('names the option as its caller calls it', () => {
    expect(() => extendPolicy(undefined, { score: { declineAtOrBelow: 101 } }, 'requireLiveness.policy')).toThrow(
      'requireLiveness.policy.score.declineAtOrBelow is 101',
    );
  });

  it('refuses limits that are reversed only together with the base', () => {
    const base = definePolicy({ faceLuminance: { declineBelow: 60 } });

    expect(() => extendPolicy(base, { faceLuminance: { declineAbove: 40 } }, 'route.policy')).toThrow(
      'route.policy.faceLuminance.declineAbove is 40, which is not allowed; allowed: 60 (declineBelow) or more',
    );
  });

  it('lets a route decline above the score that the gate reviews at', () => {
    const base = definePolicy({ score: { reviewAtOrBelow: 60 } });

    expect(extendPolicy(base, { score: { declineAtOrBelow: 80 } }).rules.score).toEqual({
      declineAtOrBelow: 80,
      reviewAtOrBelow: 80,
    });
  });
});

describe('policyId', () => {
  it('is twelve hexadecimal digits', () => {
    expect(definePolicy().policyId).toMatch(/^[0-9a-f]{12}$/);
  });

  it('differs between the presets', () => {
    expect(new Set(PRESET_NAMES.map((name) => definePolicy({ extends: name }).policyId)).size).toBe(3);
  });

  it('is the same however the keys are ordered', () => {
    const one = definePolicy({
      warnings: { AGE_BELOW_MINIMUM: 'decline', AGE_NOT_DETECTED: 'review' },
      score: { declineAtOrBelow: 50, reviewAtOrBelow: 80 },
      unknownWarning: 'decline',
    });
    const other = definePolicy({
      unknownWarning: 'decline',
      score: { reviewAtOrBelow: 80, declineAtOrBelow: 50 },
      warnings: { AGE_NOT_DETECTED: 'review', AGE_BELOW_MINIMUM: 'decline' },
    });

    expect(one.policyId).toBe(other.policyId);
  });

  it('is the same in every version that has the same rules, so that a stored decision keeps its policy', () => {
    expect(definePolicy({ extends: 'lenient' }).policyId).toBe('235714917d5d');
  });

  it('is the same after a round trip through JSON', () => {
    fc.assert(
      fc.property(anyPolicyOptions, (options) => {
        expect(definePolicy(JSON.parse(JSON.stringify(options)))).toEqual(definePolicy(options));
      }),
    );
  });

  it('is the same exactly when the rules are the same', () => {
    fc.assert(
      fc.property(anyPolicyOptions, anyPolicyOptions, (one, other) => {
        const [left, right] = [definePolicy(one), definePolicy(other)];

        expect(left.policyId === right.policyId).toBe(sortedJson(left.rules) === sortedJson(right.rules));
      }),
      { numRuns: 300 },
    );
  });

  it.each<[string, PolicyOptions]>([
    ['a limit of the score', { score: { declineAtOrBelow: 1 } }],
    ['a limit of 0', { score: { declineAtOrBelow: 0 } }],
    ['the other limit of the score', { score: { reviewAtOrBelow: 1 } }],
    ['a limit of the quality', { faceQuality: { declineAtOrBelow: 1 } }],
    ['a limit of the brightness', { faceLuminance: { reviewAbove: 1 } }],
    ['the action of a tag', { warnings: { DUPLICATED_FACE: 'decline' } }],
    ['a tag that was not named', { warnings: { AGE_NOT_DETECTED: 'review' } }],
    ['unknown warnings', { unknownWarning: 'decline' }],
    ['unknown information', { unknownInformation: 'review' }],
  ])('changes with %s', (_name, options) => {
    expect(definePolicy(options).policyId).not.toBe(definePolicy().policyId);
  });
});

describe('isPolicy', () => {
  it('knows what definePolicy made, and nothing that merely looks like it', () => {
    const policy = definePolicy();

    expect(isPolicy(policy)).toBe(true);
    expect(isPolicy({})).toBe(false);
    expect(isPolicy({ ...policy })).toBe(false);
    expect(isPolicy(JSON.parse(JSON.stringify(policy)) as Policy)).toBe(false);
  });

  it('knows what another copy of this package made', () => {
    const foreign = Object.defineProperty({ ...definePolicy() }, Symbol.for('didit-liveness.policy'), {});

    expect(isPolicy(foreign)).toBe(true);
  });
});

describe('the types of a policy', () => {
  it('refuse what definePolicy refuses', () => {
    const refused = [
      // @ts-expect-error: Didit always declines on it
      () => definePolicy({ warnings: { NO_FACE_DETECTED: 'approve' } }),
      // @ts-expect-error: Didit always declines on it
      () => definePolicy({ warnings: { LIVENESS_FACE_ATTACK: 'review' } }),
      // @ts-expect-error: there is no such tag
      () => definePolicy({ warnings: { DUPLICATE_FACE: 'decline' } }),
      // @ts-expect-error: there is no such action
      () => definePolicy({ warnings: { DUPLICATED_FACE: 'reject' } }),
      // @ts-expect-error: there is no such option
      () => definePolicy({ scores: { declineAtOrBelow: 50 } }),
      // @ts-expect-error: there is no such limit
      () => definePolicy({ score: { declineBelow: 50 } }),
      // @ts-expect-error: a limit is a number
      () => definePolicy({ score: { declineAtOrBelow: '50' } }),
      // @ts-expect-error: there is no such preset
      () => definePolicy({ extends: 'paranoid' }),
      // @ts-expect-error: an action is not null
      () => definePolicy({ unknownWarning: null }),
    ];

    expect(refused.map((define) => errorOf(define))).toEqual(refused.map(() => expect.any(InvalidOptionError)));
  });

  it('refuse to change a policy', () => {
    const policy = definePolicy();

    expect(() => {
      // @ts-expect-error: it is read-only
      policy.policyId = 'x';
    }).toThrow(TypeError);
    expect(() => {
      // @ts-expect-error: it is read-only
      policy.rules.score.declineAtOrBelow = 0;
    }).toThrow(TypeError);
  });
});

function errorOf(define: () => unknown): unknown {
  try {
    return define();
  } catch (error) {
    return error;
  }
}

/** What is told of options that are refused; empty for options that are not. */
function failureOf(options: unknown): { readonly option: string; readonly message: string } {
  const error = errorOf(() => definePolicy(options as PolicyOptions));
  if (isPolicy(error as Policy)) return { option: '', message: '' };
  expect(error).toBeInstanceOf(InvalidOptionError);
  const { option, message } = error as InvalidOptionError;
  return { option, message };
}

/** JSON that does not tell in which order keys were written. */
function sortedJson(value: object): string {
  const lines = Object.entries(value).map(([name, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null ? `${name}: ${sortedJson(inner)}` : `${name}: ${String(inner)}`,
  );
  return `{${lines.sort().join()}}`;
}
