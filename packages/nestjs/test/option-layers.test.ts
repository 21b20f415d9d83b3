import { describe, expect, it } from '@jest/globals';
import { createLivenessGate, definePolicy, DiditClient, type LivenessEvent } from '@didit-liveness/core';
import { layOver, type OptionLayer } from '../src/option-layers.js';

const events: LivenessEvent[] = [];
const gate = createLivenessGate({
  client: new DiditClient({ apiKey: 'key' }),
  onEvent: (event) => events.push(event),
});
const layers = (...options: OptionLayer['options'][]) =>
  options.map((option, index) => ({ name: `layer${index}`, options: option }));

describe('layOver', () => {
  it('lays policies over one another rule by rule, and other options as a whole', () => {
    const { guard, options } = layOver(
      gate,
      layers(
        { threshold: 50, field: 'a', accept: ['json'], policy: { warnings: { DUPLICATED_FACE: 'decline' } } },
        {
          policy: { score: { declineAtOrBelow: 60 }, warnings: { POSSIBLE_DUPLICATED_FACE: 'decline' } },
          rotateImage: true,
        },
        { threshold: 0, accept: ['image'], rotateImage: false },
      ),
    );

    const { score, warnings } = guard.route.policy.rules;
    expect(score.declineAtOrBelow).toBe(0);
    expect(warnings).toMatchObject({ DUPLICATED_FACE: 'decline', POSSIBLE_DUPLICATED_FACE: 'decline' });
    expect(guard.reading).toEqual({ field: 'a', accept: ['image'] });
    expect(options).toMatchObject({ rotateImage: false });
  });

  it('takes a whole policy in place of what is below it', () => {
    const lenient = definePolicy({ extends: 'lenient' });

    const { guard } = layOver(gate, layers({ threshold: 90 }, { policy: lenient }));

    expect(guard.route.policy.policyId).toBe(lenient.policyId);
  });

  it('lets a value count that is undefined above', () => {
    const above = { field: undefined } as unknown as OptionLayer['options'];

    expect(layOver(gate, layers({ field: 'a' }, above)).guard.reading.field).toBe('a');
  });

  it('tells the listener of the gate of the result only', () => {
    events.length = 0;

    layOver(gate, layers({ policy: { warnings: { DUPLICATED_FACE: 'decline' } } }, {}, {}));

    expect(events).toHaveLength(1);
  });

  it.each([
    [{ threshold: 101 }, 'layer1.threshold is 101'],
    [{ policy: { warnings: { LIVENESS_FACE_ATTACK: 'approve' } } }, 'layer1.policy.warnings.LIVENESS_FACE_ATTACK'],
    [{ gate }, 'layer1.gate is not an option in Nest'],
    [{ onError: () => {} }, 'layer1.onError is not an option in Nest'],
  ])('D08 names the place of a mistake', (options, message) => {
    expect(() => layOver(gate, layers({}, options as never))).toThrow(message);
  });
});

describe('layOver and match', () => {
  const referenceImage = () => undefined;

  it('lets the nearest limit on similarity win, however it is written', () => {
    const limitOf = (...options: OptionLayer['options'][]) =>
      layOver(gate, layers(...options)).guard.route.policy.rules.faceMatch.declineAtOrBelow;

    expect(
      limitOf({ match: { referenceImage, threshold: 60 } }, { policy: { faceMatch: { declineAtOrBelow: 90 } } }),
    ).toBe(90);
    expect(
      limitOf({ policy: { faceMatch: { declineAtOrBelow: 90 } } }, { match: { referenceImage, threshold: 60 } }),
    ).toBe(60);
    expect(limitOf({ match: { referenceImage, threshold: 60 } }, {})).toBe(60);
  });
});
