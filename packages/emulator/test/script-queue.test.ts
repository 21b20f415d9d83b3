import { describe, expect, it } from '@jest/globals';
import { createScriptQueue } from '../src/script-queue.js';

describe('createScriptQueue', () => {
  it('gives scenarios in the order and as often as they were added', () => {
    const queue = createScriptQueue();
    queue.add('spoof', 2);
    queue.add('500', 1);

    const taken = [queue.take(), queue.take(), queue.take(), queue.take()];

    expect(taken).toEqual(['spoof', 'spoof', '500', undefined]);
  });

  it('shows the next one without using it up', () => {
    const queue = createScriptQueue();
    queue.add('spoof', 1);

    expect([queue.peek(), queue.peek(), queue.length()]).toEqual(['spoof', 'spoof', 1]);
  });

  it.each([0, -1, 1.5, Number.NaN, 100_001, '1', null])('refuses %p times', (times) => {
    const queue = createScriptQueue();

    expect(() => queue.add('spoof', times)).toThrow('allowed is a whole number from 1 to 100000');
    expect(queue.length()).toBe(0);
  });
});
