export { runCommand as runEmulatorCommand } from './command.js';
export { createEmulator } from './emulator.js';
export { EmulatorError } from './emulator-error.js';
export { ENDPOINT_NAMES } from './endpoint-names.js';
export { FAULT_SCENARIO_NAMES, SCENARIO_NAMES, VERDICT_SCENARIO_NAMES } from './scenario-names.js';

export type { EmulatorCall, EmulatorCallImage } from './call-log.js';
export type { CommandOutput, CommandResult } from './command.js';
export type { Emulator } from './emulator.js';
export type { EmulatorErrorCode } from './emulator-error.js';
export type { EndpointName } from './endpoint-names.js';
export type { AuthMode, EmulatorOptions, ThresholdMode } from './options.js';
export type { OutboxMessage } from './outbox.js';
export type { FaultScenarioName, ScenarioName, VerdictScenarioName } from './scenario-names.js';
export type { WebhookAttempt, WebhookDelivery } from './webhooks.js';
