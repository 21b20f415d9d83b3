import { approvedAnswer } from '../../packages/core/test/support/answers.js';
import { KEY_CANARY, PICTURE_CANARY, VENDOR_CANARY } from '../../packages/core/test/support/canaries.js';
import { type Answer, answer, type Reply } from '../../packages/core/test/support/server.js';
import {
  badResponse,
  SHORT,
  timeout,
  TOO_LARGE,
  unavailable,
  UNREADABLE,
  type UpstreamCase,
} from './upstream-expectations.js';
import type { ExpectedRefusal } from './upstream-bench.js';

const picture = Buffer.from(PICTURE_CANARY);
/** What was sent, as an upstream that tells too much may repeat it. */
const ECHO = [KEY_CANARY, VENDOR_CANARY, PICTURE_CANARY, picture.toString('base64'), picture.toString('hex')].join(' ');

/** An answer that is text, a page or JSON. */
type Refusal = Omit<Answer, 'body'> & { readonly body?: string | object };

/** An answer that repeats in its body and its headers what it was asked with. */
function echoing({ body = {}, headers, ...rest }: Refusal) {
  const content = typeof body === 'string' ? `${body}<!-- ${ECHO} -->` : { ...body, echo: ECHO };
  return answer({ ...rest, body: content, headers: { 'x-echo': ECHO, ...headers } });
}

function refused(row: string, what: string, content: Refusal, expected: ExpectedRefusal): UpstreamCase {
  return { row, what, replies: [echoing(content)], expected };
}

/** Dates are made when the answer is, since many a test may run before. */
function limited(
  what: string,
  retryAfter: string | (() => string) | undefined,
  expected: string | RegExp,
): UpstreamCase {
  const reply = (): Reply => {
    const wait = typeof retryAfter === 'function' ? retryAfter() : retryAfter;
    const headers: Record<string, string> = wait === undefined ? {} : { 'retry-after': wait };
    return echoing({ status: 429, headers, body: { detail: 'Request was throttled.' } });
  };
  // So short that no wait fits, also the shortest.
  const options = SHORT;
  const replies: Reply[] = [{ at: 'body', act: (...args) => reply().act(...args) }];
  return { row: 'C08', what: `429 with ${what}`, replies, expected: unavailable('no', expected), options };
}

const page = (title: string) => `<!doctype html><title>${title}</title><h1>${title}</h1>`;
const html = { 'content-type': 'text/html' };
const inOneMinute = () => new Date(Date.now() + 60_000).toUTCString();
const tomorrow = () => new Date(Date.now() + 86_400_000).toUTCString();
const yesterday = () => new Date(Date.now() - 86_400_000).toUTCString();

/** Statuses other than 200. */
export const REFUSALS: readonly UpstreamCase[] = [
  refused('C01', '400 about the picture', { status: 400, body: { error: 'Invalid user image format.' } }, UNREADABLE),
  refused('C01', '400 about its field', { status: 400, body: { user_image: ['No picture.'] } }, UNREADABLE),
  refused('C01', '400 about no face', { status: 400, body: { error: 'No face detected.' } }, UNREADABLE),
  refused('C01', '400 about its size', { status: 400, body: { user_image: ['File size is too big.'] } }, TOO_LARGE),
  refused('C01', '400 about another field', { status: 400, body: { rotate_image: ['No.'] } }, badResponse('no')),
  refused('C01', '400 in HTML', { status: 400, body: page('Bad Request'), headers: html }, badResponse('no')),
  refused('C02', '401', { status: 401, body: { detail: `Invalid API Key ${KEY_CANARY}.` } }, unavailable('no')),
  refused('C02', '401 without a body', { status: 401, body: '' }, unavailable('no')),
  refused('C03', '402', { status: 402, body: { detail: 'Payment required.' } }, unavailable('no')),
  refused('C04', '403 without permission', { status: 403, body: { detail: 'Forbidden.' } }, unavailable('no')),
  refused('C04', '403 without credits', { status: 403, body: { error: 'Not enough credits.' } }, unavailable('no')),
  refused('C04', '403 by suspension', { status: 403, body: { code: 'contract_billing_suspended' } }, unavailable('no')),
  refused('C04', '403 by deletion', { status: 403, body: { code: 'application_deleted' } }, unavailable('no')),
  refused('C04', '403 by address', { status: 403, body: { detail: 'IP address not allowed.' } }, unavailable('no')),
  ...[404, 405, 409, 410, 415, 422, 451].map((status) =>
    refused('C05', `${status}`, { status, body: { detail: 'No.' } }, badResponse('no')),
  ),
  {
    row: 'C06',
    what: '408, then a verdict',
    replies: [echoing({ status: 408 }), answer({ body: approvedAnswer() })],
    expected: 'handled',
    sends: 2,
  },
  { row: 'C06', what: '408 for ever', replies: [echoing({ status: 408 })], expected: unavailable('no'), sends: 2 },
  refused('C07', '413 in HTML', { status: 413, body: page('Too Large'), headers: html }, TOO_LARGE),
  limited('three seconds', '3', '3'),
  limited('zero', '0', '1'),
  limited('a day', '86400', '120'),
  limited('a date', inOneMinute, /^(60|5\d|[1-4]\d)$/),
  limited('a date of a clock a day ahead', tomorrow, '120'),
  limited('a date of a clock a day behind', yesterday, '1'),
  limited('the year 2100', 'Fri, 01 Jan 2100 00:00:00 GMT', '120'),
  limited('a negative number', '-3', '10'),
  limited('garbage', 'in a while', '10'),
  limited('nothing', undefined, '10'),
  refused('C09', '500 as JSON', { status: 500, body: { detail: 'Server error.' } }, unavailable('unknown')),
  refused('C09', '500 in HTML', { status: 500, body: page('Server Error'), headers: html }, unavailable('unknown')),
  refused('C09', '500 without a body', { status: 500, body: '' }, unavailable('unknown')),
  refused('C09', '500 that says Approved', { status: 500, body: approvedAnswer() }, unavailable('unknown')),
  refused('C10', '502', { status: 502, body: page('Bad Gateway'), headers: html }, unavailable('unknown')),
  refused('C10', '504', { status: 504, body: page('Gateway Timeout'), headers: html }, timeout('unknown')),
  refused('C11', '503', { status: 503, body: { detail: 'Down.' } }, unavailable('unknown')),
  refused('C11', '503 for 7 s', { status: 503, headers: { 'retry-after': '7' } }, unavailable('unknown', '7')),
  refused('C11', '503 for 0 s', { status: 503, headers: { 'retry-after': '0' } }, unavailable('unknown', '1')),
  refused('C11', '503 for a day', { status: 503, headers: { 'retry-after': '86400' } }, unavailable('unknown', '120')),
  ...[201, 202, 203, 206].map((status) =>
    refused('C40', `${status} that says Approved`, { status, body: approvedAnswer() }, badResponse('unknown')),
  ),
  ...[204, 205, 304].map(
    (status): UpstreamCase => ({
      row: 'C40',
      what: `${status}`,
      replies: [answer({ status })],
      expected: badResponse('unknown'),
    }),
  ),
];
