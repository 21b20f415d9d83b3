import { describe, expect, it } from '@jest/globals';
import { parseBody, timestampOf, toEvent } from '../src/webhook/event.js';

const SESSION = { webhook_type: 'data.updated', session_id: 's', workflow_id: 'w', decision: { status: 'Approved' } };

describe('toEvent', () => {
  it('reads what belongs to a session', () => {
    expect(toEvent({ ...SESSION }, 1)).toMatchObject({
      sessionId: 's',
      workflowId: 'w',
      decision: { status: 'Approved' },
    });
  });

  it.each([
    'user.status.updated',
    'user.data.updated',
    'business.status.updated',
    'business.data.updated',
    'transaction.created',
    'transaction.status.updated',
    'travel_rule.status.updated',
    'activity.created',
    'unknown',
    'new',
  ])('gives an event %s nothing of a session', (type) => {
    const event = toEvent({ ...SESSION, webhook_type: type }, 1);

    expect(event?.webhookType).toBe(type);
    for (const name of ['sessionId', 'workflowId', 'decision']) expect(event).not.toHaveProperty(name);
  });

  it.each([[''], [null], [7], [undefined]])('is none of the type %p', (type) => {
    expect(toEvent({ webhook_type: type }, 1)).toBeUndefined();
  });

  it('has no id where the delivery has none', () => {
    expect(toEvent({ ...SESSION }, 1)?.eventId).toBeNull();
  });

  it('holds null within the body', () => {
    expect(toEvent({ ...SESSION, metadata: { note: null } }, 1)?.metadata).toEqual({ note: null });
  });
});

describe('timestampOf', () => {
  it.each([['5'], [true], [{}], [Number.NaN], [Number.POSITIVE_INFINITY], [null]])('is null for %p', (timestamp) => {
    expect(timestampOf({ timestamp })).toBeNull();
  });
});

describe('parseBody', () => {
  it.each(['', '{', '[]', 'null', '"x"'])('gives undefined for %j', (text) => {
    expect(parseBody(Buffer.from(text))).toBeUndefined();
  });
});
