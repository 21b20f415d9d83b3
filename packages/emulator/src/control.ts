import type { Answer } from './answer.js';
import { json } from './answer.js';
import type { ApiRequest } from './api-request.js';
import { EmulatorError } from './emulator-error.js';
import { parseJsonObject } from './json-body.js';
import { SCENARIO_NAMES } from './scenario-names.js';
import { SCENARIOS } from './scenarios.js';
import type { QueueEntry } from './script-queue.js';
import type { State } from './state.js';

/** `GET /_emulator/calls`. */
export function answerCalls(_request: ApiRequest, { calls }: State): Answer {
  return json(200, { calls: calls.list() });
}

/** `GET /_emulator/outbox`. */
export function answerOutbox(_request: ApiRequest, { outbox }: State): Answer {
  return json(200, { messages: outbox.list() });
}

/** `GET /_emulator/deliveries`. */
export function answerDeliveries(_request: ApiRequest, { webhooks }: State): Answer {
  return json(200, { deliveries: webhooks.list() });
}

/** `GET /_emulator/scenarios`. */
export function answerScenarios(): Answer {
  const scenarios = SCENARIO_NAMES.map((name) => {
    const { kind, about } = SCENARIOS[name];
    return { name, about, billed: kind === 'verdict' };
  });
  return json(200, { scenarios });
}

/** `POST /_emulator/next` with `{"scenario": "...", "times": 1, "endpoint": "..."}`. */
export function answerNext({ body }: ApiRequest, { queue }: State): Answer {
  try {
    const entry = parseScript(body);
    queue.add(entry);
    return json(200, { ...entry, queued: queue.length() });
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

const SCRIPT_KEYS = ['scenario', 'times', 'endpoint'];

function parseScript(body: Buffer): QueueEntry {
  const value = parseJsonObject(body);
  if (value === undefined) {
    throw new EmulatorError('invalid-script', 'emulator: send JSON like {"scenario": "spoof", "times": 1}.');
  }
  const unknownKey = Object.keys(value).find((key) => !SCRIPT_KEYS.includes(key));
  if (unknownKey !== undefined) {
    throw new EmulatorError(
      'invalid-script',
      `emulator: unknown key "${unknownKey}"; keys are "scenario", "times" and "endpoint".`,
    );
  }
  const { scenario, times = 1, endpoint } = value;
  return { scenario, times, endpoint };
}
