import { createHmac } from 'node:crypto';

/** A delivery with every signature that its documents describe, computed by another program. */
export const VECTOR = {
  secret: '4tq0yVbN3cXk8Lr2mZsWfHj6pDgEa1oUuIiTtRrEeW0',
  timestamp: 1_795_392_000,
  // `5.0` and the letter beyond ASCII are what a parser on the way changes.
  body: '{"event_id":"0d0f4c1e-8a55-4f0c-9a4e-2f1f6b7c9d10","webhook_type":"status.updated","timestamp":1795392000,"created_at":1795392000,"application_id":"5b7e0c52-3f7e-4f0a-8c2d-7d1a90e4b6aa","environment":"live","session_id":"c7a1d2f4-6b0e-4c38-9a11-52d0e7f3b8c6","status":"Approved","workflow_id":null,"vendor_data":"usuario-\u00f1-42","metadata":{"flow":"withdrawal","amount":5.0},"decision":{"liveness_checks":[{"status":"Approved","method":"PASSIVE","score":97.42}]}}',
  canonical:
    '{"application_id":"5b7e0c52-3f7e-4f0a-8c2d-7d1a90e4b6aa","created_at":1795392000,"decision":{"liveness_checks":[{"method":"PASSIVE","score":97.42,"status":"Approved"}]},"environment":"live","event_id":"0d0f4c1e-8a55-4f0c-9a4e-2f1f6b7c9d10","metadata":{"amount":5,"flow":"withdrawal"},"session_id":"c7a1d2f4-6b0e-4c38-9a11-52d0e7f3b8c6","status":"Approved","timestamp":1795392000,"vendor_data":"usuario-\u00f1-42","webhook_type":"status.updated","workflow_id":null}',
  raw: 'a7d6109dbf1aa2162c6d9cf8a03038f1e58539168a5118b4bc1cd86536569a37',
  v2: '49863af2de42bf73baf034a01bb6f070e1456f17590fadbc5f41696475a35f0d',
  simple: '24f2f9a6b472fecb825039610eea91723fb72f9a9587d644c779a6ac65228213',
  v2Escaped: 'd78f3b6cd73d4eca22777cd951bdc912abf336287ab61a76302b790931871a63',
  v2Prefixed: '4d90fdaa2f26613fc3b589a7b3bab30d400c7fa74c4b96a0b974baf2d8aa4e75',
} as const;

/** Milliseconds at which {@link VECTOR} is sent. */
export const VECTOR_NOW: number = VECTOR.timestamp * 1000;

/** The headers of {@link VECTOR}. */
export const VECTOR_HEADERS: Readonly<Record<string, string>> = {
  'X-Signature': VECTOR.raw,
  'X-Signature-V2': VECTOR.v2,
  'X-Signature-Simple': VECTOR.simple,
  'X-Timestamp': String(VECTOR.timestamp),
};

/** A delivery on the wire. */
export interface SignedDelivery {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** An event of a session, sent at the time of {@link VECTOR}, with these fields besides. */
export function eventBody(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    event_id: 'event-1',
    webhook_type: 'status.updated',
    timestamp: VECTOR.timestamp,
    session_id: 'session-1',
    status: 'Approved',
    ...fields,
  };
}

/** Signs an event as Didit does. */
export function sign(event: Readonly<Record<string, unknown>>, secret: string = VECTOR.secret): SignedDelivery {
  const body = JSON.stringify(event);
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'x-signature': hmac(body, secret),
      'x-signature-v2': hmac(sorted(event), secret),
      'x-timestamp': String(event['timestamp']),
    },
  };
}

/** HMAC-SHA256 in hexadecimal. */
export function hmac(message: string | Uint8Array, secret: string = VECTOR.secret): string {
  return createHmac('sha256', secret).update(message).digest('hex');
}

/** Canonical JSON, as far as the events of {@link eventBody} need it. */
function sorted(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${sorted(entry)}`).join(',')}}`;
}
