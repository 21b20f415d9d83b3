import { describe, expect, it } from '@jest/globals';
import { createMemoryInbox } from '../src/index.js';
import { FakeClock } from './support/fake-clock.js';

describe('createMemoryInbox', () => {
  it('gives an event to one caller, until it is finished', () => {
    const inbox = createMemoryInbox();

    expect([inbox.begin('a'), inbox.begin('a'), inbox.begin('b')]).toEqual(['new', 'running', 'new']);
    void inbox.finish('a');
    expect([inbox.begin('a'), inbox.begin('b')]).toEqual(['done', 'running']);
  });

  it('gives a released event to the next caller', () => {
    const inbox = createMemoryInbox();
    void inbox.begin('a');

    void inbox.release('a');

    expect(inbox.begin('a')).toBe('new');
  });

  it('forgets a handled event after its time, and not before', () => {
    const clock = new FakeClock();
    const inbox = createMemoryInbox({ ttlSeconds: 600, clock });
    void inbox.begin('a');
    void inbox.finish('a');

    clock.advance(599_999);
    expect(inbox.begin('a')).toBe('done');
    clock.advance(1);
    expect(inbox.begin('a')).toBe('new');
  });

  it('forgets the oldest handled event for one too many, and never one that runs', () => {
    const inbox = createMemoryInbox({ maxEvents: 2 });
    void inbox.begin('running');
    for (const key of ['a', 'b', 'c']) {
      void inbox.begin(key);
      void inbox.finish(key);
    }

    expect(['b', 'c', 'running'].map((key) => inbox.begin(key))).toEqual(['done', 'done', 'running']);
    expect(inbox.begin('a')).toBe('new');
  });

  it('takes no more events than it can remember', () => {
    const inbox = createMemoryInbox({ maxEvents: 1 });

    expect([inbox.begin('a'), inbox.begin('b')]).toEqual(['new', 'running']);
    void inbox.finish('a');
    expect(inbox.begin('b')).toBe('new');
  });

  it.each([{ maxEvents: 0 }, { ttlSeconds: 599 }, { ttl: 600 }, { clock: {} as FakeClock }])(
    'D08 refuses the options %j',
    (options) => {
      expect(() => createMemoryInbox(options)).toThrow('createMemoryInbox.');
    },
  );
});
