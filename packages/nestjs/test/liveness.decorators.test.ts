import { describe, expect, it } from '@jest/globals';
import { applyDecorators } from '@nestjs/common';
import { LivenessGuard, SkipLiveness } from '../src/index.js';

describe('@LivenessGuard()', () => {
  it('says so when it is written without parentheses', () => {
    expect(() => LivenessGuard((() => {}) as never)).toThrow('write the parentheses even without any');
    expect(() => LivenessGuard(null as never)).toThrow(TypeError);
  });

  it('says so when it stands twice in one place, where one would be lost', () => {
    const twice = applyDecorators(LivenessGuard({ threshold: 90 }), LivenessGuard());

    expect(() => {
      class SignupController {
        @twice
        signup() {}
      }
      return SignupController;
    }).toThrow('@LivenessGuard() stands twice on signup; merge the two.');
    expect(() => {
      @twice
      class SignupController {}
      return SignupController;
    }).toThrow('@LivenessGuard() stands twice on SignupController; merge the two.');
  });

  it('stands on methods and classes only', () => {
    const onProperty = () => LivenessGuard()({}, 'property', { value: 1 });

    expect(onProperty).toThrow('@LivenessGuard() stands on a method or on a class.');
  });
});

describe('@SkipLiveness()', () => {
  it('says so when it stands twice in one place', () => {
    expect(() => {
      @SkipLiveness()
      @SkipLiveness()
      class HealthController {}
      return HealthController;
    }).toThrow('@SkipLiveness() stands twice on HealthController; merge the two.');
  });
});
