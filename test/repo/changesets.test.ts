import { describe, expect, it } from '@jest/globals';
import { filesBelow, publishedPackages, read } from './source.js';

const changesets = filesBelow('.changeset', '.md');
const names = publishedPackages().map(
  (name) => (JSON.parse(read(`packages/${name}/package.json`)) as { name: string }).name,
);

describe('changesets', () => {
  it.each(changesets.map(({ path, text }) => [path, text]))('%s names packages that are published', (_, text) => {
    const [, head = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]+)$/.exec(text) ?? [];
    const packages = head.split('\n').map((line) => /^"([^"]+)": (?:major|minor|patch)$/.exec(line)?.[1]);

    expect(names).toEqual(expect.arrayContaining(packages));
    expect(body.trim()).not.toBe('');
  });
});
