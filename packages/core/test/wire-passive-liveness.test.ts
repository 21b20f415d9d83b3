import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { UndecodableError } from '../src/wire/decoding.js';
import { toRequestId } from '../src/wire/frame.js';
import { decodePassiveLiveness } from '../src/wire/passive-liveness.js';
import {
  advisoryAnswer,
  approvedAnswer,
  blocklistedAnswer,
  bodyOf,
  earlyAnswer,
  noFaceAnswer,
  pathsOf,
  replacedAt,
  spoofAnswer,
} from './support/answers.js';

const answers = [
  ['an approval', approvedAnswer()],
  ['an approval with warnings', advisoryAnswer],
  ['an attack', spoofAnswer],
  ['a blocklist hit', blocklistedAnswer],
  ['a picture without a face', noFaceAnswer],
  ['an answer of early 2026', earlyAnswer],
] as const;

describe('decodePassiveLiveness', () => {
  it('decodes the frame around the verdict', () => {
    const response = decodePassiveLiveness(bodyOf(approvedAnswer()));

    expect(response).toEqual({
      requestId: '6f2f0a9e-5c3a-4a5e-9d0a-0c6b3f7e1d42',
      liveness: expect.objectContaining({ status: 'Approved', score: 96.37 }),
      vendorData: 'acct_7719',
      metadata: { flow: 'withdrawal', attempt: 2 },
      createdAt: '2026-11-20T09:14:51.208417+00:00',
    });
    expect(Object.isFrozen(response)).toBe(true);
  });

  it('decodes an answer of early 2026, which lacks some fields', () => {
    expect(decodePassiveLiveness(bodyOf(earlyAnswer))).toEqual({
      requestId: '8f14e45f-ceea-467f-9575-1a9b2c3d4e5f',
      liveness: expect.objectContaining({ status: 'Approved', score: 95 }),
      vendorData: null,
      metadata: null,
      createdAt: '2026-01-24T10:00:00Z',
    });
  });

  it.each([
    ['missing', { liveness: approvedAnswer().liveness }],
    ['of another type', { ...approvedAnswer(), request_id: 7, vendor_data: 7, metadata: [7], created_at: 7 }],
    ['null', { ...approvedAnswer(), request_id: null, vendor_data: null, metadata: null, created_at: null }],
  ])('keeps a verdict when what surrounds it is %s', (_name, answer) => {
    expect(decodePassiveLiveness(bodyOf(answer))).toEqual({
      requestId: null,
      liveness: expect.objectContaining({ status: 'Approved' }),
      vendorData: null,
      metadata: null,
      createdAt: null,
    });
  });

  it.each(answers)('C14 gives a verdict for no part of %s', (_name, answer) => {
    const body = bodyOf(answer);
    const verdicts = [...body.keys()].filter((length) => decodes(body.subarray(0, length)));

    expect(decodes(body)).toBe(true);
    expect(verdicts).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['null', 'null'],
    ['an array', JSON.stringify([approvedAnswer()])],
    ['a string', JSON.stringify(JSON.stringify(approvedAnswer()))],
    ['the verdict without its frame', JSON.stringify(approvedAnswer().liveness)],
    ['two answers', JSON.stringify(approvedAnswer()).repeat(2)],
    ['HTML around an answer', `<html>${JSON.stringify(approvedAnswer())}</html>`],
    ['an answer without liveness', JSON.stringify({ ...approvedAnswer(), liveness: undefined })],
    ['liveness null', JSON.stringify({ ...approvedAnswer(), liveness: null })],
    ['liveness in an array', JSON.stringify({ ...approvedAnswer(), liveness: [approvedAnswer().liveness] })],
    ['liveness as text', JSON.stringify({ ...approvedAnswer(), liveness: 'Approved' })],
    ['not a number for a score', JSON.stringify(approvedAnswer()).replace('96.37', 'NaN')],
    ['a score of 1e999', JSON.stringify(approvedAnswer()).replace('96.37', '1e999')],
  ])('C13 C16 refuses %s', (_name, body) => {
    expect(() => decodePassiveLiveness(bodyOf(body))).toThrow(UndecodableError);
  });

  it('C16 gives a response or the one error for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(typeof decodes(bytes)).toBe('boolean');
      }),
    );
  });

  it('C16 gives a response or the one error for any JSON', () => {
    const liveness = fc.jsonValue().map((value) => JSON.stringify({ liveness: value }));

    fc.assert(
      fc.property(fc.oneof(fc.json(), liveness), (text) => {
        expect(decodes(bodyOf(text))).toBe(false);
      }),
    );
  });

  it('C16 gives a response or the one error for an answer with any bytes changed', () => {
    const body = bodyOf(advisoryAnswer);
    const change = fc.tuple(fc.nat(body.length - 1), fc.integer({ min: 0, max: 255 }));

    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const changed = Uint8Array.from(body);
        for (const [offset, value] of changes) changed[offset] = value;

        expect(typeof decodes(changed)).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });

  it('C24 takes the last of two fields of one name', () => {
    const twice = JSON.stringify(approvedAnswer()).replace('"status"', '"status":"Declined","status"');
    const reversed = JSON.stringify(approvedAnswer()).replace('"method"', '"status":"Declined","method"');

    expect(decodePassiveLiveness(bodyOf(twice)).liveness.status).toBe('Approved');
    expect(decodePassiveLiveness(bodyOf(reversed)).liveness.status).toBe('Declined');
  });

  it('C25 takes nothing from a field named __proto__, and changes no prototype', () => {
    const poison = `"__proto__": ${JSON.stringify({ ...approvedAnswer(), polluted: true })}`;
    const around = bodyOf(`{${poison}}`);
    const inside = bodyOf(JSON.stringify(approvedAnswer()).replaceAll('{"', `{${poison},"`));

    expect(decodes(around)).toBe(false);
    expect(decodePassiveLiveness(inside).liveness.status).toBe('Approved');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('C25 ignores fields that it does not know, however deep', () => {
    const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
    const body = bodyOf(
      JSON.stringify(approvedAnswer()).replace('"liveness":{', `"extra":${deep},"liveness":{"extra":${deep},`),
    );

    const response = decodePassiveLiveness(body);

    expect(Object.keys(response)).toEqual(['requestId', 'liveness', 'vendorData', 'metadata', 'createdAt']);
    expect(response.liveness).not.toHaveProperty('extra');
  });

  it('C42 reads a verdict whatever the clock of the answer says', () => {
    const response = decodePassiveLiveness(bodyOf({ ...approvedAnswer(), created_at: '1970-01-01' }));

    expect(response).toMatchObject({ createdAt: '1970-01-01', liveness: { status: 'Approved' } });
  });

  it('never repeats in a message what the answer holds', () => {
    const canary = 'canary-91bc';
    const leaks = pathsOf(advisoryAnswer)
      .map((path) => bodyOf(replacedAt(advisoryAnswer, path, { [canary]: canary })))
      .concat(bodyOf(JSON.stringify(advisoryAnswer).replace('"liveness"', `"${canary}", "liveness"`)))
      .filter((body) => failureText(body).includes(canary));

    expect(leaks).toEqual([]);
  });
});

describe('toRequestId', () => {
  it.each(['6f2f0a9e-5c3a-4a5e-9d0a-0c6b3f7e1d42', 'a', '-', 'A-9', 'x'.repeat(64)])('C27 keeps %s', (id) => {
    expect(toRequestId(id)).toBe(id);
  });

  it.each([
    [''],
    ['x'.repeat(65)],
    ['a\nb'],
    ['a\n'],
    ['\r\nAuthorization: x'],
    ['a b'],
    ['a_b'],
    ['<script>'],
    ['\u0661'],
    [null],
    [undefined],
    [7],
    [['a']],
    [{}],
  ])('C27 gives null for %j', (id) => {
    expect(toRequestId(id)).toBeNull();
  });

  it('C27 lets nothing into a log line but letters, digits and dashes', () => {
    fc.assert(
      fc.property(fc.anything(), (id) => {
        expect(toRequestId(id) ?? 'null').toMatch(/^[A-Za-z0-9-]{1,64}$/);
      }),
    );
  });
});

function decodes(body: Uint8Array): boolean {
  try {
    decodePassiveLiveness(body);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(UndecodableError);
    return false;
  }
}

function failureText(body: Uint8Array): string {
  try {
    decodePassiveLiveness(body);
    return '';
  } catch (error) {
    return `${String((error as Error).stack)} ${String((error as Error).cause)} ${JSON.stringify(error)}`;
  }
}
