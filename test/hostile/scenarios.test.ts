import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createEmulator, type Emulator } from '@didit-liveness/emulator';
import express5 from 'express';
import { startExpress } from '../contract/express.host.js';
import { watchProcess } from './arena.js';
import { SCENARIOS } from './scenarios.cases.js';
import { useBench } from './upstream-bench.js';

describe('the faults of the emulator, by Express 5', () => {
  let emulator: Emulator;
  const bench = useBench((options, onError) => startExpress(express5, options, onError));
  watchProcess(bench.outcries);
  beforeAll(async () => {
    emulator = await createEmulator({ writesPerMinute: Infinity });
  });
  afterEach(() => emulator.reset());
  afterAll(() => emulator.close());

  it.each(Object.entries(SCENARIOS).map(([scenario, each]) => [each.row, scenario, each] as const))(
    '%s E12 are refused, and paid for at most once: %s',
    async (_row, scenario, { expected, sends = 1, options }) => {
      // Whoever asks again is answered the same again.
      emulator.next(scenario as keyof typeof SCENARIOS, 9);

      await bench.refuse(expected, { baseUrl: emulator.url, ...options });

      const calls = emulator.calls();
      expect(calls).toHaveLength(sends);
      expect(calls.filter(({ billed }) => billed).length).toBeLessThanOrEqual(1);
    },
  );
});
