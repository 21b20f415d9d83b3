import { describe, expect, it } from '@jest/globals';
import { parseForm } from '../src/form.js';
import { sendBytes, sha256, start } from './support.js';

const MULTIPART = { 'content-type': 'multipart/form-data; boundary=b7f3' };

function parts(...given: string[]): Buffer {
  return Buffer.from(`${given.map((part) => `--b7f3\r\n${part}\r\n`).join('')}--b7f3--\r\n`);
}

function field(name: string, value: string): string {
  return `content-disposition: form-data; name="${name}"\r\n\r\n${value}`;
}

function file(filename: string, content: string): string {
  return `content-disposition: form-data; name="user_image"; filename="${filename}"\r\ncontent-type: image/png\r\n\r\n${content}`;
}

describe('parseForm', () => {
  it('gives file parts as they were sent', async () => {
    const { files } = await parseForm(MULTIPART, parts(file('dir/\u00fc.png', 'bytes')));

    expect(files.get('user_image')).toEqual({
      bytes: Buffer.from('bytes'),
      sha256: sha256(Buffer.from('bytes')),
      filename: 'dir/\u00fc.png',
      contentType: 'image/png',
    });
  });

  it('takes the last of repeated parts', async () => {
    const { fields, files } = await parseForm(
      MULTIPART,
      parts(field('a', '1'), field('a', '2'), file('1.png', 'one'), file('2.png', 'two')),
    );

    expect(fields.get('a')).toBe('2');
    expect(files.get('user_image')?.filename).toBe('2.png');
  });

  it('keeps a field that is longer than a mebibyte whole', async () => {
    const value = 'x'.repeat(2 ** 21);

    const { fields } = await parseForm(MULTIPART, parts(field('metadata', value)));

    expect(fields.get('metadata')).toHaveLength(value.length);
  });

  it('keeps the name __proto__ to itself', async () => {
    const { fields } = await parseForm(MULTIPART, parts(field('__proto__', 'x')));

    expect(fields.get('__proto__')).toBe('x');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it.each([
    ['without a boundary', 'multipart/form-data', parts(field('a', '1'))],
    ['that breaks off in a field', MULTIPART['content-type'], parts(field('a', '1')).subarray(0, -20)],
    ['that breaks off in a file', MULTIPART['content-type'], parts(file('a.png', 'x'.repeat(99))).subarray(0, -50)],
    ['with nothing in it', MULTIPART['content-type'], Buffer.alloc(0)],
    ['with a thousand and one parts', MULTIPART['content-type'], parts(...Array<string>(1001).fill(field('a', '1')))],
  ])('has a problem with a form %s', async (_what, contentType, body) => {
    const form = await parseForm({ 'content-type': contentType }, body);

    expect(form.problem).toEqual(expect.any(String));
    expect(form.fields.size + form.files.size).toBe(0);
  });
});

describe('a broken form', () => {
  it('is answered with 400 and a detail', async () => {
    const emulator = await start();

    const answer = await sendBytes(emulator, { 'content-type': 'multipart/form-data' }, parts(field('a', '1')));

    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body.toString())).toEqual({
      detail: expect.stringMatching(/^Multipart form parse error - ./u),
    });
    expect(emulator.calls()).toMatchObject([{ fields: {}, image: null, status: 400, billed: false }]);
  });
});
