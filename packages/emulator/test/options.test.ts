import { describe, expect, it } from '@jest/globals';
import { resolveEmulatorOptions } from '../src/options.js';

describe('resolveEmulatorOptions', () => {
  it('fills in the defaults', () => {
    expect(resolveEmulatorOptions()).toEqual({
      port: 0,
      authMode: 'nov',
      thresholdMode: 'lte',
      seedShape: false,
      balanceDollars: 100_000,
      priceDollars: 0.1,
      writesPerMinute: 300,
      latencyMs: 0,
      sessionDeleteStatus: 200,
      webhookTimeoutMs: 10_000,
      webhookRetryDelaysMs: [60_000, 240_000],
      now: Date.now,
      allowProduction: false,
    });
  });

  it('takes undefined for not given', () => {
    // A JavaScript caller may write this; exactOptionalPropertyTypes keeps a TypeScript caller from it.
    const options = { port: undefined } as unknown as { port: number };

    expect(resolveEmulatorOptions(options).port).toBe(0);
  });

  it('freezes the result and leaves the given object alone', () => {
    const given = { port: 4000 };

    const resolved = resolveEmulatorOptions(given);

    expect(Object.isFrozen(resolved)).toBe(true);
    expect(given).toEqual({ port: 4000 });
  });

  it.each([
    ['port', 70_000, 'Option "port" is 70000; allowed: a whole number from 0 to 65535.'],
    ['port', '3999', 'Option "port" is "3999"; allowed: a whole number from 0 to 65535.'],
    ['port', 1.5, 'Option "port" is 1.5'],
    ['authMode', 'may', 'Option "authMode" is "may"; allowed: "seed", "jul", "nov".'],
    ['thresholdMode', 'gt', 'Option "thresholdMode" is "gt"; allowed: "lte", "lt".'],
    ['seedShape', 1, 'Option "seedShape" is 1; allowed: true or false.'],
    ['balanceDollars', -1, 'Option "balanceDollars" is -1; allowed: a number from 0 to 1000000000.'],
    ['priceDollars', Number.NaN, 'Option "priceDollars" is NaN; allowed: a number from 0 to 1000000.'],
    ['writesPerMinute', 0, 'Option "writesPerMinute" is 0; allowed: a whole number from 1 to 1000000, or Infinity.'],
    ['latencyMs', -5, 'Option "latencyMs" is -5; allowed: a whole number from 0 to 600000.'],
    ['sessionDeleteStatus', 202, 'Option "sessionDeleteStatus" is 202; allowed: 200, 204.'],
    ['webhookTimeoutMs', 0, 'Option "webhookTimeoutMs" is 0; allowed: a whole number from 1 to 600000.'],
    ['webhookRetryDelaysMs', [-1], 'Option "webhookRetryDelaysMs" is -1; allowed: a list of up to 10 whole numbers'],
    ['now', 5, 'Option "now" is 5; allowed: a function that returns milliseconds since 1970.'],
    ['allowProduction', 'yes', 'Option "allowProduction" is "yes"; allowed: true or false.'],
    ['apiKeys', [], 'Option "apiKeys" is (not shown); allowed: a list of at least one non-empty string.'],
  ])('refuses %s = %p', (name, value, message) => {
    expect(() => resolveEmulatorOptions({ [name]: value })).toThrow(message);
  });

  it('keeps keys out of the message', () => {
    const mistake = { apiKeys: ['sk_live_secret', ''] };

    expect(() => resolveEmulatorOptions(mistake)).toThrow(expect.not.stringContaining('sk_live_secret'));
  });

  it('accepts Infinity for no rate limit', () => {
    expect(resolveEmulatorOptions({ writesPerMinute: Infinity }).writesPerMinute).toBe(Infinity);
  });

  it.each([
    [{ prot: 1 }, 'There is no option "prot". Did you mean "port"?'],
    [{ somethingElse: 1 }, 'There is no option "somethingElse". Options: port, apiKeys'],
    [{ toString: 1 }, 'There is no option "toString".'],
  ])('refuses the unknown name in %p', (options, message) => {
    expect(() => resolveEmulatorOptions(options as object)).toThrow(message);
  });
});
