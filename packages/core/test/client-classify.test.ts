import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { classifyAnswer } from '../src/client/classify.js';
import { isCallError } from '../src/client/errors.js';
import type { WireAnswer } from '../src/client/transport.js';
import { expectNoCanary, VENDOR_CANARY } from './support/canaries.js';

const ENDPOINT = 'POST /v3/passive-liveness/';
const NOW = Date.parse('2026-11-23T12:00:00Z');
const NO_CREDITS = "You don't have enough credits to perform this request. Please top up at https://business.didit.me";

function classify(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const answer: WireAnswer = { status, header: (name) => headers[name], body: bytes };
  return classifyAnswer({ endpoint: ENDPOINT, topic: 'pictures', secrets: [] }, answer, NOW);
}

describe('classifyAnswer, the bodies that are documented (C01-C11)', () => {
  it.each([
    ['no file', { user_image: ['No file was submitted.'] }, 'image'],
    [
      'a wrong extension',
      {
        user_image: [
          'File extension \u201ctxt\u201d is not allowed. Allowed extensions are: tiff, jpg, jpeg, png, webp.',
        ],
      },
      'image',
    ],
    ['an empty file', { user_image: ['The submitted file is empty.'] }, 'image'],
    ['an image that does not decode', { error: 'Invalid user image format.' }, 'image'],
    ['a file over the limit', { user_image: ['File size should not exceed 5 MB'] }, 'image-size'],
    [
      'a threshold over 100',
      { face_liveness_score_decline_threshold: ['Ensure this value is less than or equal to 100.'] },
      'request',
    ],
    ['a wrong boolean', { rotate_image: ['Must be a valid boolean.'] }, 'request'],
    ['a broken form', { detail: 'Multipart form parse error - Invalid boundary' }, 'request'],
    ['a bare array', ['Wrong.'], 'request'],
    ['HTML', '<h1>Bad Request</h1>', 'request'],
    ['nothing', '', 'request'],
    ['null', 'null', 'request'],
    ['a number under error', { error: 400 }, 'request'],
    ['white balance, under error', { error: 'Image white balance is off' }, 'image'],
    ['the size, under error', { error: 'File size should not exceed 5 MB' }, 'image-size'],
    ['an accredited issuer, under error', { error: 'No accredited issuer in the image.' }, 'image'],
    ['an unbalanced form', { detail: 'Unbalanced quotes in the form.' }, 'request'],
    ['an image, in words about credits', { user_image: ['A photo of a credit card is not a selfie.'] }, 'image'],
    [
      'the size of an image, in words about credits',
      { user_image: ['File size should not exceed 5 MB; top up your credits for more.'] },
      'image-size',
    ],
    ['a preference, under error', { error: 'The preference file is broken.' }, 'image'],
    ['a reference in one word, under error', { error: 'Bad refImage.' }, 'reference-image'],
    ['a creditor', { detail: 'The creditor is unknown.' }, 'request'],
    ['a flow balance', { detail: 'The flow balance is off.' }, 'request'],
    ['a low balancer', { detail: 'A low balancer failed.' }, 'request'],
    ['an image and an error about credits', { user_image: ['No.'], error: NO_CREDITS }, 'image'],
    ['an image that is null, and credits', { user_image: null, detail: NO_CREDITS }, 'image'],
  ])('takes 400 about %s as a bad request (C01)', (_name, body, subject) => {
    expect(classify(400, body)).toMatchObject({ code: 'bad-request', subject, billed: 'no', retryable: false });
  });

  it.each([
    ['under detail, as on the creation of sessions', { detail: NO_CREDITS }],
    ['under error', { error: NO_CREDITS }],
    ['in words', { detail: 'Your balance is too low.' }],
    ['in fewer words', { detail: 'Balance too low.' }],
    ['as one credit', { detail: 'One credit is missing.' }],
    ['as an insufficient balance', { detail: 'Insufficient balance.' }],
    ['as a low balance', { detail: 'Low balance, please pay.' }],
    ['as a balance that is insufficient', { detail: 'The balance is insufficient.' }],
    ['as an account balance', { detail: 'Check your account balance.' }],
    ['as topup', { detail: 'Topup needed.' }],
    ['in HTML', '<p>Please top-up? No: top up!</p>'],
  ])('takes 400 without credits %s as missing credits (C03)', (_name, body) => {
    expect(classify(400, body)).toMatchObject({ code: 'insufficient-credits', billed: 'no' });
  });

  it.each([
    ['a wrong key', { detail: 'Invalid API Key.' }],
    ['an expired key', { detail: 'This API key has expired.' }],
    ['a missing key, as early answers say', { detail: 'Authentication credentials were not provided.' }],
    ['HTML', '<h1>Unauthorized</h1>'],
    ['nothing', ''],
    ['a word about credits', { detail: 'No credit to you.' }],
  ])('takes 401 with %s as a refused key (C02)', (_name, body) => {
    expect(classify(401, body)).toMatchObject({ code: 'authentication', billed: 'no', retryable: false });
  });

  it.each([
    ['a reason', { detail: 'Payment required.' }],
    ['nothing', ''],
  ])('takes 402 with %s as missing credits (C03)', (_name, body) => {
    expect(classify(402, body)).toMatchObject({ code: 'insufficient-credits', billed: 'no', retryable: false });
  });

  it.each([
    ['no permission', { detail: 'You do not have permission to perform this action.' }],
    ['a refused key, as in July', { detail: 'Authentication credentials were not provided or are invalid.' }],
    ['a wrong key, as in July', { detail: 'Invalid API Key.' }],
    ['an address that is not on the list', { detail: 'IP address not allowed.' }],
    ['HTML', '<h1>Forbidden</h1>'],
    ['nothing', ''],
    ['an array', ['Forbidden']],
    ['words that only look like credits', { detail: 'This accreditation is off balance.' }],
  ])('takes 403 with %s as missing permission (C04)', (_name, body) => {
    expect(classify(403, body)).toMatchObject({ code: 'permission', billed: 'no', retryable: false });
  });

  it.each([
    ['under error', { error: NO_CREDITS }],
    ['under error, in other words', { error: 'Not today.' }],
    ['under detail', { detail: NO_CREDITS }],
    ['as a suspended contract', { detail: 'Paid services are paused.', code: 'contract_billing_suspended' }],
  ])('takes 403 without credits %s as missing credits (C04)', (_name, body) => {
    expect(classify(403, body)).toMatchObject({ code: 'insufficient-credits', billed: 'no', retryable: false });
  });

  it.each([400, 401, 403, 404, 500])('goes by the code application_deleted before the status %i', (status) => {
    expect(classify(status, { detail: 'Gone.', code: 'application_deleted' })).toMatchObject({
      code: 'authentication',
      billed: 'no',
      retryable: false,
      status,
    });
  });

  it('does not go by a code that it does not know', () => {
    expect(classify(403, { detail: 'No.', code: 'something_new' })).toMatchObject({ code: 'permission' });
    expect(classify(403, { detail: 'No.', code: 17 })).toMatchObject({ code: 'permission' });
  });

  it.each([
    [401, 'the API key is wrong, revoked or expired'],
    [403, 'the API key is missing, rejected or not allowed to do this'],
  ])('speaks of the key at %i, where a key was sent', (status, words) => {
    expect(classify(status, {}).message).toContain(words);
  });

  it('takes 404 for something that is not there', () => {
    const error = classify(404, '{"detail":"Not found."}');

    expect(error).toMatchObject({ code: 'not-found', status: 404, billed: 'no', retryable: false });
  });

  it.each([405, 409, 410, 415, 418, 422, 451, 499])('takes %i as a status that is not expected (C05)', (status) => {
    expect(classify(status, { detail: 'Not found.' })).toMatchObject({
      code: 'unexpected-status',
      billed: 'no',
      retryable: false,
      status,
    });
  });

  it.each([100, 201, 202, 204, 206, 301, 302, 303, 307, 308, 399])(
    'takes %i as a status that is not expected and may have been billed (C12, C40)',
    (status) => {
      expect(classify(status, '')).toMatchObject({ code: 'unexpected-status', billed: 'unknown', retryable: false });
    },
  );

  it('takes 408 as a request that did not arrive (C06)', () => {
    expect(classify(408, '')).toMatchObject({ code: 'unavailable', billed: 'no', retryable: true, status: 408 });
  });

  it('takes 413 as a picture that is too large (C07)', () => {
    expect(classify(413, '<h1>Entity Too Large</h1>')).toMatchObject({ code: 'bad-request', subject: 'image-size' });
  });

  it.each([
    [
      'the limit of writes',
      { detail: 'Write request rate limit exceeded. You can make up to 300 requests per minute.' },
    ],
    ['a throttle', { detail: 'Request was throttled. Expected available in 30 seconds.' }],
    ['nothing', ''],
  ])('takes 429 with %s as a rate limit (C08)', (_name, body) => {
    expect(classify(429, body)).toMatchObject({ code: 'too-many-requests', billed: 'no', retryable: true });
  });

  it.each([
    [500, { detail: 'Server error' }],
    [500, '<h1>Server Error (500)</h1>'],
    [500, ''],
    [502, '<h1>Bad Gateway</h1>'],
    [503, { detail: 'Unavailable' }],
    [504, ''],
    [599, ''],
  ])('takes %i as a failure that may have been billed (C09-C11)', (status, body) => {
    expect(classify(status, body)).toMatchObject({ code: 'unavailable', billed: 'unknown', retryable: true, status });
  });
});

describe('classifyAnswer, what it keeps', () => {
  it.each([
    ['seconds', '30', 30_000],
    ['a date, by the clock that is passed in', 'Mon, 23 Nov 2026 12:01:00 GMT', 60_000],
    ['garbage', 'soon', undefined],
  ])('reads Retry-After as %s (C08)', (_name, header, retryAfterMs) => {
    expect(classify(429, '', { 'retry-after': header })).toMatchObject({ retryAfterMs });
  });

  it('keeps Retry-After of a 503 (C11)', () => {
    expect(classify(503, '', { 'retry-after': '5' })).toMatchObject({ retryAfterMs: 5_000 });
  });

  it.each([
    ['an id', { request_id: '6f2f0a9e-5c3a' }, '6f2f0a9e-5c3a'],
    ['an id with a line break', { request_id: 'a\nb' }, null],
    ['no id', { detail: 'No.' }, null],
    ['an array', ['No.'], null],
    ['bytes that are not text', Buffer.from([0xff, 0xfe]), null],
  ])('finds in %s the request id (C27)', (_name, body, requestId) => {
    expect(classify(500, body)).toMatchObject({ requestId });
  });

  it('keeps the first 2,048 characters of the body', () => {
    expect(classify(500, 'a'.repeat(5_000)).body).toBe('a'.repeat(2_048));
  });

  it('prints nothing of the body (D03, P8)', () => {
    expectNoCanary(classify(400, { vendor_data: [`"${VENDOR_CANARY}" is not valid.`] }));
  });

  it('gives a typed error for every status and any bytes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.oneof(fc.json(), fc.string()), (status, body) => {
        const error = classify(status, body);
        return isCallError(error) && error.status === status && error.billed !== 'yes';
      }),
    );
  });
});
