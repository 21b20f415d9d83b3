// Runs test files for mutants. The first failure says all, so what follows it is left out, and a file is not even loaded
// when none of its tests reaches the mutant; Jest can do neither by itself. The name is what Stryker looks for.
const { default: runFile } = require('jest-circus/runner');

/** The mutant that a test found last, and the file of that test: the next mutant is likely to be found there too. */
const last = { mutant: undefined, file: undefined };
/** The tests of each file by their full names. */
const testsOf = new Map();
/** How long each file took when nothing stopped it, in milliseconds. */
const durations = new Map();
let template;

module.exports = runUntilFailure;
module.exports.rankOf = (file) => (file === last.file ? -1 : (durations.get(file) ?? 0));

async function runUntilFailure(globalConfig, config, environment, ...rest) {
  const mutant = process.env['__STRYKER_ACTIVE_MUTANT__'];
  const testFilePath = rest[1];
  if (mutant === undefined) return runFile(globalConfig, config, environment, ...rest);
  const isLeftOut = last.mutant === mutant || !reaches(testFilePath, globalConfig.testNamePattern);
  if (isLeftOut && template) return nothingRun(testFilePath);

  stopAtFailure(environment, (name) => Object.assign(last, { mutant, file: name }), { mutant, testFilePath });
  const started = performance.now();
  const result = await runFile(globalConfig, config, environment, ...rest);
  testsOf.set(
    testFilePath,
    result.testResults.map(({ fullName }) => fullName),
  );
  if (last.mutant !== mutant) durations.set(testFilePath, performance.now() - started);
  if (result.testResults.length > 0) template ??= result;
  return result;
}

function reaches(file, pattern) {
  const tests = testsOf.get(file);
  return !tests || !pattern || tests.some((name) => new RegExp(pattern, 'i').test(name));
}

/** A result of which Jest does not say that it holds no test. */
function nothingRun(testFilePath) {
  const leftOut = { ...template.testResults[0], fullName: 'left out', status: 'pending', failureMessages: [] };
  const counts = { numFailingTests: 0, numPassingTests: 0, numPendingTests: 1, numTodoTests: 0 };
  return {
    ...template,
    ...counts,
    testFilePath,
    testResults: [leftOut],
    testExecError: undefined,
    failureMessage: null,
  };
}

function stopAtFailure(environment, found, { mutant, testFilePath }) {
  const handle = environment.handleTestEvent;
  environment.handleTestEvent = async (event, state) => {
    await handle?.call(environment, event, state);
    if (event.name === 'test_done' && event.test.errors.length > 0) found(testFilePath);
    if (event.name === 'test_start' && last.mutant === mutant) event.test.mode = 'skip';
  };
}
