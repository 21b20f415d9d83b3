import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

interface Entry {
  readonly file: string;
  readonly scenario: string;
  readonly title: string;
  readonly expect: string;
  readonly alt: string;
  readonly preview?: string;
}

const SCENARIOS = [
  'approved',
  'no-face',
  'spoof',
  'low-score',
  'blocklisted',
  'possibly-blocklisted',
  'multiple-faces',
  'duplicate',
  'possible-duplicate',
  'low-quality',
  'too-dark',
  'too-bright',
];

/** How a file of each kind begins, in hexadecimal. */
const MAGIC: Readonly<Record<string, RegExp>> = {
  jpg: /^ffd8ff/,
  png: /^89504e470d0a1a0a/,
  webp: /^52494646.{8}57454250/,
  tiff: /^49492a00/,
};

const LIMIT_BYTES = 40 * 1024;

const entries: readonly Entry[] = JSON.parse(sampleBytes('index.json').toString('utf8'));
const pictures = entries.flatMap(({ file, preview, scenario }) =>
  [file, preview].filter((name) => name !== undefined).map((name) => ({ name, scenario })),
);

describe('the sample pictures', () => {
  it('cover every scenario in which a picture is judged', () => {
    const shown = new Set(entries.map(({ scenario }) => scenario));

    expect([...shown].toSorted()).toEqual([...SCENARIOS, 'unmarked'].toSorted());
  });

  it('show the approved face in all four formats', () => {
    const approved = entries.filter(({ scenario }) => scenario === 'approved');

    expect(approved.map(({ file }) => file)).toEqual([
      'approved.jpg',
      'approved.png',
      'approved.webp',
      'approved.tiff',
    ]);
  });

  it.each(entries)('describe $file for the page', (entry) => {
    expect(entry.file.startsWith(`${entry.scenario}.`)).toBe(true);
    expect(entry.title).not.toBe('');
    expect(entry.alt).not.toBe('');
    expect(['Account created', 'Asked to retake', 'Refused']).toContain(entry.expect);
  });

  it.each(pictures)('are what their name says: $name', ({ name }) => {
    const bytes = sampleBytes(name);

    expect(bytes.toString('hex', 0, 12)).toMatch(MAGIC[extension(name)] ?? /no such kind/);
    expect(bytes.length).toBeLessThan(LIMIT_BYTES);
  });

  it.each(pictures)('carry the marker of their scenario and no other: $name', ({ name, scenario }) => {
    const markers =
      sampleBytes(name)
        .toString('latin1')
        .match(/didit-scenario=[a-z-]*/g) ?? [];

    expect(markers).toEqual(scenario === 'unmarked' ? [] : [`didit-scenario=${scenario}`]);
  });
});

function sampleBytes(name: string): Buffer {
  return readFileSync(new URL(`../samples/${name}`, import.meta.url));
}

function extension(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
