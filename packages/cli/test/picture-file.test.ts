import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { readPictureFile } from '../src/picture-file.js';

describe('readPictureFile', () => {
  it.each([
    ['bytes', [Buffer.from('half a '), Buffer.from('picture')]],
    ['texts', ['half a ', 'picture']],
  ])('reads standard input that gives %s', async (_, chunks) => {
    const { file, sha256, size } = await readPictureFile('-', Readable.from(chunks));

    expect({ file, size }).toEqual({ file: '-', size: 14 });
    expect(sha256).toBe(createHash('sha256').update('half a picture').digest('hex'));
  });

  it('says so when standard input breaks for a reason of its own', async () => {
    const broken = new Readable({ read: () => broken.destroy(new Error('the other side is gone')) });

    await expect(readPictureFile('-', broken)).rejects.toThrow('- cannot be read (unknown reason).');
  });

  it('keeps no more of a file without an end than is needed to refuse it', async () => {
    const chunk = Buffer.alloc(1024 * 1024);

    const { chunks, size } = await readPictureFile('-', Readable.from(Array.from({ length: 12 }, () => chunk)));

    expect(size).toBe(12 * chunk.length);
    expect(chunks).toHaveLength(6);
  });
});
