// As the tests, but with properties that run by the clock and nothing else.
import tests from '../../jest.config.mjs';

export default {
  ...tests,
  rootDir: '../..',
  testEnvironment: '<rootDir>/test/fuzz/properties-only.mjs',
  moduleNameMapper: { '^fast-check$': '<rootDir>/test/fuzz/timed-fast-check.ts', ...tests.moduleNameMapper },
};
