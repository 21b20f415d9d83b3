import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { complaintsOf, strikeOut } from '../src/client/complaints.js';

/** A text so many levels deep. */
function nested(levels: number, wrap: (inner: unknown) => unknown): unknown {
  return levels === 0 ? 'Deep.' : wrap(nested(levels - 1, wrap));
}

describe('complaintsOf', () => {
  it.each<[unknown, readonly string[]]>([
    [{ detail: 'Not found.', code: 'x' }, ['Not found.']],
    [{ message: 'Wrong.' }, ['Wrong.']],
    [{ error: 'No face detected in the image' }, ['No face detected in the image']],
    [{ detail: 'First.', message: 'Second.', error: 'Third.' }, ['First.']],
    [{ detail: 7, message: 'Second.' }, ['Second.']],
    [{ email: ['Taken.', 'Too long.'], code: 'Wrong.' }, ['email: Taken.', 'email: Too long.', 'code: Wrong.']],
    [{ features: [{ config: { method: ['Unknown.'] } }] }, ['features.config.method: Unknown.']],
    [['Invalid OTP token.'], ['Invalid OTP token.']],
    ['Wrong.', ['Wrong.']],
    [{}, []],
    [[], []],
    [null, []],
    [undefined, []],
    [7, []],
    [{ detail: 'Line\r\nbreak\u001b[31m and \u202e direction' }, ['Line break [31m and   direction']],
    [{ detail: 'x'.repeat(500) }, [`${'x'.repeat(200)}...`]],
    [Array.from({ length: 50 }, () => 'Wrong.'), Array.from({ length: 10 }, () => 'Wrong.')],
    [
      [Array(6).fill('Wrong.'), Array(6).fill('Bad.')],
      [...Array(6).fill('Wrong.'), ...Array(4).fill('Bad.')],
    ],
    [[...Array(10).fill(null), 'Late.'], []],
    [{ a: 0, b: 0, c: 0, d: 0, e: 0, f: 0, g: 0, h: 0, i: 0, j: 0, late: 'Late.' }, []],
    [nested(8, (inner) => [inner]), ['Deep.']],
    [nested(9, (inner) => [inner]), []],
    [nested(8, (inner) => ({ a: inner })), ['a.a.a.a.a.a.a.a: Deep.']],
    [nested(9, (inner) => ({ a: inner })), []],
    [{ detail: '\nWrong.\n' }, ['Wrong.']],
    [{ detail: 'x'.repeat(200) }, ['x'.repeat(200)]],
  ])('reads %j', (json, complaints) => {
    expect(complaintsOf(json, [])).toEqual(complaints);
  });

  it('gives at most ten short lines without control characters for any JSON, and no secret', () => {
    const secret = 'S3cret-\u00e9"x';
    const text = fc.oneof(
      fc.string(),
      fc.string().map((around) => `${around}${secret}${around}`),
    );
    const json = fc.letrec((tie) => ({
      value: fc.oneof(text, fc.array(tie('value')), fc.dictionary(text, tie('value')), fc.constant(null)),
    })).value;

    fc.assert(
      fc.property(json, (value) => {
        const complaints = complaintsOf(value, [secret]);

        expect(complaints.length).toBeLessThanOrEqual(10);
        for (const line of complaints) {
          expect(line.length).toBeLessThanOrEqual(203);
          expect(line).not.toMatch(/\p{Cc}/u);
          expect(line).not.toContain(secret);
        }
      }),
    );
  });
});

describe('strikeOut', () => {
  it.each([
    ['as it is', 'Wrong: pa"ss-\u00e9.', 'Wrong: [hidden].'],
    ['as JSON', JSON.stringify({ password: 'pa"ss-\u00e9' }), '{"password":"[hidden]"}'],
    ['in JSON', JSON.stringify({ detail: 'No pa"ss-\u00e9.' }), '{"detail":"No [hidden]."}'],
    ['as JSON in ASCII', '{"password":"pa\\"ss-\\u00e9"}', '{"password":"[hidden]"}'],
    ['in JSON in ASCII', '{"detail":"No pa\\"ss-\\u00e9."}', '{"detail":"No [hidden]."}'],
    ['twice', 'pa"ss-\u00e9 pa"ss-\u00e9', '[hidden] [hidden]'],
  ])('takes a secret out where it stands %s (D03)', (_name, text, struck) => {
    expect(strikeOut(text, ['pa"ss-\u00e9'])).toBe(struck);
  });

  it('leaves the text alone when there is nothing to take out', () => {
    expect(strikeOut('text', [])).toBe('text');
    expect(strikeOut('text', [''])).toBe('text');
  });
});
