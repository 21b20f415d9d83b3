import { describe, expect, it } from '@jest/globals';
import { notify } from '../src/listener.js';

describe('notify', () => {
  it('gives the event to the listener', () => {
    const heard: string[] = [];
    notify((event: string) => heard.push(event), 'allowed');

    expect(heard).toEqual(['allowed']);
  });

  it('P13 lets a failure end with the listener, at once or later', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => void unhandled.push(error);
    process.on('unhandledRejection', note);

    const fails = () => {
      throw new Error('the log is full');
    };
    expect(() => notify(fails, 'allowed')).not.toThrow();
    notify(() => Promise.reject(new Error('the log is away')), 'allowed');
    for (let round = 0; round < 3; round += 1) await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);

    expect(unhandled).toEqual([]);
  });
});
