import type { EndpointName } from './endpoint-names.js';
import { describeUnknownEndpoint, isEndpointName, isPictureEndpoint } from './endpoint-names.js';
import { EmulatorError } from './emulator-error.js';
import type { ScenarioName } from './scenario-names.js';
import { describeUnknownScenario, isScenarioName } from './scenario-names.js';
import { needsPicture } from './scenarios.js';

/** Answers set in advance; they win over what pictures ask for. */
export interface ScriptQueue {
  /**
   * Adds a scenario for the next requests.
   *
   * @throws {@link EmulatorError} `invalid-script` for an unknown name or a number of times out of range.
   */
  add(entry: QueueEntry): void;
  /** The scenario of the next request to an endpoint, left where it is. */
  peek(endpoint: EndpointName): ScenarioName | undefined;
  /** The scenario of the next request to an endpoint, used up once. */
  take(endpoint: EndpointName): ScenarioName | undefined;
  /** Requests that are still scripted. */
  length(): number;
}

/** What may be queued, unchecked. */
export interface QueueEntry {
  readonly scenario: unknown;
  readonly times: unknown;
  /** The only endpoint that it is for; without one it is for any that takes a picture. */
  readonly endpoint?: unknown;
}

interface Run {
  readonly scenario: ScenarioName;
  readonly endpoint: EndpointName | undefined;
  times: number;
}

const MAX_TIMES = 100_000;

/** Makes an empty queue. */
export function createScriptQueue(): ScriptQueue {
  let runs: Run[] = [];
  const find = (endpoint: EndpointName): Run | undefined => runs.find((run) => isFor(run, endpoint));
  return {
    add(entry) {
      runs.push(checkEntry(entry));
    },
    peek: (endpoint) => find(endpoint)?.scenario,
    take(endpoint) {
      const run = find(endpoint);
      if (run !== undefined && --run.times === 0) {
        runs = runs.filter((other) => other !== run);
      }
      return run?.scenario;
    },
    length: () => runs.reduce((sum, run) => sum + run.times, 0),
  };
}

function isFor(run: Run, endpoint: EndpointName): boolean {
  return run.endpoint === undefined ? isPictureEndpoint(endpoint) : run.endpoint === endpoint;
}

function checkEntry({ scenario, times, endpoint }: QueueEntry): Run {
  if (!isScenarioName(scenario)) {
    throw new EmulatorError('invalid-script', describeUnknownScenario(String(scenario)));
  }
  if (typeof times !== 'number' || !Number.isInteger(times) || times < 1 || times > MAX_TIMES) {
    throw new EmulatorError(
      'invalid-script',
      `emulator: "times" is ${String(times)}; allowed is a whole number from 1 to ${MAX_TIMES}.`,
    );
  }
  return { scenario, times, endpoint: endpoint === undefined ? undefined : checkEndpoint(endpoint, scenario) };
}

function checkEndpoint(endpoint: unknown, scenario: ScenarioName): EndpointName {
  if (!isEndpointName(endpoint)) {
    throw new EmulatorError('invalid-script', describeUnknownEndpoint(String(endpoint)));
  }
  if (!isPictureEndpoint(endpoint) && needsPicture(scenario)) {
    throw new EmulatorError(
      'invalid-script',
      `emulator: the scenario "${scenario}" is about a picture, and the endpoint "${endpoint}" takes none.`,
    );
  }
  return endpoint;
}
