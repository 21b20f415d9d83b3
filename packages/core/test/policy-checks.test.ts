import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { InvalidOptionError } from '../src/errors.js';
import { policyJsonSchema } from '../src/policy/checks.js';
import { definePolicy, type Policy, type PolicyOptions } from '../src/policy/policy.js';
import { PRESETS } from '../src/policy/presets.js';
import { WARNING_TAGS } from '../src/wire/warning-tags.js';

const isValid = new Ajv2020({ strict: true }).compile(policyJsonSchema());

const limit = fc.oneof(fc.constantFrom(null, 0, 1, 100), fc.integer({ min: 1, max: 100 }));
const action = fc.constantFrom('approve', 'review', 'decline');

/** A policy, of values like these. */
function policyOf(values: {
  readonly limit: fc.Arbitrary<unknown>;
  readonly action: fc.Arbitrary<unknown>;
  readonly preset: fc.Arbitrary<unknown>;
}): fc.Arbitrary<Record<string, unknown>> {
  const optional = { requiredKeys: [] };
  const lower = fc.record({ declineAtOrBelow: values.limit, reviewAtOrBelow: values.limit }, optional);
  const sides = ['declineBelow', 'declineAbove', 'reviewBelow', 'reviewAbove'];
  return fc.record(
    {
      extends: values.preset,
      score: lower,
      faceQuality: lower,
      faceLuminance: fc.record(Object.fromEntries(sides.map((side) => [side, values.limit])), optional),
      faceMatch: lower,
      warnings: fc.dictionary(fc.constantFrom(...Object.keys(WARNING_TAGS)), values.action, { maxKeys: 3 }),
      unknownWarning: values.action,
      unknownInformation: values.action,
    },
    optional,
  );
}

const right = policyOf({ limit, action, preset: fc.constantFrom('strict', 'balanced', 'lenient') });
/** A policy as people write them, mistakes included. */
const written = fc.oneof(
  right,
  policyOf({
    limit: fc.oneof({ weight: 9, arbitrary: limit }, fc.constantFrom(0.8, -1, 101, '80', true)),
    action: fc.oneof({ weight: 9, arbitrary: action }, fc.constantFrom('Decline', null, 1)),
    preset: fc.constantFrom('strict', 'loose', 3),
  }),
  fc.record({ threshold: fc.constant(80) }),
  fc.record({ warnings: fc.record({ NO_SUCH_TAG: action }) }),
  fc.record({ faceMatch: fc.constantFrom([], null, 'x') }),
  fc.record({ $schema: fc.constantFrom('./policy.schema.json', 1) }),
);

/** What definePolicy makes of it: a policy, or what it complains about. */
function outcomeOf(options: unknown): Policy | string {
  try {
    return definePolicy(options as PolicyOptions);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidOptionError);
    return (error as InvalidOptionError).message;
  }
}

/** A complaint about the order of two limits, which a schema cannot compare. */
function isAboutOrder(outcome: Policy | string): boolean {
  return typeof outcome === 'string' && outcome.endsWith(') or more');
}

describe('policyJsonSchema', () => {
  it('accepts exactly what definePolicy accepts, the order of limits aside', () => {
    fc.assert(
      fc.property(written, (options) => {
        const outcome = outcomeOf(options);
        fc.pre(!isAboutOrder(outcome));

        expect(isValid(options)).toBe(typeof outcome === 'object');
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(Object.entries(PRESETS))('accepts the preset %s', (_name, preset) => {
    expect(isValid(preset)).toBe(true);
  });

  it('is what the package publishes', () => {
    const published = new URL('../policy.schema.json', import.meta.url);

    expect(JSON.parse(readFileSync(published, 'utf8'))).toEqual(policyJsonSchema());
  });
});

describe('a policy as JSON', () => {
  it('comes back from its rules with the same id, whatever it was made from', () => {
    fc.assert(
      fc.property(right, (options) => {
        const policy = outcomeOf(options);
        fc.pre(typeof policy === 'object');

        const again = outcomeOf(JSON.parse(JSON.stringify(policy.rules)));

        expect(again).toEqual(policy);
      }),
    );
  });

  it('may name its schema, which changes nothing', () => {
    expect(definePolicy({ $schema: './policy.schema.json' })).toEqual(definePolicy());
  });
});
