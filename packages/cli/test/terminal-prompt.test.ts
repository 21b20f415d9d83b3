import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { promptSecret } from '../src/terminal/prompt.js';

/** What is answered to these keys, and all that the screen shows meanwhile. */
async function typed(keys: string, isLast = false) {
  const input = new PassThrough();
  const output = new PassThrough();
  const answer = promptSecret('Enter it: ', input, output).catch((error: unknown) => error);
  if (isLast) input.end(keys);
  else input.write(keys);
  const given = await answer;
  output.end();
  return { given, screen: await text(output) };
}

describe('promptSecret', () => {
  it('takes a line, without what surrounds it, and shows nothing of it (D03)', async () => {
    expect(await typed('  A-fake-Passw0rd \r')).toEqual({ given: 'A-fake-Passw0rd', screen: 'Enter it: \n' });
  });

  it.each([
    ['Ctrl-C', 'half\u0003', false],
    ['Ctrl-D', '\u0004', false],
    ['the end of the input', 'half', true],
  ])('ends with a message at %s, and shows nothing of what was typed (D03)', async (_name, keys, isLast) => {
    const { given, screen } = await typed(keys, isLast);

    expect(given).toMatchObject({ name: 'UsageError', message: 'Nothing was entered.' });
    expect(screen).toBe('Enter it: \n');
  });
});
