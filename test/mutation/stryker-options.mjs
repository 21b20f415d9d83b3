import jestConfig from '../../jest.config.mjs';

/**
 * How Stryker looks at one room.
 *
 * @returns {import('@stryker-mutator/core').default extends new (options: infer Options) => unknown ? Options : never}
 */
export function strykerOptions({ name, sources, folder, tests }, { concurrency, incremental }) {
  return {
    mutate: sources,
    testRunner: 'jest',
    testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    plugins: ['@stryker-mutator/jest-runner', new URL('tally.mjs', import.meta.url).href],
    reporters: ['progress-append-only', 'tally'],
    logLevel: 'warn',
    coverageAnalysis: 'perTest',
    concurrency: Number(concurrency),
    // A busy machine is no endless loop; those are found by counting, long before.
    timeoutMS: 20_000,
    incremental,
    incrementalFile: `reports/mutation/${name}.json`,
    // The sources are only transformed, so no compiler has to understand them; there is no tsconfig.json at the root.
    tsconfigFile: 'none',
    disableTypeChecks: false,
    ignorePatterns: ['/docs', '/coverage', '/reports', '.turbo'],
    tempDirName: `.stryker-tmp/${name}`,
    cleanTempDir: 'always',
    jest: { projectType: 'custom', enableFindRelatedTests: false, config: jestConfigOf(folder, tests) },
  };
}

/** The usual configuration, for the tests of one room, and for many short runs. */
function jestConfigOf(folder, tests) {
  return {
    ...jestConfig,
    roots: [`<rootDir>/${folder}`],
    testMatch: tests.map((test) => `<rootDir>/${folder}/test/${test}.test.ts`),
    testRunner: '<rootDir>/test/mutation/jest-circus-until-failure.cjs',
    testSequencer: '<rootDir>/test/mutation/sequencer.cjs',
    moduleNameMapper: { ...jestConfig.moduleNameMapper, '^fast-check$': '<rootDir>/test/mutation/fast-check.mjs' },
    // A change may leave a request without its answer: a tenth of a minute of waiting says so.
    testTimeout: 6_000,
    watchman: false,
  };
}
