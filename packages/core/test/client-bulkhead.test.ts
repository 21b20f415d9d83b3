import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Bulkhead } from '../src/client/bulkhead.js';
import { Deadline } from '../src/client/deadline.js';
import { FakeClock } from './support/fake-clock.js';
import { rejectionOf } from './support/server.js';

const ENDPOINT = 'POST /v3/passive-liveness/';

/** A call that ends when the test says so. */
function heldCall() {
  let end = (): void => {};
  const state = { started: false };
  const run = () => {
    state.started = true;
    return new Promise<void>((resolve) => (end = resolve));
  };
  return { run, state, end: () => end() };
}

function bulkheadOf(maxRunning: number, maxWaiting: number, clock = new FakeClock()): Bulkhead {
  return new Bulkhead({ maxRunning, maxWaiting, maxWaitMs: 500, clock });
}

function deadlineOf(clock = new FakeClock(), signal?: AbortSignal): Deadline {
  return new Deadline(clock, 1_000, signal);
}

/** Lets everything that can go on do so. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a bulkhead', () => {
  it('lets so many calls run, and the others in their order as places get free (E17)', async () => {
    const bulkhead = bulkheadOf(2, 2);
    const calls = [heldCall(), heldCall(), heldCall(), heldCall()];
    const started = () => calls.map(({ state }) => state.started);
    const runs = calls.map(({ run }) => bulkhead.run(ENDPOINT, deadlineOf(), run));
    await settled();
    expect(started()).toEqual([true, true, false, false]);

    calls[1]?.end();
    await settled();
    expect(started()).toEqual([true, true, true, false]);

    for (const { end } of calls) end();
    await settled();
    for (const { end } of calls) end();
    await Promise.all(runs);
    expect(started()).toEqual([true, true, true, true]);
  });

  it('refuses at once what would have to wait behind too many (E17)', async () => {
    const bulkhead = bulkheadOf(1, 0);
    const call = heldCall();
    const running = bulkhead.run(ENDPOINT, deadlineOf(), call.run);

    expect(await rejectionOf(bulkhead.run(ENDPOINT, deadlineOf(), async () => {}))).toMatchObject({
      code: 'overloaded',
      billed: 'no',
      retryable: true,
      retryAfterMs: 1_000,
    });
    call.end();
    await running;
  });

  it('gives up a call whose time is up before its turn, and one that is aborted (E17)', async () => {
    const clock = new FakeClock();
    const bulkhead = bulkheadOf(1, 5);
    const first = heldCall();
    const running = bulkhead.run(ENDPOINT, deadlineOf(), first.run);
    const controller = new AbortController();
    const late = heldCall();
    const gone = heldCall();
    const errors = Promise.all([
      rejectionOf(bulkhead.run(ENDPOINT, deadlineOf(clock), late.run)),
      rejectionOf(bulkhead.run(ENDPOINT, deadlineOf(clock, controller.signal), gone.run)),
    ]);

    controller.abort();
    clock.advance(1_000);

    expect(await errors).toMatchObject([
      { code: 'overloaded', billed: 'no' },
      { code: 'aborted', billed: 'no' },
    ]);
    first.end();
    await running;
    expect([late.state, gone.state]).toEqual([{ started: false }, { started: false }]);
  });

  it('gives up a call that waited for too long, and lets one that waited know of it (E17, F12)', async () => {
    const clock = new FakeClock();
    const bulkhead = bulkheadOf(1, 5, clock);
    const first = heldCall();
    const running = bulkhead.run(ENDPOINT, deadlineOf(clock), first.run);
    const early = rejectionOf(bulkhead.run(ENDPOINT, deadlineOf(clock), first.run));
    clock.advance(300);
    const deadline = deadlineOf(clock);
    const late = heldCall();
    const waited = bulkhead.run(ENDPOINT, deadline, late.run);
    clock.advance(300);

    expect(await early).toMatchObject({ code: 'overloaded', billed: 'no' });
    first.end();
    await settled();
    expect(late.state.started).toBe(true);
    late.end();
    await Promise.all([running, waited]);
    clock.advance(1_000);
    expect(deadline.isOfOwnMaking()).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('gives up at once what was aborted before', async () => {
    const bulkhead = bulkheadOf(1, 5);
    const first = heldCall();
    const running = bulkhead.run(ENDPOINT, deadlineOf(), first.run);

    const error = await rejectionOf(
      bulkhead.run(ENDPOINT, deadlineOf(new FakeClock(), AbortSignal.abort()), first.run),
    );

    expect(error).toMatchObject({ code: 'aborted' });
    first.end();
    await running;
  });

  it('hands on what a call throws, and the place', async () => {
    const bulkhead = bulkheadOf(1, 0);

    expect(
      await rejectionOf(bulkhead.run(ENDPOINT, deadlineOf(), () => Promise.reject(new Error('fault')))),
    ).toMatchObject({ message: 'fault' });
    expect(await bulkhead.run(ENDPOINT, deadlineOf(), async () => 'answer')).toBe('answer');
  });

  it('never runs too many, keeps the order and loses no place, whoever ends or gives up when (E17)', async () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ do: fc.constant('enter' as const) }),
        fc.record({ do: fc.constantFrom('end' as const, 'abort' as const), index: fc.nat(20) }),
      ),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 4 }),
        steps,
        async (most, waiting, all) => {
          const bulkhead = bulkheadOf(most, waiting);
          const started: number[] = [];
          const calls: { id: number; abort: () => void; end: () => void; isOver: () => boolean }[] = [];
          const running = () => started.filter((id) => !calls[id]?.isOver());
          for (const step of all) {
            const target = 'index' in step ? calls[step.index % Math.max(1, calls.length)] : undefined;
            if (step.do === 'enter') enter();
            else if (step.do === 'abort') target?.abort();
            else target?.end();
            await settled();
            expect(running().length).toBeLessThanOrEqual(most);
          }
          for (const { abort, end } of calls) {
            abort();
            end();
            await settled();
          }
          expect(started).toEqual([...started].sort((left, right) => left - right));

          const fresh = Array.from({ length: most }, () => heldCall());
          const runs = fresh.map(({ run }) => bulkhead.run(ENDPOINT, deadlineOf(), run));
          await settled();
          expect(fresh.every(({ state }) => state.started)).toBe(true);
          for (const { end } of fresh) end();
          await Promise.all(runs);

          function enter(): void {
            const id = calls.length;
            const controller = new AbortController();
            let end = (): void => {};
            let over = false;
            const run = () => {
              started.push(id);
              return new Promise<void>((resolve) => (end = resolve));
            };
            bulkhead
              .run(ENDPOINT, deadlineOf(new FakeClock(), controller.signal), run)
              .catch(() => {})
              .finally(() => (over = true));
            calls.push({ id, abort: () => controller.abort(), end: () => end(), isOver: () => over });
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
