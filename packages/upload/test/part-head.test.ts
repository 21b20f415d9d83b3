import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parsePartHead } from '../src/part-head.js';

const parse = (...lines: readonly string[]) => parsePartHead(Buffer.from(lines.join('\r\n'), 'latin1'));
const DISPOSITION = 'Content-Disposition: form-data; name="selfie"';
const MALFORMED = { kind: 'refused', code: 'malformed-upload' };
const file = (name = 'selfie', declaredType = 'text/plain') => ({ kind: 'file', name, declaredType });
const text = (name: string, encoding = 'utf8') => ({ kind: 'text', name, encoding });

/** In these, bytes of ASCII may stand for other characters. */
const CHARSETS_BESIDE_ASCII = ['utf-7', 'utf7', 'UTF-16LE', 'utf16', 'iso-2022-jp', 'iso2022-jp', 'IBM037'];

describe('the head of a part', () => {
  it.each([
    ['a browser', [`${DISPOSITION}; filename="face.jpg"`, 'Content-Type: image/jpeg'], file('selfie', 'image/jpeg')],
    ['.NET', ["Content-Disposition: form-data; name=selfie; filename=f.jpg; filename*=utf-8''f.jpg"], file()],
    ['an old browser', [`${DISPOSITION}; filename="C:\\fakepath\\face.jpg"`], file()],
    ['curl', [`${DISPOSITION}; filename="a\\"b\\\\.jpg"`, 'Content-Type: image/jpeg'], file('selfie', 'image/jpeg')],
    [
      'okhttp',
      [`${DISPOSITION}; filename="a"`, 'Content-Type: image/*', 'Content-Length: 5'],
      file('selfie', 'image/*'),
    ],
    ['React Native', [`${DISPOSITION}; filename="a"`, 'content-type: jpg'], file()],
    ['React Native, with its name', [`${DISPOSITION}; filename="a(1)"; filename*=utf-8''a(1)'/.jpg`], file()],
    ['reqwest', ["Content-Disposition: form-data; name*=utf-8''my%20pr%C3%A9nom"], text('my pr\u00e9nom')],
    [
      'aiohttp',
      ['Content-Type: image/png', 'Content-Disposition: form-data; name*=utf-8\'\'a; filename="b"'],
      file('a', 'image/png'),
    ],
    [
      'requests, of bytes',
      [DISPOSITION, 'Content-Type: application/octet-stream'],
      { ...text('selfie'), kind: 'no-file' },
    ],
    ['a careless client', [`${DISPOSITION}; filename="a"`, 'Content-Type: image/jpeg; x'], file()],
    [
      'a shouting client',
      ['CONTENT-DISPOSITION:FORM-DATA;NAME=a;FILENAME=b', 'CONTENT-TYPE:IMAGE/PNG'],
      file('a', 'image/png'),
    ],
    [
      'an older Java client',
      [
        'Content-Disposition: form-data; name="a"',
        'Content-Type: text/plain; charset=ISO-8859-1',
        'Content-Transfer-Encoding: 8bit',
      ],
      text('a', 'latin1'),
    ],
    [
      'a client with JSON',
      ['Content-Disposition: form-data; name="a"', 'Content-Type: application/json; charset="utf-8"'],
      text('a'),
    ],
    [
      'a mail client',
      ['Content-Disposition:  \tform-data; name="a"', 'Content-Type: text/plain; format=flowed'],
      text('a'),
    ],
    [
      'a client with a type that nobody can read',
      ['Content-Disposition: form-data; name="a"', `Content-Type: ${'x'.repeat(16)}; charset=utf-16`],
      text('a'),
    ],
    ['a client that tells its language', ["Content-Disposition: form-data; name*=UTF-8'en-GB'a"], text('a')],
    [
      'a client with the longest extended name',
      [`Content-Disposition: form-data; name*=utf-8''${'a'.repeat(100)}`],
      text('a'.repeat(100)),
    ],
    ['a client without types', ['Content-Disposition: form-data; name="a"'], text('a')],
    ['a client with an empty type', ['Content-Disposition: form-data; name="a"', 'Content-Type: '], text('a')],
    [
      'a client with more to say',
      ['Content-Disposition: form-data; name="a"; size=5; x="y"', 'X-A: \u00e9', 'X-A: again'],
      text('a'),
    ],
    ['a client of a type cut short', [DISPOSITION, 'Content-Type: text/plain;'], text('selfie')],
    ['a client of no charset', [DISPOSITION, 'Content-Type: text/plain; charset='], text('selfie')],
    ['a client of half a type', [DISPOSITION, 'Content-Type: text'], text('selfie')],
    ['a client of a malformed type', [DISPOSITION, 'Content-Type: text/plain; x'], text('selfie')],
    [
      'an older client on Windows',
      [DISPOSITION, 'Content-Type: text/plain; charset=windows-1252'],
      text('selfie', 'ascii'),
    ],
    [
      'a client of an unknown charset',
      [DISPOSITION, 'Content-Type: text/plain; charset=constructor'],
      text('selfie', 'ascii'),
    ],
    ['a client with spaces', ['Content-Disposition:\tform-data ; \tname="a" \t'], text('a')],
  ])('is read as %s writes it', (_who, lines, head) => {
    expect(parse(...lines)).toEqual(head);
  });

  it.each([
    ['utf-8', 'utf8'],
    ['UTF8', 'utf8'],
    ['us-ascii', 'latin1'],
    ['ASCII', 'latin1'],
    ['iso-8859-1', 'latin1'],
    ['Latin1', 'latin1'],
    ['iso-8859-15', 'ascii'],
  ])('A15 reads text of the charset %s as %s', (charset, encoding) => {
    expect(parse(DISPOSITION, `Content-Type: text/plain; charset=${charset}`)).toEqual(text('selfie', encoding));
  });

  it.each([
    ['pr\u00c3\u00a9nom', 'pr\u00e9nom'],
    ['na\u00efve', 'na\ufffdve'],
    ['a%22b%0d%0A', 'a"b\r\n'],
    ['50%', '50%'],
    ['a%5Bb%5D', 'a%5Bb%5D'],
    ['a\\"b\\\\c', 'a"b\\c'],
    ['n'.repeat(100), 'n'.repeat(100)],
  ])('A14 reads the name %j', (written, name) => {
    expect(parse(`Content-Disposition: form-data; name="${written}"`)).toEqual(text(name));
  });

  it.each([
    ['an empty name', [`${DISPOSITION}; filename=""`, 'Content-Type: application/octet-stream'], 'no-file'],
    ['no name but bytes', [DISPOSITION, 'Content-Type: application/octet-stream'], 'no-file'],
    ['a path without an end', [`${DISPOSITION}; filename="a/"`], 'file'],
    ['the folder itself', [`${DISPOSITION}; filename="."`], 'file'],
    ['the folder above', [`${DISPOSITION}; filename="C:\\a\\.."`], 'file'],
    ['the folder above, escaped', [`${DISPOSITION}; filename="a"; filename*=utf-8''%2e%2e`], 'file'],
    ['an extended name that is empty', [`${DISPOSITION}; filename*=utf-8''`], 'file'],
    ['an extended name in quotes', [`${DISPOSITION}; filename*=""`, 'Content-Type: application/octet-stream'], 'file'],
    ['an extended name of another charset', [`${DISPOSITION}; filename*=koi8-r''a`], 'file'],
    ['an extended name cut within an escape', [`${DISPOSITION}; filename*=utf-8''a%4`], 'file'],
    ['an empty name beside an extended one', [`${DISPOSITION}; filename=""; filename*=UTF-8'en'f%C3%A9.jpg`], 'file'],
    ['an extended name in ISO-8859-1', [`${DISPOSITION}; filename*=iso-8859-1''f%e9.jpg`], 'file'],
    ['three dots', [`${DISPOSITION}; filename="..."`], 'file'],
    ['an empty name of an image', [`${DISPOSITION}; filename=""`, 'Content-Type: image/jpeg'], 'text'],
    ['no name of an image', [DISPOSITION, 'Content-Type: image/jpeg'], 'text'],
  ])('A08 A14 tells by its file name what a part is: %s', (_what, lines, kind) => {
    expect(parse(...lines).kind).toBe(kind);
  });

  it.each([
    ['no lines', ['']],
    ['no disposition', ['X: y']],
    ['an empty disposition', ['Content-Disposition: ']],
    ['another disposition', ['Content-Disposition: attachment; name="a"']],
    ['a longer disposition', ['Content-Disposition: form-data-x; name="a"']],
    ['no name', ['Content-Disposition: form-data; filename="a"']],
    ['an empty name', ['Content-Disposition: form-data; name=""']],
    ['a name of 101 characters', [`Content-Disposition: form-data; name="${'n'.repeat(101)}"`]],
    ['a name of 101 characters of no file', [`Content-Disposition: form-data; name="${'n'.repeat(101)}"; filename=""`]],
    ['a name without an end', ['Content-Disposition: form-data; name="a']],
    ['a name with an escaped end', ['Content-Disposition: form-data; name="a\\"']],
    ['two names', [`${DISPOSITION}; NAME="b"`]],
    ['two file names', [`${DISPOSITION}; filename="a"; filename="b"`]],
    ['a parameter without a value', [`${DISPOSITION}; x`]],
    ['a parameter with an empty value', [`${DISPOSITION}; x=`]],
    ['a parameter without a name', [`${DISPOSITION}; =x`]],
    ['a semicolon at the end', [`${DISPOSITION};`]],
    ['a comma between parameters', [`${DISPOSITION}, filename="a"`]],
    ['a name and an extended one', [`${DISPOSITION}; name*=utf-8''selfie`]],
    ...[
      "utf-8''",
      "x-utf-8''a",
      "utf-8'a",
      'a',
      '"utf-8\'\'a"',
      "iso-8859-1''a",
      "utf-8''a(1)",
      "utf-8''a%4",
      "utf-8''%ff",
      "utf-8''a%00",
    ].map((value): [string, string[]] => [
      `the extended name ${value}`,
      [`Content-Disposition: form-data; name*=${value}`],
    ]),
    ['an extended name of 101 characters', [`Content-Disposition: form-data; name*=utf-8''${'n'.repeat(101)}`]],
    ['a letter escaped in a name', ['Content-Disposition: form-data; name="s\\elfie"']],
    ['a name in pieces', ['Content-Disposition: form-data; name*0="sel"; name*1="fie"']],
    ['a file name in pieces', [`${DISPOSITION}; filename*0="a"`]],
    ['a file name in extended pieces', [`${DISPOSITION}; filename*0*=utf-8''a`]],
    ['another extended parameter', [`${DISPOSITION}; x*=utf-8''a`]],
    ['two extended file names', [`${DISPOSITION}; filename*=a; filename*=b`]],
    ['a piece behind an extended name', [`${DISPOSITION}; filename*=utf-8''a;b`]],
    ['a second disposition', [DISPOSITION, 'Content-Disposition: form-data; name="b"']],
    ['a second type', [DISPOSITION, 'Content-Type: text/plain', 'content-type: text/plain']],
    ['a folded line', ['Content-Disposition: form-data;', ' name="a"']],
    ['a line without a colon', [DISPOSITION, 'x']],
    ['a line without a name', [DISPOSITION, ': x']],
    ['a space in front of a colon', ['Content-Disposition : form-data; name="a"']],
    ['a line like a delimiter', [DISPOSITION, '--edge: x']],
    ['a lone carriage return', [`${DISPOSITION}\rX: y`]],
    ['a lone line feed', [`${DISPOSITION}\nX: y`]],
    ['a NUL', ['Content-Disposition: form-data; name="a\0"']],
    ['a byte that is no space', ['Content-Disposition: form-data; name="a"\u00a0']],
    ...CHARSETS_BESIDE_ASCII.map((charset): [string, string[]] => [
      `text in ${charset}`,
      [DISPOSITION, `Content-Type: text/plain; charset=${charset}`],
    ]),
    ['text of two charsets', [DISPOSITION, 'Content-Type: text/plain; charset=utf-8; charset=ascii']],
  ])('A15 A32 is refused for %s', (_what, lines) => {
    expect(parse(...lines)).toEqual(MALFORMED);
  });

  it.each(['7bit', '8bit', 'binary', 'BINARY', 'binary \t', ''])('A16 takes the transfer encoding %j', (encoding) => {
    expect(parse(DISPOSITION, `Content-Transfer-Encoding: ${encoding}`)).toEqual(text('selfie'));
  });

  it.each(['base64', 'quoted-printable', 'x-uuencode', 'binary, base64'])('A16 refuses %j', (encoding) => {
    expect(parse(DISPOSITION, `Content-Transfer-Encoding: ${encoding}`)).toEqual(MALFORMED);
    expect(parse(`${DISPOSITION}; filename="a"`, `Content-Transfer-Encoding: ${encoding}`)).toEqual({
      kind: 'refused',
      code: 'unsupported-media-type',
    });
  });

  it.each([
    [`Content-Disposition: form-data; name="a"${' '.repeat(8_000)}\u0007`],
    [`Content-Disposition: form-data; name="${'\\"'.repeat(4_000)}`],
    [`Content-Disposition: form-data${'; '.repeat(4_000)}`],
    [`Content-Disposition: form-data${';a=b'.repeat(2_000)}`],
    [`${DISPOSITION}\r\nContent-Type: a/b${' ;'.repeat(4_000)}`],
    [`${DISPOSITION}\r\nContent-Transfer-Encoding: ${' '.repeat(8_000)}x`],
    [`Content-Disposition: form-data; name*=utf-8''${'%41'.repeat(2_600)}(`],
    [`Content-Disposition: form-data; ${'*='.repeat(4_000)}`],
    ['x'.repeat(8_100)],
  ])('A11 is read in no time, whatever it repeats', (line) => {
    const started = process.cpuUsage();

    for (let turn = 0; turn < 20; turn += 1) parse(line);

    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(500);
  });

  it('A32 refuses another disposition, of any length', () => {
    const outcomes = Array.from({ length: 40 }, (_, length) =>
      parse(`Content-Disposition: ${'x'.repeat(length)}; name="a"`),
    );

    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome)))).toEqual(new Set([JSON.stringify(MALFORMED)]));
  });

  it('A32 comes to an outcome for any bytes', () => {
    const lines = fc.array(
      fc.oneof(
        fc.constantFrom(
          DISPOSITION,
          'Content-Type: text/plain',
          ';',
          '=',
          '"',
          '\\',
          '\r\n',
          ' ',
          ':',
          'filename',
          "*=utf-8''",
        ),
        fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      ),
      { maxLength: 10 },
    );

    fc.assert(
      fc.property(lines, (pieces) => {
        const head = parsePartHead(Buffer.from(pieces.join(''), 'latin1'));

        expect(['text', 'file', 'no-file', 'refused']).toContain(head.kind);
        if (head.kind !== 'refused') expect(head.name.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});
