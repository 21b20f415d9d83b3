import { describe, expect, it } from '@jest/globals';
import { type FailedEvent, type LivenessEvent, systemClock } from '@didit-liveness/core';
import { CallRecord } from '../src/call-record.js';

const at = '2026-11-22T10:00:00.000Z';
const failed = (error: FailedEvent['error']) => ({ type: 'failed', error, at }) as LivenessEvent;

describe('CallRecord', () => {
  it('counts failures that speak of the way to Didit, until an answer', () => {
    const record = new CallRecord();

    record.note(failed('connection'));
    record.note(failed('insufficient-credits'));
    expect(record).toMatchObject({ failures: 2, lastError: 'insufficient-credits' });
    record.note({ type: 'decided', at } as LivenessEvent);
    expect(record).toMatchObject({ failures: 0, lastAnsweredAt: at });
  });

  it('counts what was let through unchecked, and calls that are stopped: Didit is not reached either (F10, F12)', () => {
    const record = new CallRecord();

    record.note({ type: 'skipped', error: 'unavailable', at } as LivenessEvent);
    record.note(failed('circuit-open'));

    expect(record).toMatchObject({ failures: 2, lastError: 'circuit-open' });
  });

  it('F06 tells how long ago a failure was, by a clock that does not jump', () => {
    let now = 5_000;
    const record = new CallRecord({ ...systemClock, now: () => now });

    expect(record.sinceFailureMs).toBe(Infinity);
    record.note(failed('timeout'));
    now += 700;

    expect(record.sinceFailureMs).toBe(700);
  });

  it.each([failed('bad-request'), failed('client-closed'), { type: 'refused', at } as LivenessEvent])(
    'does not count %j',
    (event) => {
      const record = new CallRecord();

      record.note(event);

      expect(record.failures).toBe(0);
    },
  );
});
