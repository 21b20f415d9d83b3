export { EXIT_CODES } from './exit-codes.js';
export { runCli } from './run.js';

export type { ExitCode } from './exit-codes.js';
export type { Output, World } from './world.js';
