import { describe, expect, it } from '@jest/globals';
import { formSink } from '../src/form-body.js';
import { resolveUploadOptions } from '../src/options.js';
import type { BodyOutcome } from '../src/reading.js';
import { BOUNDARY, file, form, part, text } from './support/forms.js';
import { jpegOf } from './support/pictures.js';

const options = resolveUploadOptions({ limitBytes: 1_000, maxFields: 2, maxParts: 4, maxFieldBytes: 50 });

function open() {
  const outcomes: BodyOutcome[] = [];
  const sink = formSink(BOUNDARY, options)((outcome) => outcomes.push(outcome));
  return { sink, outcomes };
}

/** The last bytes of a part are its line break, which begins the next delimiter. */
const unfinished = (bytes: Buffer, missing = 2) => bytes.subarray(0, bytes.length - missing);
const head = (name: string, more = '') =>
  Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`);
const joined = (...pieces: readonly Buffer[]) => Buffer.concat(pieces);

describe('the reader of forms', () => {
  it.each([
    ['B03', 'a wrong type, at its first bytes', joined(file('selfie', 'GI')), 'unsupported-media-type'],
    ['A19', 'a picture too large, at its first byte too many', file('selfie', jpegOf(1_001)), 'selfie-too-large'],
    [
      'A10',
      'a second file, at its head',
      joined(file('selfie', jpegOf(9)), head('selfie', '; filename="b"')),
      'selfie-duplicated',
    ],
    ['A10', 'a file in another field, at its head', head('avatar', '; filename="b"'), 'malformed-upload'],
    [
      'A10',
      'a part too many, at its head',
      joined(
        ...Array.from({ length: 4 }, () =>
          part(['Content-Disposition: form-data; name="a"; filename=""', 'Content-Type: application/octet-stream'], ''),
        ),
        head('selfie', '; filename="b"'),
      ),
      'malformed-upload',
    ],
    ['A11', 'a field too many, at its head', joined(text('a', ''), text('b', ''), head('c')), 'malformed-upload'],
    ['A11', 'a field too long, at its first byte too many', joined(head('a'), Buffer.alloc(51)), 'malformed-upload'],
    ['A12', 'a name too deep, at its head', head('a[b][c][d][e][f]'), 'malformed-upload'],
    [
      'A16',
      'an encoded part, at its head',
      unfinished(part(['Content-Disposition: form-data; name="a"', 'Content-Transfer-Encoding: base64'], '')),
      'unsupported-media-type',
    ],
    [
      'A32',
      'a part that says nothing of itself, at its head',
      Buffer.from(`--${BOUNDARY}\r\nX: y\r\n\r\n`),
      'malformed-upload',
    ],
  ])('%s refuses %s, without waiting for more', (_row, _what, bytes, code) => {
    const { sink, outcomes } = open();

    sink.write(bytes);

    expect(outcomes).toEqual([{ kind: 'refused', code }]);
  });

  it('says nothing of a sound form before its end', () => {
    const { sink, outcomes } = open();

    sink.write(form(text('a', 'b'), file('selfie', jpegOf(1_000))));
    expect(outcomes).toEqual([]);
    sink.end();

    expect(outcomes).toMatchObject([{ kind: 'selfie', selfie: { size: 1_000, fields: { a: 'b' } } }]);
  });

  it('A25 keeps nothing of what comes once it was abandoned, and leaves alone what it gave', () => {
    const { sink, outcomes } = open();
    sink.write(form(file('selfie', jpegOf(100))));
    sink.end();

    sink.abandon();

    const [outcome] = outcomes;
    expect(outcome?.kind === 'selfie' && Buffer.concat(outcome.selfie.chunks).equals(jpegOf(100))).toBe(true);

    const { sink: other, outcomes: none } = open();
    other.write(unfinished(file('selfie', jpegOf(100))));
    other.abandon();
    other.write(Buffer.alloc(2_000));
    expect(none).toEqual([]);
  });

  it('keeps large pieces of a picture where they lie', async () => {
    const body = form(file('selfie', jpegOf(20_000)));
    const chunks = await new Promise<readonly Uint8Array[]>((resolve) => {
      const sink = formSink(
        BOUNDARY,
        resolveUploadOptions(),
      )((outcome) => resolve(outcome.kind === 'selfie' ? outcome.selfie.chunks : []));
      sink.write(body);
      sink.end();
    });

    expect(chunks.map(({ buffer, length }) => [buffer === body.buffer, length])).toEqual([[true, 20_000]]);
  });
});
