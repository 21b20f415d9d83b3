const swc = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
  module: { type: 'es6' },
};

export default {
  testEnvironment: './test/support/file-environment.cjs',
  roots: ['<rootDir>/packages', '<rootDir>/examples', '<rootDir>/test'],
  testMatch: ['**/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', swc] },
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@didit-liveness/([a-z]+)/([a-z]+)$': '<rootDir>/packages/$1/src/$2.ts',
    '^@didit-liveness/([a-z]+)$': '<rootDir>/packages/$1/src/index.ts',
    '^didit-liveness$': '<rootDir>/packages/cli/src/index.ts',
  },
  setupFilesAfterEnv: ['<rootDir>/test/support/no-outcry.ts', '<rootDir>/test/support/canary.setup.ts'],
  // Busy machines are slow; a test that hangs is found all the same.
  testTimeout: 30_000,
  // Left to itself Jest keeps one core back, which is half of two.
  maxWorkers: '100%',
  coverageProvider: 'v8',
  collectCoverageFrom: ['packages/*/src/**/*.ts'],
};
