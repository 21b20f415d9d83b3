import { afterEach, describe, expect, it } from '@jest/globals';
import type { DiditClient } from '../src/client/client.js';
import type { LivenessEvent } from '../src/gate/events.js';
import { createLivenessGate } from '../src/gate/gate.js';
import type { RouteOptions } from '../src/gate/options.js';
import type { Attempt } from '../src/gate/attempt.js';
import { advisoryAnswer, approvedAnswer, blocklistedAnswer, spoofAnswer, warningOf } from './support/answers.js';
import { canaryPicture, expectNoCanary, KEY_CANARY, VENDOR_CANARY } from './support/canaries.js';
import { type BenchOptions, livenessIn, reads, refusalIn, startGate, throwsFault } from './support/gates.js';
import { baselineJpeg } from './support/pictures.js';
import { answer, closeAll, hangUp, neverAnswer, rejectionOf, type Reply, sendAndEnd } from './support/server.js';

const FACTS = ['at', 'billed', 'correlationId', 'durationMs', 'type'];
const DECIDED = [
  ...FACTS,
  'checks',
  'code',
  'contradictions',
  'image',
  'outcome',
  'policyId',
  'requestId',
  'risks',
  'rules',
  'unknownRisks',
].sort();

afterEach(closeAll);

/** The one event of one request. */
async function eventOf(
  reply: Reply,
  options: BenchOptions & { attempt?: Partial<Attempt>; route?: RouteOptions } = {},
) {
  const { attempt, route, ...bench } = options;
  const { gate, events } = await startGate(reply, bench);
  await gate.route(route).check({ read: reads(), correlationId: 'c-1', ...attempt });
  const [event] = events;
  if (!event || events.length > 1) throw new Error(`there were ${events.length} events`);
  return event;
}

function keysOf(event: LivenessEvent): string[] {
  return Object.keys(event).sort();
}

describe('the event of a request that passed', () => {
  it('has these fields and no others (H15)', async () => {
    const event = await eventOf(answer({ body: approvedAnswer() }));

    expect(keysOf(event)).toEqual(DECIDED);
    expect(event).toMatchObject({
      type: 'decided',
      at: '2026-11-23T12:00:00.000Z',
      correlationId: 'c-1',
      durationMs: 0,
      billed: 'yes',
      outcome: 'approved',
      code: null,
      requestId: '6f2f0a9e-5c3a-4a5e-9d0a-0c6b3f7e1d42',
      policyId: expect.stringMatching(/^[0-9a-f]{12}$/),
      rules: [],
      risks: [],
      unknownRisks: [],
      contradictions: [],
      image: { type: 'jpeg', size: baselineJpeg.length, width: 640, height: 480 },
    });
  });

  it('tells of an unknown tag and of a review that was let through', async () => {
    const warnings = [warningOf('SOMETHING_NEW', 'warning'), warningOf('DUPLICATED_FACE', 'information')];

    const event = await eventOf(answer({ body: approvedAnswer({ warnings }) }), { route: { onReview: 'pass' } });

    expect(event).toMatchObject({
      outcome: 'review',
      code: null,
      rules: ['unknownWarning', 'warnings.DUPLICATED_FACE'],
      risks: ['DUPLICATED_FACE'],
      unknownRisks: ['SOMETHING_NEW'],
    });
  });

  it('takes time from the clock of the gate, and its date too', async () => {
    const { gate, events, clock } = await startGate(answer({ body: approvedAnswer() }));

    await gate.route().check({
      read: () => {
        clock.advance(1_234.4);
        return reads()();
      },
    });

    expect(events).toEqual([expect.objectContaining({ durationMs: 1_234, at: '2026-11-23T12:00:01.234Z' })]);
  });
});

describe('the event of a request that was declined', () => {
  it('says which rules fired, without their values', async () => {
    const event = await eventOf(answer({ body: spoofAnswer }), { route: { threshold: 50 } });

    expect(keysOf(event)).toEqual(DECIDED);
    expect(event).toMatchObject({
      outcome: 'declined',
      code: 'liveness-declined',
      billed: 'yes',
      rules: ['score.declineAtOrBelow', 'severity', 'autoDecline'],
      risks: ['LOW_LIVENESS_SCORE', 'LIVENESS_FACE_ATTACK'],
    });
    expect(JSON.stringify(event)).not.toMatch(/8\.25|50/);
  });

  it('says how an approval spoke against itself (C18, F11)', async () => {
    const warnings = [warningOf('FACE_IN_BLOCKLIST', 'warning')];
    const body = approvedAnswer({ warnings, user_image: { entities: [], best_angle: null } });

    const event = await eventOf(answer({ body }));

    expect(event).toMatchObject({ code: 'liveness-declined', contradictions: ['auto-decline-tag', 'no-face'] });
  });

  it.each([
    ['line breaks', 'EVIL\r\nTAG: 1', 'EVILTAG1'],
    ['other letters', 'na\u00efve<script>', 'navescript'],
    ['length', 'A'.repeat(500), 'A'.repeat(64)],
  ])('holds unknown tags without their %s', async (_name, risk, expected) => {
    const event = await eventOf(answer({ body: approvedAnswer({ warnings: [warningOf(risk, 'error')] }) }));

    expect(event).toMatchObject({ unknownRisks: [expected] });
  });

  it('has a code for a review and for a retake', async () => {
    const retake = await eventOf(answer({ body: advisoryAnswer }), {
      route: { policy: { warnings: { DUPLICATED_FACE: 'approve' } } },
    });
    const review = await eventOf(answer({ body: approvedAnswer({ status: 'In Review' }) }));

    expect([retake, review]).toEqual([
      expect.objectContaining({ outcome: 'declined', code: 'selfie-retake' }),
      expect.objectContaining({ outcome: 'review', code: 'review-required' }),
    ]);
  });
});

describe('the other events', () => {
  it('of a request that was refused for free have these fields and no others (H15)', async () => {
    const event = await eventOf(neverAnswer, { attempt: { validate: () => ({ email: VENDOR_CANARY }) } });

    expect(keysOf(event)).toEqual([...FACTS, 'code'].sort());
    expect(event).toMatchObject({ type: 'refused', code: 'invalid-fields', billed: 'no' });
    expectNoCanary(event);
  });

  it.each<[string, Reply, object]>([
    [
      'an answer',
      answer({ status: 401 }),
      { code: 'liveness-unavailable', error: 'authentication', upstreamStatus: 401, billed: 'no' },
    ],
    [
      'no answer',
      hangUp,
      { code: 'liveness-unavailable', error: 'connection', upstreamStatus: null, billed: 'unknown' },
    ],
    [
      'a 200 that is none',
      answer({}),
      { code: 'liveness-bad-response', error: 'bad-response', upstreamStatus: 200, billed: 'yes' },
    ],
    [
      'a 500 that breaks off',
      sendAndEnd('HTTP/1.1 500 No\r\ncontent-length: 99\r\n\r\n{'),
      { code: 'liveness-bad-response', error: 'bad-response', upstreamStatus: 500, billed: 'unknown' },
    ],
    [
      'no HTTP',
      sendAndEnd('SSH-2.0-OpenSSH_9.6\r\n'),
      { code: 'liveness-bad-response', error: 'bad-response', upstreamStatus: null, billed: 'unknown' },
    ],
  ])('of a call that failed with %s have these fields and no others (H15)', async (_name, reply, expected) => {
    const event = await eventOf(reply);

    expect(keysOf(event)).toEqual([...FACTS, 'code', 'error', 'step', 'upstreamStatus'].sort());
    expect(event).toMatchObject({ type: 'failed', step: 'liveness', ...expected });
  });

  it('of a client that hung up have these fields and no others (H15)', async () => {
    const event = await eventOf(neverAnswer, { attempt: { signal: AbortSignal.abort() } });

    expect(keysOf(event)).toEqual(FACTS);
    expect(event).toMatchObject({ type: 'aborted', billed: 'no' });
  });
});

describe('the event of a request that broke', () => {
  /** What the request was rejected with, and the one event of it. */
  async function brokenBy(attempt: Partial<Attempt>) {
    const { gate, events, server } = await startGate(answer({ body: approvedAnswer() }));
    const error = await rejectionOf(gate.route().check({ read: reads(), correlationId: 'c-1', ...attempt }));
    expect(server.connections()).toBe(0);
    const [event] = events;
    if (!event || events.length > 1) throw new Error(`there were ${events.length} events`);
    return { error, event };
  }

  const fault = new RangeError(VENDOR_CANARY, { cause: KEY_CANARY });
  const throwIt = () => {
    throw fault;
  };

  it.each<[string, Partial<Attempt>]>([
    ['read', { read: throwIt }],
    ['read, later', { read: () => Promise.reject(fault) }],
    ['validate', { validate: throwIt }],
    ['validate, later', { validate: () => Promise.reject(fault) }],
    ['subject', { subject: throwIt }],
    ['subject, later', { subject: () => Promise.reject(fault) }],
  ])('has these fields and no others, and the error goes on: %s (H15, P2)', async (_name, attempt) => {
    const { error, event } = await brokenBy(attempt);

    expect(error).toBe(fault);
    expect(keysOf(event)).toEqual([...FACTS, 'error'].sort());
    expect(event).toEqual({
      type: 'broken',
      error: 'RangeError',
      at: '2026-11-23T12:00:00.000Z',
      correlationId: 'c-1',
      durationMs: 0,
      billed: 'unknown',
    });
    expect(Object.isFrozen(event)).toBe(true);
    expectNoCanary(event);
  });

  it('names what is wrong with the functions of the application', async () => {
    const validate = await brokenBy({ validate: () => false as unknown as undefined });
    const subject = await brokenBy({ subject: () => '' });

    expect([validate.event, subject.event]).toMatchObject([{ error: 'TypeError' }, { error: 'InvalidOptionError' }]);
  });

  it.each<[string, unknown, string]>([
    ['text', KEY_CANARY, 'unknown'],
    ['nothing', undefined, 'unknown'],
    ['an object with a name', { name: KEY_CANARY }, 'unknown'],
    ['an error whose name is none', Object.assign(new Error('x'), { name: 7 }), 'unknown'],
    ['an error with line breaks in its name', Object.assign(new Error('x'), { name: 'Evil\r\nName: 1' }), 'EvilName1'],
    ['an error with a long name', Object.assign(new Error('x'), { name: 'A'.repeat(500) }), 'A'.repeat(64)],
  ])('holds a harmless name where the application threw %s', async (_name, thrown, expected) => {
    const { error, event } = await brokenBy({ validate: () => Promise.reject(thrown) });

    expect(error).toBe(thrown);
    expect(event).toMatchObject({ type: 'broken', error: expected });
  });

  it('goes on with an error of the client that is about no call', async () => {
    const events: LivenessEvent[] = [];
    const client = { passiveLiveness: { checkPicture: () => Promise.reject(fault) } } as unknown as DiditClient;
    const gate = createLivenessGate({ client, onEvent: (event) => events.push(event) });

    expect(await rejectionOf(gate.route().check({ read: reads() }))).toBe(fault);
    expect(events).toEqual([expect.objectContaining({ type: 'broken', error: 'RangeError', billed: 'unknown' })]);
  });

  it('keeps the error where the listener throws too', async () => {
    const { gate } = await startGate(answer({ body: approvedAnswer() }), { onEvent: throwsFault });

    expect(await rejectionOf(gate.route().check({ read: reads(), validate: throwIt }))).toBe(fault);
  });
});

describe('every event', () => {
  it.each<[string, Reply]>([
    ['passed', answer({ body: { ...approvedAnswer(), vendor_data: VENDOR_CANARY } })],
    ['declined', answer({ body: blocklistedAnswer })],
    ['failed', answer({ status: 400, body: { vendor_data: [VENDOR_CANARY], key: KEY_CANARY } })],
  ])('holds no key, picture, id, field or estimate: %s (P8, H15)', async (_name, reply) => {
    const event = await eventOf(reply, {
      clientOptions: { apiKey: KEY_CANARY },
      attempt: { read: reads(canaryPicture, { email: 'jane@example.com' }), subject: () => VENDOR_CANARY },
    });

    expectNoCanary(event);
    expect(JSON.stringify(event)).not.toMatch(/jane|31\.4|female|96\.37|94\.5|81\.06|0e9c2a44|selfie\.jpg/);
  });

  it('is frozen', async () => {
    expect(Object.isFrozen(await eventOf(answer({ body: approvedAnswer() })))).toBe(true);
  });
});

describe('a listener', () => {
  it('that throws changes nothing for a request that passes', async () => {
    const { gate } = await startGate(answer({ body: approvedAnswer() }), { onEvent: throwsFault });

    expect(livenessIn(await gate.route().check({ read: reads() })).outcome).toBe('approved');
  });

  it.each<[string, Reply, Partial<Attempt>, string]>([
    ['declined', answer({ body: spoofAnswer }), {}, 'liveness-declined'],
    ['refused', neverAnswer, { read: reads(new Uint8Array(0)) }, 'selfie-unreadable'],
    ['failed', hangUp, {}, 'liveness-unavailable'],
  ])('that throws lets no request pass that is %s (P2)', async (_name, reply, attempt, code) => {
    const { gate } = await startGate(reply, { onEvent: throwsFault });

    expect(refusalIn(await gate.route().check({ read: reads(), ...attempt })).code).toBe(code);
  });

  it('need not be there', async () => {
    const { client } = await startGate(answer({ body: approvedAnswer() }));

    const result = await createLivenessGate({ client }).route().check({ read: reads() });

    expect(result.kind).toBe('passed');
  });
});
