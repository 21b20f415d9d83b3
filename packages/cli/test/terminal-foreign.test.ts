import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { foreign, toJsonText } from '../src/terminal/foreign.js';
import { printable } from '../src/terminal/terminal.js';

const ESCAPE = String.fromCharCode(27);

describe('foreign', () => {
  it.each([
    ['an escape sequence', `b${ESCAPE}[8mconceal.jpg`, 'b?[8mconceal.jpg'],
    ['our own colours', `${ESCAPE}[32mAPPROVED${ESCAPE}[39m`, '?[32mAPPROVED?[39m'],
    ['a line break', 'a\nAPPROVED  forged.jpg', 'a?APPROVED  forged.jpg'],
    ['line breaks of Unicode', 'a\u0085b\u2028c\u2029d', 'a?b?c?d'],
    ['a turned direction', 'a\u202egpj.exe\u2066\u200f', 'a?gpj.exe??'],
  ])('takes %s away', (_, text, expected) => {
    expect(foreign(text)).toBe(expected);
  });

  it('keeps the letters of every language, and emoji', () => {
    const text = 'caf\u00e9 \u05d0\u05d1 \u{1f468}\u200d\u{1f469}';

    expect(foreign(text)).toBe(text);
  });
});

describe('printable', () => {
  it('keeps our line breaks and colours, and nothing else', () => {
    const text = `${ESCAPE}[1m${ESCAPE}[32mAPPROVED${ESCAPE}[39m${ESCAPE}[22m\n`;

    expect(printable(`${text}${ESCAPE}[8mx${ESCAPE}[2J\r\u202e`)).toBe(`${text}?[8mx?[2J??`);
  });
});

describe('toJsonText', () => {
  it('keeps every string exact, and shows nothing that acts on a screen', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const text = toJsonText({ name });

        expect(JSON.parse(text)).toEqual({ name });
        expect(foreign(text.replaceAll('\n', ''))).toBe(text.replaceAll('\n', ''));
      }),
    );
  });

  it('escapes what JSON itself lets through', () => {
    expect(toJsonText(['\u0085\u202e\u007f'])).toBe('[\n  "\\u0085\\u202e\\u007f"\n]');
  });
});
