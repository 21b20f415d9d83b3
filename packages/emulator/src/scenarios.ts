import { FAULT_SCENARIOS } from './fault-scenarios.js';
import type { Scenario } from './scenario.js';
import type { ScenarioName } from './scenario-names.js';
import { VERDICT_SCENARIOS } from './verdict-scenarios.js';

/** Every scenario by its name. */
export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = { ...VERDICT_SCENARIOS, ...FAULT_SCENARIOS };
