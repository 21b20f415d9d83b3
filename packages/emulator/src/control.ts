import type { Answer } from './answer.js';
import { json } from './answer.js';
import type { ApiRequest } from './api-request.js';
import { EmulatorError } from './emulator-error.js';
import { SCENARIO_NAMES } from './scenario-names.js';
import { SCENARIOS } from './scenarios.js';
import type { State } from './state.js';

/** `GET /_emulator/calls`. */
export function answerCalls(_request: ApiRequest, { calls }: State): Answer {
  return json(200, { calls: calls.list() });
}

/** `GET /_emulator/scenarios`. */
export function answerScenarios(): Answer {
  const scenarios = SCENARIO_NAMES.map((name) => {
    const { kind, about } = SCENARIOS[name];
    return { name, about, billed: kind === 'verdict' };
  });
  return json(200, { scenarios });
}

/** `POST /_emulator/next` with `{"scenario": "...", "times": 1}`. */
export function answerNext({ body }: ApiRequest, { queue }: State): Answer {
  try {
    const { scenario, times } = parseScript(body);
    queue.add(scenario, times);
    return json(200, { scenario, times, queued: queue.length() });
  } catch (error) {
    if (error instanceof EmulatorError) {
      return json(400, { detail: error.message, scenarios: SCENARIO_NAMES });
    }
    throw error;
  }
}

/** `POST /_emulator/reset`. */
export function answerReset(_request: ApiRequest, state: State): Answer {
  state.reset();
  return json(200, { reset: true });
}

function parseScript(body: Buffer): { readonly scenario: unknown; readonly times: unknown } {
  const value = parseObject(body);
  const unknownKey = Object.keys(value).find((key) => key !== 'scenario' && key !== 'times');
  if (unknownKey !== undefined) {
    throw new EmulatorError(
      'invalid-script',
      `emulator: unknown key "${unknownKey}"; keys are "scenario" and "times".`,
    );
  }
  const { scenario, times = 1 } = value;
  return { scenario, times };
}

function parseObject(body: Buffer): Record<string, unknown> {
  const value = parseJson(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new EmulatorError('invalid-script', 'emulator: send JSON like {"scenario": "spoof", "times": 1}.');
  }
  // What JSON.parse makes of an object has string keys.
  return value as Record<string, unknown>;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    // Not JSON gets the same answer as JSON that is no object.
    return undefined;
  }
}
