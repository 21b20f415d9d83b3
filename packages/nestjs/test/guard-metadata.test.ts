import { describe, expect, it } from '@jest/globals';
import { marksOf } from '../src/guard-metadata.js';
import { LivenessGuard, SkipLiveness } from '../src/index.js';

@LivenessGuard({ threshold: 50 })
class Guarded {
  plain() {}

  @LivenessGuard({ threshold: 60 })
  own() {}

  @SkipLiveness()
  skipped() {}

  @LivenessGuard()
  @SkipLiveness()
  torn() {}
}

class Heir extends Guarded {}

@SkipLiveness()
class Skipped extends Guarded {}

class Bare {
  plain() {}
}

describe('marksOf', () => {
  const { plain, own, skipped, torn } = Guarded.prototype;

  it.each([
    ['the class guards', Guarded, plain, { isGuarded: true, isSkipped: false, layers: [50] }],
    ['the method guards too', Guarded, own, { isGuarded: true, isSkipped: false, layers: [50, 60] }],
    ['the method skips', Guarded, skipped, { isGuarded: false, isSkipped: true, layers: [50] }],
    ['the class inherits', Heir, plain, { isGuarded: true, isSkipped: false, layers: [50] }],
    ['the class skips', Skipped, plain, { isGuarded: false, isSkipped: true, layers: [] }],
    ['the class skips, the method guards', Skipped, own, { isGuarded: true, isSkipped: false, layers: [60] }],
    ['nobody says anything', Bare, Bare.prototype.plain, { isGuarded: false, isSkipped: false, layers: [] }],
  ])('reads that %s', (_, controller, handler, expected) => {
    const { layers, ...marks } = marksOf(controller, handler);

    expect({ ...marks, layers: layers.map(({ options }) => options.threshold) }).toEqual(expected);
  });

  it('names the places', () => {
    expect(marksOf(Heir, own).layers.map(({ name }) => name)).toEqual([
      'LivenessGuard(Heir)',
      'LivenessGuard(Heir.own)',
    ]);
  });

  it('refuses a place that says both', () => {
    expect(() => marksOf(Guarded, torn)).toThrow(
      'LivenessGuard(Guarded.torn): there is a @SkipLiveness() in the same place',
    );
  });
});
