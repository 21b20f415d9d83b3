import { FAULT_SCENARIOS } from './fault-scenarios.js';
import type { Scenario } from './scenario.js';
import type { ScenarioName } from './scenario-names.js';
import { VERDICT_SCENARIOS } from './verdict-scenarios.js';

/** Every scenario by its name. */
export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = { ...VERDICT_SCENARIOS, ...FAULT_SCENARIOS };

/** Whether the scenario says something about a picture, so that it means nothing where none is sent. */
export function needsPicture(name: ScenarioName): boolean {
  const scenario = SCENARIOS[name];
  return (
    scenario.kind === 'verdict' && (scenario.rewrite !== undefined || Object.keys(scenario.picture ?? {}).length > 0)
  );
}
