import { describe, expect, it } from '@jest/globals';
import { createScriptQueue } from '../src/script-queue.js';

describe('createScriptQueue', () => {
  it('gives scenarios in the order and as often as they were added', () => {
    const queue = createScriptQueue();
    queue.add({ scenario: 'spoof', times: 2 });
    queue.add({ scenario: '500', times: 1 });

    const taken = [
      queue.take('passive-liveness'),
      queue.take('passive-liveness'),
      queue.take('passive-liveness'),
      queue.take('passive-liveness'),
    ];

    expect(taken).toEqual(['spoof', 'spoof', '500', undefined]);
  });

  it('shows the next one without using it up', () => {
    const queue = createScriptQueue();
    queue.add({ scenario: 'spoof', times: 1 });

    expect([queue.peek('passive-liveness'), queue.peek('passive-liveness'), queue.length()]).toEqual([
      'spoof',
      'spoof',
      1,
    ]);
  });

  it.each([0, -1, 1.5, Number.NaN, 100_001, '1', null])('refuses %p times', (times) => {
    const queue = createScriptQueue();

    expect(() => queue.add({ scenario: 'spoof', times: times })).toThrow('allowed is a whole number from 1 to 100000');
    expect(queue.length()).toBe(0);
  });
});
