import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { nodeTimers } from '../src/schedule.js';

describe('nodeTimers', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('runs a task once, when its time has come', () => {
    let runs = 0;
    nodeTimers(() => (runs += 1), 500);

    jest.advanceTimersByTime(499);
    expect(runs).toBe(0);
    jest.advanceTimersByTime(10_000);
    expect(runs).toBe(1);
  });

  it('runs no task that was called off', () => {
    let runs = 0;
    const callOff = nodeTimers(() => (runs += 1), 500);

    callOff();
    jest.advanceTimersByTime(10_000);

    expect(runs).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });
});
