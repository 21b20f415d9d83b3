import { describe, expect, it } from '@jest/globals';
import { signatureHeadersOf, type WebhookHeaders } from '../src/webhook/headers.js';

const NONE = { raw: undefined, canonical: undefined, simple: undefined, timestamp: undefined };
// As a JavaScript caller may give them.
const read = (headers: unknown) => signatureHeadersOf(headers as WebhookHeaders);

describe('signatureHeadersOf', () => {
  it.each([[null], [undefined], ['x-signature: a'], [7]])('D08 refuses %p, and says what is allowed', (headers) => {
    expect(() => read(headers)).toThrow(
      expect.objectContaining({
        code: 'invalid-option',
        message: 'webhooks.verify headers is not usable; allowed: the headers of the request',
      }),
    );
  });

  it.each<[string, unknown]>([
    ['entries that are no pairs', [null, 'x-signature', 7, { 0: 'x-signature', 1: 'a' }]],
    [
      'names that are no text',
      [
        [7, 'a'],
        [undefined, 'a'],
        [null, 'a'],
      ],
    ],
    [
      'values that are no text',
      [
        ['x-signature', 7],
        ['x-signature', [null, {}]],
        ['x-timestamp', undefined],
      ],
    ],
  ])('finds nothing in %s', (_, headers) => {
    expect(read(headers)).toEqual(NONE);
  });

  it('joins what came more than once, and leaves out what is no text', () => {
    expect(
      read([
        ['X-Signature', 'a'],
        ['x-signature', ['b', 7]],
      ]),
    ).toEqual({ ...NONE, raw: 'a, b' });
  });
});
