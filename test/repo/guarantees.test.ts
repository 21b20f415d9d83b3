import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { read } from './source.js';

const PROMISES = Array.from({ length: 25 }, (_, index) => `P${index + 1}`);
const text = read('docs/guarantees.md');
const sections = new Map(
  [...text.matchAll(/^## (P\d+)\. [^\n]+\n([\s\S]*?)(?=^## )/gm)].map(([, id, body]) => [id, body]),
);

describe('docs/guarantees.md', () => {
  it('has every promise once, and no other', () => {
    expect([...text.matchAll(/^## (P\d+)\. /gm)].map(([, id]) => id)).toEqual(PROMISES);
  });

  it.each(PROMISES)('names tests that exist: %s', (id) => {
    const shown = sections.get(id)?.split('\nShown by ')[1] ?? '';
    const paths = [...shown.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);

    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => !/(^|\/)test\//.test(path) || !exists(path))).toEqual([]);
  });

  it.each(['README.md', 'SECURITY.md'])('is linked from %s', (path) => {
    expect(read(path)).toContain('](docs/guarantees.md)');
  });
});

function exists(path: string): boolean {
  return existsSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)));
}
