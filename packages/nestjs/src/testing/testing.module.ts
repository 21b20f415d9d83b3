import { DIDIT_BASE_URL, type DiditClient } from '@didit-liveness/core';
import { type DynamicModule, Module } from '@nestjs/common';
import { LivenessModule, type LivenessModuleExtras } from '../liveness.module.js';
import { CLIENT_OPTION_NAMES, type LivenessModuleOptions } from '../module-options.js';
import { LivenessScript, type ScriptedOutcome } from './script.js';

/** Options of {@link LivenessTestingModule}: what Didit says, and the options of `LivenessModule`. */
export interface LivenessTestingOptions extends Omit<LivenessModuleOptions, 'apiKey' | 'client'>, LivenessModuleExtras {
  /** What is said of one picture after the other; the last one again and again. @defaultValue ['approved'] */
  readonly verdicts?: readonly ScriptedOutcome[];
}

/**
 * Takes the place of `LivenessModule` in tests: no key, no HTTP and no money, while uploads, policy and problems are the
 * real ones. Inject `LivenessScript` to change the script and to see what was asked.
 *
 * @example
 * ```ts
 * import { LivenessScript, LivenessTestingModule, SELFIE } from '@didit-liveness/nestjs/testing';
 * import { LivenessService } from '@didit-liveness/nestjs';
 * import { Test } from '@nestjs/testing';
 *
 * const testing = await Test.createTestingModule({
 *   imports: [LivenessTestingModule.forRoot({ verdicts: ['approved', 'declined'], threshold: 80 })],
 * }).compile();
 * const result = await testing.get(LivenessService).check(SELFIE);
 * console.log(result.kind, testing.get(LivenessScript).calls.length);
 * ```
 */
@Module({})
export class LivenessTestingModule {
  /** Like `LivenessModule.forRoot()`, but global unless told otherwise. */
  static forRoot({ verdicts, ...options }: LivenessTestingOptions = {}): DynamicModule {
    const script = new LivenessScript(verdicts);
    const liveness = LivenessModule.forRoot({ isGlobal: true, ...withoutClient(options), client: clientOf(script) });
    return {
      module: LivenessTestingModule,
      global: options.isGlobal ?? true,
      imports: [liveness],
      providers: [{ provide: LivenessScript, useValue: script }],
      exports: [liveness, LivenessScript],
    };
  }
}

/** Tests are often given the options of the real module; those of its client have nothing to do here. */
function withoutClient(options: LivenessTestingOptions): LivenessTestingOptions {
  const names: readonly string[] = CLIENT_OPTION_NAMES;
  return Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name)));
}

function clientOf(script: LivenessScript): DiditClient {
  const client = {
    origin: DIDIT_BASE_URL,
    isSandbox: false,
    passiveLiveness: { checkPicture: script.answer.bind(script) },
    close: () => Promise.resolve(),
  };
  // All that a gate uses of its client; the class itself would open connections.
  return client as unknown as DiditClient;
}
