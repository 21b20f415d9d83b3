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
const named = (name: string, more = '') => `Content-Disposition: form-data; name="${name}"${more}`;
const BYTES = 'Content-Type: application/octet-stream';
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
      'an encoded file, at its head',
      unfinished(
        part(['Content-Disposition: form-data; name="selfie"; filename="a"', 'Content-Transfer-Encoding: base64'], ''),
      ),
      'unsupported-media-type',
    ],
    [
      'A16',
      'encoded text, at its head',
      unfinished(part(['Content-Disposition: form-data; name="a"', 'Content-Transfer-Encoding: base64'], '')),
      'malformed-upload',
    ],
    [
      'A15',
      'text that needs an unknown charset, at its first byte beyond ASCII',
      unfinished(part([named('a'), 'Content-Type: text/plain; charset=windows-1252'], Buffer.from([0x5a, 0xeb]))),
      'malformed-upload',
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

  it.each([
    ['A10', 'a file name that ends with a slash', [named('selfie', '; filename="other.jpg/"')], 'selfie-duplicated'],
    [
      'A10',
      'an extended file name that is the folder above',
      [named('selfie', `; filename="other.jpg"; filename*=utf-8''%2e%2e`)],
      'selfie-duplicated',
    ],
    ['A08 A09', 'no file name', [named('selfie'), BYTES], 'malformed-upload'],
    ['A08 A09', 'an empty file name', [named('selfie', '; filename=""'), BYTES], 'malformed-upload'],
  ])('%s refuses a further picture with %s, before the picture and behind it', (_row, _what, lines, code) => {
    const [further, picture] = [part(lines, jpegOf(40)), file('selfie', jpegOf(900))];

    for (const parts of [
      [further, picture],
      [picture, further],
    ]) {
      const { sink, outcomes } = open();
      sink.write(form(...parts));
      if (outcomes.length === 0) sink.end();

      expect(outcomes).toEqual([{ kind: 'refused', code }]);
    }
  });

  it.each([
    ['A08', 'bytes without a file name', [named('b'), BYTES], 'text', { b: 'text' }],
    ['A08', 'bytes of an empty file name', [named('b', '; filename=""'), BYTES], 'text', { b: 'text' }],
    ['A08', 'nothing of an empty file name without bytes', [named('b', '; filename=""'), BYTES], '', {}],
    ['A08', 'nothing of no bytes without a file name', [named('b'), BYTES], '', {}],
    [
      'A15',
      'ASCII in a charset that is not read',
      [named('b'), 'Content-Type: text/plain; charset=cp1252'],
      'x',
      { b: 'x' },
    ],
    [
      'A14',
      'an extended name',
      ["Content-Disposition: form-data; name*=utf-8''pr%C3%A9nom"],
      'x',
      { ['pr\u00e9nom']: 'x' },
    ],
  ])('%s reads %s', (_row, _what, lines, content, fields) => {
    const { sink, outcomes } = open();

    sink.write(form(part(lines, content), file('selfie', jpegOf(100))));
    sink.end();

    expect(outcomes).toMatchObject([{ kind: 'selfie' }]);
    expect(outcomes.map((outcome) => outcome.kind === 'selfie' && { ...outcome.selfie.fields })).toEqual([fields]);
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
