import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { capture, markedJpeg, printed, takeFound, watch, watched } from './canary.js';
import { type Mark, MARKS, MarkScanner, marksIn } from './canary-scan.mjs';
import { sample } from './pictures.js';

const MARK_NAMES = Object.keys(MARKS) as Mark[];
const around = (mark: string, before = 'x'): Buffer => Buffer.from(`${before}${mark}yy`);
const eachByte = (mark: string, write: (hex: string) => string): string =>
  [...Buffer.from(mark)].map((byte) => write(byte.toString(16))).join('');

/** Ways to show bytes, written apart from the scanner. */
const ENCODINGS: readonly (readonly [name: string, encode: (mark: string) => string])[] = [
  ['raw', (mark) => `see ${mark}.`],
  ['raw in lower case', (mark) => `see ${mark.toLowerCase()}.`],
  ['raw with colours and a line break', (mark) => `${mark.slice(0, 5)}\u001b[31m\n  ${mark.slice(5)}`],
  ['raw as a concatenation', (mark) => `'${mark.slice(0, 7)}' +\n  '${mark.slice(7)}'`],
  ['base64', (mark) => around(mark, '').toString('base64')],
  ['base64 a byte later', (mark) => around(mark, 'a').toString('base64')],
  ['base64 two bytes later', (mark) => around(mark, 'ab').toString('base64')],
  ['base64 in lines', (mark) => around(mark, 'abc').toString('base64').replace(/.{8}/g, '$&\r\n')],
  ['base64url', (mark) => around(mark, '\u00ff\u00fe').toString('base64url')],
  ['hex', (mark) => around(mark).toString('hex')],
  ['HEX', (mark) => around(mark).toString('hex').toUpperCase()],
  ['percent-encoded', (mark) => encodeURIComponent(`"${mark}"`)],
  ['percent-encoded byte by byte', (mark) => eachByte(mark, (hex) => `%${hex.toUpperCase()}`)],
  ['percent-encoded byte by byte in lower case', (mark) => eachByte(mark, (hex) => `%${hex}`)],
  ['JSON', (mark) => JSON.stringify({ value: `"${mark}\n` })],
  ['JSON with every character escaped', (mark) => eachByte(mark, (hex) => `\\u00${hex}`)],
  ['a string with every byte escaped', (mark) => eachByte(mark, (hex) => `\\x${hex}`)],
  ['an inspected Buffer', (mark) => inspect(around(mark))],
  ['an inspected typed array', (mark) => inspect(Uint8Array.from(around(mark)))],
  ['a Buffer in JSON', (mark) => JSON.stringify(around(mark))],
  ['a typed array in JSON', (mark) => JSON.stringify(Uint8Array.from(around(mark)))],
];

afterEach(() => {
  takeFound();
});

describe('the scanner', () => {
  it.each(MARK_NAMES.flatMap((mark) => ENCODINGS.map(([name, encode]) => ({ mark, name, encode }))))(
    'P8 D03 D04 finds the marked $mark, $name, and no other mark',
    ({ mark, encode }) => {
      const found = marksIn(`before ${encode(MARKS[mark])} behind`).map((one) => one.mark);

      expect(new Set(found)).toEqual(new Set([mark]));
    },
  );

  it('finds nothing in a text without marks, and not in the half of one', () => {
    const halves = Object.values(MARKS).map((mark) => mark.slice(0, mark.length / 2));

    expect(marksIn(`a log line, a picture of 5 MB, ${halves.join(' ')}`)).toEqual([]);
  });

  it('finds a mark that comes in pieces', () => {
    const scanner = new MarkScanner();
    for (const character of `${'x'.repeat(5_000)}${around(MARKS.key).toString('base64')}`) scanner.write(character);

    expect(scanner.found).toEqual([expect.stringMatching(/^the marked key as base64 at offset \d$/)]);
  });
});

describe('what is watched', () => {
  const fault = new Error('outside', { cause: Object.assign(new Error('inside'), { bytes: around(MARKS.picture) }) });

  it.each<[string, unknown, Mark]>([
    ['the cause of an error', fault, 'picture'],
    ['a member that is not enumerable', Object.defineProperty({}, 'key', { value: MARKS.key }), 'key'],
    ['a map', new Map([['name', new Set([MARKS['file name']])]]), 'file name'],
    ['a symbol', { [Symbol('person')]: MARKS['vendor data'] }, 'vendor data'],
    ['what a value is printed as', { toJSON: () => MARKS.key }, 'key'],
  ])('fails a test for a mark in %s, and says no more than which and where', (_what, value, mark) => {
    watch('an event', value);
    const found = takeFound();

    expect(found).not.toEqual([]);
    expect(found.filter((line) => !line.startsWith(`the marked ${mark}, `) || !line.endsWith(' in an event'))).toEqual(
      [],
    );
    expect(marksIn(found.join())).toEqual([]);
    expect(takeFound()).toEqual([]);
  });

  it('is handed on by a watched listener', () => {
    const heard: string[] = [];
    watched<string>('an event', (value) => heard.push(value))(MARKS.key);

    expect(heard).toEqual([MARKS.key]);
    expect(takeFound()).toEqual(['the marked key, raw, in an event']);
  });

  it('is everything that goes through a stream or a console, which still get it', () => {
    const shown: unknown[] = [];
    const stream = { write: (chunk: Uint8Array | string) => shown.push(String(chunk)) > 0 };
    const printer = { warn: (...values: unknown[]) => shown.push(...values) };
    const release = capture({ 'a stream': stream }, printer);

    stream.write(MARKS.key);
    stream.write(Buffer.from(MARKS.picture));
    printer.warn({ name: MARKS['file name'] });

    expect(shown).toEqual([MARKS.key, MARKS.picture, { name: MARKS['file name'] }]);
    expect(takeFound()).toEqual([
      'the marked key, raw, in a stream',
      'the marked picture, raw, in a stream',
      'the marked file name, raw, in console.warn',
    ]);
    release();
    stream.write(MARKS.key);
    expect(takeFound()).toEqual([]);
  });

  it('may be anything, also what cannot be printed', () => {
    const circular: Record<string, unknown> = { value: 1n };
    circular['self'] = circular;

    expect(() => printed(circular)).not.toThrow();
  });
});

describe('a marked picture', () => {
  it('is the picture with the mark in it', () => {
    const jpeg = sample('unmarked.jpg');

    expect(marksIn(markedJpeg(jpeg).toString('latin1')).map(({ mark }) => mark)).toEqual(['picture']);
    expect(markedJpeg(jpeg).length).toBe(jpeg.length + 4 + MARKS.picture.length);
  });
});
