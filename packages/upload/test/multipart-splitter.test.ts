import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { MultipartSplitter } from '../src/multipart-splitter.js';
import type { UploadRefusalCode } from '../src/reading.js';

const BOUNDARY = 'edge';
const KIB = 1024;

interface Part {
  readonly head: string;
  content: string;
  isComplete: boolean;
}

interface Split {
  readonly parts: readonly Part[];
  readonly outcome: UploadRefusalCode | 'complete' | 'incomplete';
}

/** Splits a body that arrives in pieces which end where `ends` says. */
function split(body: string, ends: readonly number[] = [], boundary = BOUNDARY): Split {
  const bytes = Buffer.from(body, 'latin1');
  const parts: Part[] = [];
  const splitter = new MultipartSplitter(boundary, {
    onHead: (head) => void parts.push({ head: head.toString('latin1'), content: '', isComplete: false }),
    onContent: (content) => {
      expect(content.length).toBeGreaterThan(0);
      const part = parts.at(-1);
      if (part) part.content += content.toString('latin1');
      return undefined;
    },
    onPartEnd: () => {
      const part = parts.at(-1);
      if (part) part.isComplete = true;
    },
  });
  const bounds = [0, ...ends.filter((end) => end < bytes.length).sort((one, other) => one - other), bytes.length];
  const codes = bounds.slice(1).map((end, index) => splitter.push(bytes.subarray(bounds[index], end)));
  const code = codes.find((one) => one !== undefined);
  return { parts, outcome: code ?? (splitter.isComplete ? 'complete' : 'incomplete') };
}

const everyByte = (body: string) => Array.from(body, (_, index) => index);
const partOf = (head: string, content: string) => `--${BOUNDARY}\r\n${head}\r\n\r\n${content}\r\n`;
const END = `--${BOUNDARY}--`;

describe('MultipartSplitter', () => {
  it('gives head and content of every part', () => {
    expect(split(`${partOf('A: b\r\nC: d', 'one')}${partOf('E: f', '')}${END}\r\n`)).toEqual({
      outcome: 'complete',
      parts: [
        { head: 'A: b\r\nC: d', content: 'one', isComplete: true },
        { head: 'E: f', content: '', isComplete: true },
      ],
    });
  });

  const pieces = fc.array(
    fc.oneof(
      fc.constantFrom('\r', '\n', '\r\n', '\r\n\r\n', '\r\n-', '\r\n--', `--${BOUNDARY}`, '\n--edg', '\r\n--edg'),
      fc.string({ maxLength: 20 }).map((text) => text.replaceAll(/[^ -~]/g, '')),
    ),
    { maxLength: 8 },
  );
  /** Content that holds beginnings of a delimiter but none. */
  const contents = pieces.map((list) => list.join('')).filter((text) => !`\r\n${text}\r\n`.includes(`\n--${BOUNDARY}`));

  it('B15 gives the same parts however the body is cut', () => {
    fc.assert(
      fc.property(fc.array(contents, { maxLength: 4 }), fc.array(fc.nat(400), { maxLength: 12 }), (texts, ends) => {
        const body = `${texts.map((text) => partOf('A: b', text)).join('')}${END}`;
        const expected = texts.map((content) => ({ head: 'A: b', content, isComplete: true }));

        for (const cuts of [[], ends, everyByte(body)]) {
          expect(split(body, cuts)).toEqual({ outcome: 'complete', parts: expected });
        }
      }),
    );
  });

  it('A06 is incomplete when the body is cut at any byte', () => {
    const body = `${partOf('A: b', '\r\n--edg')}${partOf('E: f', 'x')}${END}`;

    for (let length = 0; length < body.length; length += 1) {
      expect([length, split(body.slice(0, length)).outcome]).toEqual([length, 'incomplete']);
      expect(split(body.slice(0, length), everyByte(body)).outcome).toBe('incomplete');
    }
  });

  it('A32 refuses any bytes once it has refused', () => {
    const splitter = new MultipartSplitter(BOUNDARY, {
      onHead: () => 'selfie-duplicated',
      onContent: () => 'selfie-too-large',
      onPartEnd: () => {},
    });

    expect(splitter.push(Buffer.from(partOf('A: b', 'x')))).toBe('selfie-duplicated');
    expect(splitter.push(Buffer.from(END))).toBe('selfie-duplicated');
    expect(splitter.isComplete).toBe(false);
  });

  it('tells nothing of a part once its content was refused', () => {
    const told: string[] = [];
    const splitter = new MultipartSplitter(BOUNDARY, {
      onHead: () => undefined,
      onContent: (content) => {
        told.push(content.toString());
        return 'selfie-too-large';
      },
      onPartEnd: () => void told.push('end'),
    });

    expect(splitter.push(Buffer.from(`${partOf('A: b', 'x')}${END}`))).toBe('selfie-too-large');
    expect(told).toEqual(['x']);
  });

  it.each([
    ['a space behind a delimiter', `--edge \r\nA: b\r\n\r\nx\r\n${END}`],
    ['a byte behind a delimiter', `--edge\r\nA: b\r\n\r\nx\r\n--edgex\r\n${END}`],
    ['a byte and a line feed behind a delimiter', `--edgex\nA: b\r\n\r\nx\r\n${END}`],
    ['a byte and a dash behind a delimiter', `${partOf('A: b', 'x')}--edgex-`],
    ['one dash behind a delimiter', `${partOf('A: b', 'x')}--edge-x`],
    ['a lone line feed behind a delimiter', `--edge\nA: b\r\n\r\nx\r\n${END}`],
    ['a lone carriage return behind a delimiter', `--edge\rA: b\r\n\r\nx\r\n${END}`],
    ['a delimiter straight behind a head', `--edge\r\nA: b\r\n\r\n--edge\r\nC: d\r\n\r\nx\r\n${END}`],
    ['a second form behind the first', `${partOf('A: b', 'x')}${END}\r\n${partOf('A: b', 'y')}${END}`],
    ['a lone line feed before a delimiter', `--edge\r\nA: b\r\n\r\nx\n--edge\r\nC: d\r\n\r\ny\r\n${END}`],
    ['a lone line feed before the last delimiter', `--edge\r\nA: b\r\n\r\nx\n${END}`],
    ['a line feed too many before a delimiter', `--edge\r\nA: b\r\n\r\nx\r\n\n--edge\r\nC: d\r\n\r\ny\r\n${END}`],
    ['a lone line feed behind a head', `--edge\r\nA: b\r\n\r\n\n${END}`],
    ['a lone line feed before the form', `x\n${partOf('A: b', 'x')}${END}`],
    ['a line feed at the very start', `\n${partOf('A: b', 'x')}${END}`],
    ['a boundary that goes on behind a lone line feed', partOf('A: b', 'x\n--edges') + END],
    ['a byte behind the last delimiter', `${partOf('A: b', 'x')}${END}evil\r\n${partOf('A: b', 'y')}${END}`],
    ['a byte behind padding', `${partOf('A: b', 'x')}${END} \tx`],
    ['a lone line feed behind the last delimiter', `${partOf('A: b', 'x')}${END}\n`],
    ['a carriage return alone behind the last delimiter', `${partOf('A: b', 'x')}${END}\rx`],
    ['two carriage returns behind the last delimiter', `${partOf('A: b', 'x')}${END}\r\r\n`],
    ['padding behind a carriage return', `${partOf('A: b', 'x')}${END}\r `],
    ['endless padding', `${partOf('A: b', 'x')}${END}${' '.repeat(5 * KIB)}`],
    ['a lone line feed and a delimiter behind the form', `${partOf('A: b', 'x')}${END}\r\nx\n${END}`],
    ['a further last delimiter', `${partOf('A: b', 'x')}${END}\r\n${END}`],
  ])('A31 A32 refuses %s, however the body is cut', (_what, body) => {
    expect(split(body).outcome).toBe('malformed-upload');
    expect(split(body, everyByte(body)).outcome).toBe('malformed-upload');
  });

  it('leaves a boundary that begins no line where it is', () => {
    expect(split(`x${END}\r\n${partOf('A: b', `y--edge--\n--edg`)}${END}`).parts).toEqual([
      { head: 'A: b', content: 'y--edge--\n--edg', isComplete: true },
    ]);
  });

  it.each(['', ' \t', '\r\n', ' \r\n', '\r\n\r\n', '\r\n--edg', '\r\n\n', '\r\nepilogue', '\r'])(
    'A31 ends with %j behind the last delimiter, however the body is cut',
    (behind) => {
      const body = `${partOf('A: b', 'x')}${END}${behind}`;

      expect(split(body).outcome).toBe('complete');
      expect(split(body, everyByte(body)).outcome).toBe('complete');
    },
  );

  it.each([
    ['no head at all', 0, 'complete'],
    ['the longest head', 8 * KIB, 'complete'],
    ['a head one byte longer', 8 * KIB + 1, 'malformed-upload'],
    ['an endless head', 100 * KIB, 'malformed-upload'],
  ])('A11 holds to the length of %s', (_what, length, outcome) => {
    const body = `${partOf('h'.repeat(length), 'x')}${END}`;

    expect(split(body).outcome).toBe(outcome);
    expect(split(body, [3, 9, 100, 5_000, 8_200]).outcome).toBe(outcome);
  });

  it('A31 allows 4 KiB before the first delimiter and after the last, not a byte more', () => {
    const lengths = fc.oneof(fc.nat(8 * KIB), fc.constantFrom(0, 4 * KIB - 1, 4 * KIB, 4 * KIB + 1));

    fc.assert(
      fc.property(lengths, lengths, fc.array(fc.nat(12 * KIB), { maxLength: 10 }), (before, after, ends) => {
        // What stands before the first delimiter ends with a line break.
        const preamble = before < 2 ? '' : `${'p'.repeat(before - 2)}\r\n`;
        // What stands behind the last one begins with one.
        const epilogue = after < 2 ? '' : `\r\n${'e'.repeat(after - 2)}`;
        const { outcome } = split(`${preamble}${partOf('A: b', 'x')}${END}${epilogue}`, ends);

        expect(outcome).toBe(before <= 4 * KIB && after <= 4 * KIB ? 'complete' : 'malformed-upload');
      }),
    );
  });

  it('A31 counts the beginning of a delimiter behind the form', () => {
    const behind = (bytes: number) => `${partOf('A: b', 'x')}${END}\r\n${'e'.repeat(bytes - 6)}\r\n--`;

    expect(split(behind(4 * KIB)).outcome).toBe('complete');
    expect(split(behind(4 * KIB + 1)).outcome).toBe('incomplete');
  });

  it('A31 counts a line feed at the end behind the form', () => {
    const behind = (bytes: number) => `${partOf('A: b', 'x')}${END}\r\n${'e'.repeat(bytes - 3)}\n`;

    expect(split(behind(4 * KIB)).outcome).toBe('complete');
    expect(split(behind(4 * KIB + 1)).outcome).toBe('incomplete');
  });

  it('A31 is not complete once its last line was refused', () => {
    const nothing = { onHead: () => undefined, onContent: () => undefined, onPartEnd: () => {} };
    const splitter = new MultipartSplitter(BOUNDARY, nothing);

    expect(splitter.push(Buffer.from(`${partOf('A: b', 'x')}${END}x`))).toBe('malformed-upload');
    expect(splitter.isComplete).toBe(false);
  });

  it('takes a boundary for the bytes that a header has', () => {
    expect(split('--\xe4\r\nA: b\r\n\r\nx\r\n--\xe4--', [], '\xe4').outcome).toBe('complete');
  });

  it('takes every boundary that RFC 2046 allows', () => {
    const characters = Array.from("0123456789abcdefXYZ'()+_,-./:=?");
    const boundaries = fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 70 });

    fc.assert(
      fc.property(boundaries, fc.array(fc.nat(200), { maxLength: 8 }), (boundary, ends) => {
        const body = `--${boundary}\r\nA: b\r\n\r\n\r\n-x\r\n--${boundary}--`;

        expect(split(body, ends, boundary)).toEqual({
          outcome: 'complete',
          parts: [{ head: 'A: b', content: '\r\n-x', isComplete: true }],
        });
      }),
    );
  });
});
