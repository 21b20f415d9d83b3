import { EmulatorError } from './emulator-error.js';
import type { ScenarioName } from './scenario-names.js';
import { describeUnknownScenario, isScenarioName } from './scenario-names.js';

/** Answers set in advance; they win over what pictures ask for. */
export interface ScriptQueue {
  /**
   * Adds a scenario for the next `times` checks.
   *
   * @throws {@link EmulatorError} `invalid-script` for an unknown scenario or a number of times out of range.
   */
  add(scenario: unknown, times: unknown): void;
  /** The scenario of the next check, left where it is. */
  peek(): ScenarioName | undefined;
  /** The scenario of the next check, used up once. */
  take(): ScenarioName | undefined;
  /** Checks that are still scripted. */
  length(): number;
}

const MAX_TIMES = 100_000;

/** Makes an empty queue. */
export function createScriptQueue(): ScriptQueue {
  let runs: { readonly scenario: ScenarioName; times: number }[] = [];
  return {
    add(scenario, times) {
      runs.push(checkRun(scenario, times));
    },
    peek: () => runs[0]?.scenario,
    take() {
      const [run] = runs;
      if (run !== undefined && --run.times === 0) {
        runs = runs.slice(1);
      }
      return run?.scenario;
    },
    length: () => runs.reduce((sum, run) => sum + run.times, 0),
  };
}

function checkRun(scenario: unknown, times: unknown): { readonly scenario: ScenarioName; times: number } {
  if (!isScenarioName(scenario)) {
    throw new EmulatorError('invalid-script', describeUnknownScenario(String(scenario)));
  }
  if (typeof times !== 'number' || !Number.isInteger(times) || times < 1 || times > MAX_TIMES) {
    throw new EmulatorError(
      'invalid-script',
      `emulator: "times" is ${String(times)}; allowed is a whole number from 1 to ${MAX_TIMES}.`,
    );
  }
  return { scenario, times };
}
