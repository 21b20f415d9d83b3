import { describe, expect, it } from '@jest/globals';
import { problemAnswer, WEBHOOK_PROBLEMS, type WebhookProblemCode } from '../src/webhook/answer.js';

const HEADERS = {
  'content-type': 'application/problem+json; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

describe('problemAnswer', () => {
  it.each(Object.keys(WEBHOOK_PROBLEMS) as WebhookProblemCode[])(
    'is kept by no cache, and read as it says: %s',
    (code) => {
      const { status, headers } = problemAnswer(code);

      expect(headers).toEqual(status === 503 ? { ...HEADERS, 'retry-after': '60' } : HEADERS);
    },
  );

  it('closes the connection when it is asked to', () => {
    expect(problemAnswer('webhook-too-large', true).headers).toEqual({ ...HEADERS, connection: 'close' });
  });
});
