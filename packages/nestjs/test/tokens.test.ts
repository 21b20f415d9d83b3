import { describe, expect, it } from '@jest/globals';
import { getLivenessServiceToken, LivenessService } from '../src/index.js';

describe('getLivenessServiceToken', () => {
  it('is the class itself without a name, and tells names apart', () => {
    expect(getLivenessServiceToken()).toBe(LivenessService);
    expect(getLivenessServiceToken('default')).toBe(LivenessService);
    expect(getLivenessServiceToken('kyc')).toBe('LivenessService:kyc');
  });
});
