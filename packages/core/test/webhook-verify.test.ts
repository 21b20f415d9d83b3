import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { DiditClient, isDiditLivenessError, webhooks, type WebhookEvent, type WebhookHeaders } from '../src/index.js';
import { eventBody, hmac, sign, VECTOR, VECTOR_HEADERS, VECTOR_NOW } from '../../../test/support/deliveries.js';

const SECRET = VECTOR.secret;
const NOW = { now: VECTOR_NOW };
const TIMESTAMP = { 'x-timestamp': String(VECTOR.timestamp) };

/** What a call throws. */
function errorOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

const reasonOf = (body: string | Uint8Array, headers: WebhookHeaders, options = NOW) =>
  errorOf(() => webhooks.verify(body, headers, SECRET, options));

/** A body of any bytes with its right raw signature. */
const signedBytes = (body: string | Uint8Array) => [body, { 'x-signature': hmac(body) }] as const;

describe('webhooks.verify, the vector', () => {
  it('gives the event', () => {
    const event = webhooks.verify(VECTOR.body, VECTOR_HEADERS, SECRET, NOW);

    expect(event).toEqual({
      type: 'status.updated',
      webhookType: 'status.updated',
      eventId: '0d0f4c1e-8a55-4f0c-9a4e-2f1f6b7c9d10',
      timestamp: VECTOR.timestamp,
      createdAt: VECTOR.timestamp,
      applicationId: '5b7e0c52-3f7e-4f0a-8c2d-7d1a90e4b6aa',
      environment: 'live',
      sessionId: 'c7a1d2f4-6b0e-4c38-9a11-52d0e7f3b8c6',
      status: 'Approved',
      workflowId: null,
      vendorData: 'usuario-\u00f1-42',
      metadata: { flow: 'withdrawal', amount: 5 },
      decision: { liveness_checks: [{ status: 'Approved', method: 'PASSIVE', score: 97.42 }] },
      body: JSON.parse(VECTOR.body),
    });
  });

  it.each<[string, string, Record<string, string>]>([
    ['X-Signature', VECTOR.raw, { 'x-signature': VECTOR.raw }],
    ['V2', VECTOR.v2, { 'x-signature-v2': VECTOR.v2 }],
    ['V2, escaped', VECTOR.v2Escaped, { 'x-signature-v2': VECTOR.v2Escaped }],
    ['V2, prefixed', VECTOR.v2Prefixed, { 'x-signature-v2': VECTOR.v2Prefixed }],
    [
      'V2, escaped and prefixed',
      hmac(`${VECTOR.timestamp}:${VECTOR.canonical.replace('\u00f1', '\\u00f1')}`),
      { 'x-signature-v2': hmac(`${VECTOR.timestamp}:${VECTOR.canonical.replace('\u00f1', '\\u00f1')}`) },
    ],
  ])('takes %s alone', (_, signature, headers) => {
    expect(signature).toMatch(/^[0-9a-f]{64}$/);
    expect(webhooks.verify(VECTOR.body, { ...headers, ...TIMESTAMP }, SECRET, NOW).status).toBe('Approved');
  });

  it.each<[string, string | Uint8Array, WebhookHeaders]>([
    ['a Buffer and the headers of Node', Buffer.from(VECTOR.body), { 'x-signature': VECTOR.raw, host: undefined }],
    ['a Uint8Array and Fetch headers', new TextEncoder().encode(VECTOR.body), new Headers(VECTOR_HEADERS)],
    ['text and pairs', VECTOR.body, [['X-SIGNATURE', VECTOR.raw]]],
    ['headers of which one came as a list', VECTOR.body, { 'x-signature': [VECTOR.raw] }],
  ])('takes %s', (_, body, headers) => {
    expect(webhooks.verify(body, headers, SECRET, NOW).type).toBe('status.updated');
  });

  it('takes a body that a parser wrote anew, by its V2 signature', () => {
    const rewritten = JSON.stringify(JSON.parse(VECTOR.body));

    expect(rewritten).not.toBe(VECTOR.body);
    expect(webhooks.verify(rewritten, VECTOR_HEADERS, SECRET, NOW).metadata).toEqual({ flow: 'withdrawal', amount: 5 });
    expect(reasonOf(rewritten, { 'x-signature': VECTOR.raw })).toMatchObject({ reason: 'wrong-signature' });
  });

  it('takes either secret while it is rotated, and neither after', () => {
    const verify = (secret: string | readonly string[]) => webhooks.verify(VECTOR.body, VECTOR_HEADERS, secret, NOW);

    expect(verify(['the-new-one', SECRET]).type).toBe('status.updated');
    expect(verify([SECRET, 'the-old-one']).type).toBe('status.updated');
    expect(errorOf(() => verify(['the-new-one', 'the-next-one']))).toMatchObject({ reason: 'wrong-signature' });
  });

  it('is also on the client', async () => {
    const client = new DiditClient({ apiKey: 'key-of-the-tests' });

    expect(client.webhooks.verify).toBe(webhooks.verify);
    await client.close();
  });
});

describe('webhooks.verify refuses', () => {
  it.each<[string, string, string | Uint8Array, WebhookHeaders]>([
    ['no signature', 'no-signature', VECTOR.body, {}],
    ['no signature, whatever the body', 'no-signature', '%', TIMESTAMP],
    ['the simple signature alone', 'simple-signature-only', VECTOR.body, { 'x-signature-simple': VECTOR.simple }],
    [
      'the simple signature in the place of another',
      'wrong-signature',
      VECTOR.body,
      { 'x-signature': VECTOR.simple, 'x-signature-v2': VECTOR.simple, ...TIMESTAMP },
    ],
    ['a signature in capitals', 'wrong-signature', VECTOR.body, { 'x-signature': VECTOR.raw.toUpperCase() }],
    ['a signature cut short', 'wrong-signature', VECTOR.body, { 'x-signature': VECTOR.raw.slice(0, 62) }],
    ['a signature with more behind it', 'wrong-signature', VECTOR.body, { 'x-signature': `${VECTOR.raw}00` }],
    ['a signature that is not hexadecimal', 'wrong-signature', VECTOR.body, { 'x-signature': 'z'.repeat(64) }],
    ['an empty signature', 'wrong-signature', VECTOR.body, { 'x-signature': '' }],
    ['two signatures', 'wrong-signature', VECTOR.body, { 'x-signature': [VECTOR.raw, VECTOR.raw] }],
    ['the right bytes as V2', 'wrong-signature', VECTOR.body, { 'x-signature-v2': VECTOR.raw }],
    ['what is no JSON, as V2', 'wrong-signature', '{', { 'x-signature-v2': hmac('{') }],
    ['what nests without end, as V2', 'wrong-signature', '['.repeat(1e6), { 'x-signature-v2': VECTOR.v2 }],
    ['another body', 'wrong-signature', VECTOR.body.replace('Approved', 'Declined'), VECTOR_HEADERS],
    ['signed bytes that are not JSON', 'malformed-body', ...signedBytes('status=Approved')],
    ['signed bytes that are not UTF-8', 'malformed-body', ...signedBytes(Buffer.from('{"a":"\u00f1"}', 'latin1'))],
    ['a signed list', 'malformed-body', ...signedBytes('[]')],
    ['a signed body without a type', 'malformed-body', ...signedBytes(JSON.stringify({ timestamp: VECTOR.timestamp }))],
    [
      'a signed body of more than 1 MiB',
      'malformed-body',
      ...signedBytes(JSON.stringify(eventBody({ padding: 'x'.repeat(1024 * 1024) }))),
    ],
    ['a body without a time', 'no-timestamp', ...signedBytes('{"webhook_type":"status.updated"}')],
    [
      'times that are not numbers',
      'no-timestamp',
      ...signedBytes(JSON.stringify(eventBody({ timestamp: '1795392000', created_at: null }))),
    ],
    ['a header re-stamped', 'timestamp-mismatch', VECTOR.body, { ...VECTOR_HEADERS, 'X-Timestamp': '1795392060' }],
    ['a header that is no number', 'timestamp-mismatch', VECTOR.body, { ...VECTOR_HEADERS, 'X-Timestamp': 'now' }],
  ])('%s: %s', (_, reason, body, headers) => {
    expect(reasonOf(body, headers)).toMatchObject({
      name: 'WebhookVerificationError',
      code: 'webhook-verification',
      reason,
    });
  });

  it.each([
    [300, undefined],
    [301, 'stale'],
    [-300, undefined],
    [-301, 'stale'],
    [86_400 * 365, 'stale'],
  ])('a delivery %d seconds late by the tolerance of 300', (seconds, reason) => {
    const verify = () =>
      webhooks.verify(VECTOR.body, VECTOR_HEADERS, SECRET, { now: VECTOR_NOW + seconds * 1000 }).eventId;

    if (reason === undefined) expect(verify()).toMatch(/^0d0f/);
    else expect(errorOf(verify)).toMatchObject({ reason });
  });

  it('a captured delivery with a fresh header, and tells no more than that', () => {
    const later = VECTOR.timestamp + 3_600;
    const headers = { ...VECTOR_HEADERS, 'X-Timestamp': String(later) };

    expect(reasonOf(VECTOR.body, headers, { now: later * 1000 })).toMatchObject({ reason: 'timestamp-mismatch' });
    expect(reasonOf(VECTOR.body, { 'x-signature': VECTOR.raw }, { now: later * 1000 })).toMatchObject({
      reason: 'stale',
    });
  });

  it('judges by created_at where there is no timestamp', () => {
    const [body, headers] = signedBytes(
      JSON.stringify({ webhook_type: 'status.updated', created_at: VECTOR.timestamp }),
    );

    expect(webhooks.verify(body, headers, SECRET, NOW).timestamp).toBe(VECTOR.timestamp);
    expect(webhooks.verify(body, { ...headers, 'x-timestamp': '1' }, SECRET, NOW).timestamp).toBe(VECTOR.timestamp);
    expect(reasonOf(body, headers, { now: VECTOR_NOW + 301_000 })).toMatchObject({ reason: 'stale' });
  });

  it('a prefixed message whose prefix is no time', () => {
    const headers = { 'x-signature-v2': hmac(`soon:${VECTOR.canonical}`), 'x-timestamp': 'soon' };

    expect(reasonOf(VECTOR.body, headers)).toMatchObject({ reason: 'wrong-signature' });
  });

  it.each(['soon1', '1soon', '1'.repeat(16), ''])('a prefixed message whose prefix is %j', (prefix) => {
    const headers = { 'x-signature-v2': hmac(`${prefix}:${VECTOR.canonical}`), 'x-timestamp': prefix };

    expect(reasonOf(VECTOR.body, headers)).toMatchObject({ reason: 'wrong-signature' });
  });

  it('a prefixed message without a header of its time', () => {
    const headers = { 'x-signature-v2': hmac(`undefined:${VECTOR.canonical}`) };

    expect(reasonOf(VECTOR.body, headers)).toMatchObject({ reason: 'wrong-signature' });
  });

  it('any single byte changed, of the body or of a signature', () => {
    const bytes = Buffer.from(VECTOR.body);
    const change = (source: Buffer, index: number, mask: number) => {
      const copy = Buffer.from(source);
      copy.writeUInt8(copy.readUInt8(index) ^ mask, index);
      return copy;
    };

    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (index, mask) => {
        const changed = change(bytes, index, mask);
        expect(reasonOf(changed, { 'x-signature': VECTOR.raw })).toMatchObject({ reason: 'wrong-signature' });
        const value = tryParse(changed);
        // A change that only spells the same value in another way is what V2 is for.
        fc.pre(JSON.stringify(value) !== JSON.stringify(JSON.parse(VECTOR.body)));
        expect(reasonOf(changed, VECTOR_HEADERS)).toMatchObject({ reason: 'wrong-signature' });
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.nat(63), fc.integer({ min: 1, max: 127 }), (index, mask) => {
        const forged = (text: string) => change(Buffer.from(text), index, mask).toString('latin1');
        expect(
          reasonOf(bytes, { 'x-signature': forged(VECTOR.raw), 'x-signature-v2': forged(VECTOR.v2), ...TIMESTAMP }),
        ).toMatchObject({ reason: 'wrong-signature' });
      }),
      { numRuns: 500 },
    );
  });

  it('or accepts: whatever the bytes, there is an event or the one error', () => {
    const body = fc.oneof(
      fc.uint8Array(),
      fc.string(),
      fc.json(),
      fc
        .record(
          {
            webhook_type: fc.jsonValue(),
            timestamp: fc.jsonValue(),
            event_id: fc.jsonValue(),
            decision: fc.jsonValue(),
          },
          { requiredKeys: [] },
        )
        .map((value) => JSON.stringify({ created_at: VECTOR.timestamp, ...value })),
    );

    fc.assert(
      fc.property(body, (bytes) => {
        try {
          expect(Object.isFrozen(webhooks.verify(bytes, { 'x-signature': hmac(bytes) }, SECRET, NOW))).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'webhook-verification' });
        }
      }),
    );
  });
});

function tryParse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

describe('the event', () => {
  const verify = (fields: Readonly<Record<string, unknown>>) => {
    const { body, headers } = sign(eventBody(fields));
    return webhooks.verify(body, headers, SECRET, NOW);
  };

  it.each([
    'status.updated',
    'data.updated',
    'user.status.updated',
    'user.data.updated',
    'business.status.updated',
    'business.data.updated',
    'activity.created',
    'transaction.created',
    'transaction.status.updated',
    'travel_rule.status.updated',
  ])('carries the type %s', (type) => {
    expect(verify({ webhook_type: type })).toMatchObject({ type, webhookType: type, eventId: 'event-1' });
  });

  it.each(['something.of.tomorrow', 'unknown', 'constructor'])('calls the type %s unknown', (type) => {
    expect(verify({ webhook_type: type })).toMatchObject({ type: 'unknown', webhookType: type, status: 'Approved' });
  });

  it('has what belongs to sessions only on events of sessions', () => {
    expect(verify({})).toHaveProperty('sessionId', 'session-1');
    expect(verify({ webhook_type: 'user.status.updated' })).not.toHaveProperty('sessionId');
    expect(verify({ webhook_type: 'user.status.updated' }).body).toHaveProperty('session_id', 'session-1');
  });

  it('is narrowed by its type, also beside types that this version does not know', () => {
    const sessionOf = (event: WebhookEvent): string | null => {
      if (event.type === 'status.updated' || event.type === 'data.updated') return event.sessionId;
      return event.type === 'unknown' ? event.webhookType : event.status;
    };

    expect(sessionOf(verify({}))).toBe('session-1');
    expect(sessionOf(verify({ webhook_type: 'something.of.tomorrow' }))).toBe('something.of.tomorrow');
  });

  it('is frozen to its last leaf', () => {
    const event = verify({ decision: { liveness_checks: [{ score: 97.42 }] }, reviewer: null });
    const { liveness_checks: checks } = event.body['decision'] as { liveness_checks: readonly object[] };

    expect([event, event.body, event.body['decision'], checks, checks[0]].every(Object.isFrozen)).toBe(true);
  });

  it.each<[string, object, object]>([
    ['an unknown environment', { environment: 'staging' }, { environment: null }],
    ['the sandbox', { environment: 'sandbox' }, { environment: 'sandbox' }],
    ['an id that no log should hold', { event_id: 'a\nb' }, { eventId: null }],
    ['an id beyond any length', { event_id: 'x'.repeat(201) }, { eventId: null }],
    ['a status that is no text', { status: 1 }, { status: null }],
    ['a decision that is no object', { decision: [] }, { decision: null }],
    ['a field of every object', { __proto__: { vendor_data: 'forged' } }, { vendorData: null }],
  ])('makes nothing up of %s', (_, fields, expected) => {
    expect(verify(fields as Record<string, unknown>)).toMatchObject(expected);
  });
});

describe('arguments that cannot be used', () => {
  it.each<[string, unknown, unknown, unknown, string]>([
    ['a parsed body', {}, {}, SECRET, 'rawBody is an object'],
    ['headers that are none', '', undefined, SECRET, 'headers is not usable'],
    ['an empty secret', '', {}, '', 'secret is not usable'],
    ['a secret with a line break', '', {}, `${SECRET}\n`, 'secret is not usable'],
    ['no secret', '', {}, [], 'secret is not usable'],
    ['an undefined secret among others', '', {}, [SECRET, undefined], 'secret is not usable'],
    ['too many secrets', '', {}, Array.from({ length: 6 }, () => SECRET), 'secret is not usable'],
  ])('D08 refuses %s', (_, body, headers, secret, message) => {
    const error = errorOf(() => webhooks.verify(body as string, headers as WebhookHeaders, secret as string, NOW));

    expect(error).toMatchObject({ code: 'invalid-option', message: expect.stringContaining(message) });
    expect(String(error)).not.toContain(SECRET);
  });

  it('takes five secrets, and bodies of 1 MiB', () => {
    const empty = JSON.stringify(eventBody({ padding: '' }));
    const [body, headers] = signedBytes(
      empty.replace('"padding":""', `"padding":"${'x'.repeat(1024 * 1024 - empty.length)}"`),
    );

    expect(Buffer.byteLength(body)).toBe(1024 * 1024);
    expect(webhooks.verify(body, headers, ['1', '2', '3', '4', SECRET], NOW).eventId).toBe('event-1');
  });

  it.each<[string, () => unknown, string]>([
    [
      'the body',
      () => webhooks.verify({} as string, {}, SECRET),
      'allowed: the bytes of the body as they were received',
    ],
    ['the secret', () => webhooks.verify('', {}, ''), 'no blanks or line ends around it, or a list of up to 5'],
    [
      'now',
      () => webhooks.verify('', {}, SECRET, { now: Number.NaN }),
      'webhooks.verify.now is NaN, which is not allowed; allowed: milliseconds since 1970',
    ],
  ])('D08 says what is allowed for %s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  it.each([{ toleranceSeconds: 0 }, { toleranceSeconds: 86_401 }, { now: Number.NaN }, { tolerance: 5 }])(
    'D08 refuses the options %j',
    (options) => {
      expect(errorOf(() => webhooks.verify('', {}, SECRET, options))).toMatchObject({ code: 'invalid-option' });
    },
  );
});

describe('the error', () => {
  it('D03 P8 holds neither secret, signature nor body, however it is shown', () => {
    const error = reasonOf(VECTOR.body.replace('Approved', 'Declined'), VECTOR_HEADERS);
    const shown = `${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)} ${String(error)}`;

    expect(isDiditLivenessError(error)).toBe(true);
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ reason: 'wrong-signature' });
    for (const canary of [SECRET, VECTOR.raw, VECTOR.v2, 'usuario', 'withdrawal']) expect(shown).not.toContain(canary);
  });
});
