import { setFlagsFromString } from 'node:v8';
import { runInNewContext, runInThisContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import express5 from 'express';
import Koa3 from 'koa';
import { ADAPTERS } from '../../packages/nestjs/test/support/adapters.js';
import { startContractHost } from '../../packages/nestjs/test/support/contract-host.js';
import { file, form, text } from '../../packages/upload/test/support/forms.js';
import { startExpress } from '../contract/express.host.js';
import { startKoa } from '../contract/koa.host.js';
import { formRequest, type StartArena, tell, until, useArena, WATCHDOG_MS } from './arena.js';
import { resetUploads } from './connection.contract.js';
import { GOOD_FORM, pictureOfSize } from './pictures.js';
import { within } from './raw-client.js';

/** Uploads per host, sent in so many rounds; the first rounds are for what a process keeps once and for all. */
const ABORTED = 10_000;
const ROUNDS = 20;
const WARM_UP_ROUNDS = 6;
/** A picture large enough that its pieces are held while it arrives. */
const LARGE_FORM = form(text('email', 'ada@example.org'), file('selfie', pictureOfSize(60_000)));

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const HOSTS: readonly (readonly [name: string, start: StartArena])[] = [
  ['Express 5', (options) => startExpress(express5, options)],
  ['Koa 3', (options) => startKoa(Koa3, options)],
  ...ADAPTERS.map(
    ([platform, createAdapter]) =>
      [`Nest 12 on ${platform}`, (options) => startContractHost(createAdapter(), options)] as [string, StartArena],
  ),
];

describe.each(HOSTS)('ten thousand aborted uploads to %s', (name, start) => {
  let aborted = 0;
  // Events are counted and not kept: what a test remembers must not look like a leak.
  const arena = useArena(start, { onEvent: ({ type }) => (aborted += type === 'aborted' ? 1 : 0) });

  it('A25 F04 P12 leave no socket, no timer and no memory behind', async () => {
    await arena.pass(formRequest(GOOD_FORM));
    arena.emulator.reset();
    const before = heldResources();
    const usedBytes: number[] = [];

    for (let round = 0; round < ROUNDS; round += 1) {
      for (const body of [LARGE_FORM, GOOD_FORM]) await resetUploads(arena, ABORTED / ROUNDS / 2, body);
      await arena.emptied();
      const expected = ((round + 1) * ABORTED) / ROUNDS;
      await within(
        WATCHDOG_MS,
        'The events',
        until(() => aborted === expected),
      );
      collectGarbage();
      usedBytes.push(process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers);
    }

    const slopeBytes = slopeOf(usedBytes.slice(WARM_UP_ROUNDS)) * ROUNDS;
    tell(
      `${name}: ${ABORTED} aborted uploads, memory grows by ${(slopeBytes / 1e6).toFixed(2)} MB per 10,000 (goal 1)`,
    );
    expect(arena.emulator.calls()).toEqual([]);
    await within(
      WATCHDOG_MS,
      'The return to what was held before',
      until(() => heldResources() <= before),
    );
    // The heap of a test runner moves by a few megabytes of its own; one kept body or socket per upload would be tens.
    expect(slopeBytes).toBeLessThan(5_000_000);
  }, 300_000);
});

/** Sockets and timers that keep the process from ending. */
function heldResources(): number {
  const { getActiveResourcesInfo } = runInThisContext('process') as NodeJS.Process;
  const kinds = ['TCPServerWrap', 'TCPSocketWrap', 'Timeout'];
  return getActiveResourcesInfo().filter((kind) => kinds.includes(kind)).length;
}

/** Growth from one value to the next, by least squares. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const products = values.map((value, index) => (index - middle) * (value - mean));
  const squares = values.map((_, index) => (index - middle) ** 2);
  return products.reduce((sum, value) => sum + value, 0) / squares.reduce((sum, value) => sum + value, 0);
}
