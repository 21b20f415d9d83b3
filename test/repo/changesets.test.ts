import { describe, expect, it } from '@jest/globals';
import { filesBelow, foldersIn, read } from './source.js';

const changesets = filesBelow('.changeset', '.md');
const names = foldersIn('packages').map(
  (name) => (JSON.parse(read(`packages/${name}/package.json`)) as { name: string }).name,
);

describe('changesets', () => {
  it.each(changesets.map(({ path, text }) => [path, text]))('%s names packages that exist', (_, text) => {
    const [, head = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]+)$/.exec(text) ?? [];
    const packages = head.split('\n').map((line) => /^"([^"]+)": (?:major|minor|patch)$/.exec(line)?.[1]);

    expect(names).toEqual(expect.arrayContaining(packages));
    expect(body.trim()).not.toBe('');
  });
});
