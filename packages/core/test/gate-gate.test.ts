import { afterEach, describe, expect, it } from '@jest/globals';
import { DiditClient } from '../src/client/client.js';
import type { LivenessEvent } from '../src/gate/events.js';
import { createLivenessGate, LivenessGate } from '../src/gate/gate.js';
import type { GateOptions } from '../src/gate/options.js';
import { LivenessRoute } from '../src/gate/route.js';
import { approvedAnswer } from './support/answers.js';
import { canaryPicture, expectNoCanary, KEY_CANARY, VENDOR_CANARY } from './support/canaries.js';
import { livenessIn, reads, refusalIn, startGate, throwsFault } from './support/gates.js';
import { answer, answerBytes, closeAll, neverAnswer, rejectionOf, startServer } from './support/server.js';

const approved = answer({ body: approvedAnswer() });

afterEach(closeAll);

/** A client that is never used. */
function idleClient(apiKey = 'key'): DiditClient {
  return new DiditClient({ apiKey });
}

function errorOf(options: unknown): unknown {
  try {
    return createLivenessGate(options as GateOptions);
  } catch (error) {
    return error;
  }
}

/** The warnings of a gate and its routes. */
function warningsOf(options: Partial<GateOptions>, use: (gate: LivenessGate) => void = () => {}) {
  const events: LivenessEvent[] = [];
  use(createLivenessGate({ client: idleClient(), onEvent: (event) => events.push(event), ...options }));
  return events;
}

describe('createLivenessGate', () => {
  it.each([
    ['no client', {}],
    ['an undefined client', { client: undefined }],
  ])('P23 is not made with %s', (_name, options) => {
    expect(() => createLivenessGate(options as unknown as GateOptions)).toThrow(
      'gate.client is undefined, which is not allowed; allowed: a DiditClient',
    );
  });

  it('makes a gate with the client that was given', () => {
    const client = idleClient();

    const gate = createLivenessGate({ client });

    expect(gate).toBeInstanceOf(LivenessGate);
    expect(gate.client).toBe(client);
    expect(gate.route()).toBeInstanceOf(LivenessRoute);
  });

  it.each<[string, object, string, string]>([
    ['no client', { client: 'key' }, 'gate.client', 'a DiditClient'],
    ['a client that is none', { client: {} }, 'gate.client', 'a DiditClient'],
    ['a listener that is none', { onEvent: 'log' }, 'gate.onEvent', 'a function'],
    ['digest as text', { digest: 'sha256' }, 'gate.digest', 'true or false'],
    ['includeFaces as a number', { includeFaces: 1 }, 'gate.includeFaces', 'true or false'],
    ['a base that is no text', { problemTypeBase: new URL('https://a.example') }, 'gate.problemTypeBase', 'a string'],
    ['a clock that is none', { clock: null }, 'gate.clock', 'an object'],
    ['a threshold out of range', { threshold: 0.8e3 }, 'gate.threshold', '0, or a number from 1 to 100'],
    ['a threshold as a fraction', { threshold: 0.8 }, 'gate.threshold', '(80 means 80 of 100)'],
    ['an unknown tag', { policy: { warnings: { SPOOF: 'decline' } } }, 'gate.policy.warnings.SPOOF', 'Allowed: '],
    ['a misspelt option', { includeFace: true }, 'gate.includeFace', 'did you mean "includeFaces"?'],
    ['an option of the client', { apiKey: KEY_CANARY }, 'gate.apiKey', 'is not an option'],
  ])('refuses %s (P23)', (_name, wrong, option, message) => {
    const error = errorOf({ client: idleClient(), ...wrong });

    expect(error).toMatchObject({ code: 'invalid-option', option, message: expect.stringContaining(message) });
    expectNoCanary(error);
  });

  it('refuses options that are no object', () => {
    expect(errorOf(undefined)).toMatchObject({ code: 'invalid-option', option: 'gate' });
  });
});

describe('a route', () => {
  it('has the policy of the gate with its own laid over it', () => {
    const gate = createLivenessGate({ client: idleClient(), policy: { extends: 'strict' }, threshold: 70 });

    expect(gate.route().policy.rules.score).toEqual({ declineAtOrBelow: 70, reviewAtOrBelow: 80 });
    expect(gate.route({ threshold: 0 }).policy.rules.score).toEqual({ declineAtOrBelow: 0, reviewAtOrBelow: 80 });
    expect(gate.route({ policy: { extends: 'lenient' } }).policy.rules.score.reviewAtOrBelow).toBeNull();
  });

  it('is refused by the name that the caller gives it', () => {
    const gate = createLivenessGate({ client: idleClient() });
    const makeRoute = (path?: string) => () => gate.route({ onReview: 'maybe' as 'pass' }, path);

    expect(makeRoute()).toThrow('route.onReview is "maybe"');
    expect(makeRoute('requireLiveness')).toThrow('requireLiveness.onReview is "maybe"');
  });

  it('shares client and listener with the other routes', async () => {
    const { gate, server, events } = await startGate(approved);

    await gate.route({ threshold: 10 }).check({ read: reads() });
    await gate.route({ threshold: 20 }).check({ read: reads() });

    expect(server.requests).toHaveLength(2);
    expect(events.map(({ type }) => type)).toEqual(['decided', 'decided']);
  });
});

describe('warnings about the configuration', () => {
  it('tell of a sandbox key, once', () => {
    const events = warningsOf({ client: idleClient('sk_test_abc') }, (gate) => gate.route());

    expect(events).toEqual([
      { type: 'configuration', warning: 'sandbox-key', message: expect.stringContaining('approves every picture') },
    ]);
  });

  it('tell of duplicates that are declined while none are enrolled', () => {
    const policy = { warnings: { DUPLICATED_FACE: 'decline' } } as const;

    const events = warningsOf({ policy }, (gate) => gate.route());

    expect(events).toEqual([
      {
        type: 'configuration',
        warning: 'duplicates-not-enrolled',
        message:
          'The policy declines duplicated faces, but saveApiRequest is false, so this gate enrols none: ' +
          'only faces that were saved by other means can be recognised.',
      },
    ]);
  });

  it.each([
    ['possible duplicates are declined', { policy: { warnings: { POSSIBLE_DUPLICATED_FACE: 'decline' } } }, 1],
    ['the preset strict is used', { policy: { extends: 'strict' } }, 1],
    ['pictures are saved', { policy: { extends: 'strict' }, saveApiRequest: true }, 0],
    ['duplicates are reviewed', { policy: { extends: 'balanced' } }, 0],
  ] as const)('come as often as they should when %s', (_name, options, count) => {
    expect(warningsOf({}, (gate) => gate.route(options))).toHaveLength(count);
  });

  it('do not keep a gate from being made, even if the listener throws', () => {
    const onEvent = throwsFault;

    expect(() => createLivenessGate({ client: idleClient('sk_test_abc'), onEvent }).route()).not.toThrow();
    expect(() => createLivenessGate({ client: idleClient('sk_test_abc') }).route()).not.toThrow();
  });
});

describe('options of the gate', () => {
  it('digest: false leaves the digest out', async () => {
    const { gate } = await startGate(approved, { digest: false });

    const liveness = livenessIn(await gate.route().check({ read: reads() }));

    expect('imageSha256' in liveness).toBe(false);
  });

  it('includeFaces: true puts boxes and estimates in (H09)', async () => {
    const { gate } = await startGate(approved, { includeFaces: true });

    const { faces } = livenessIn(await gate.route().check({ read: reads() }));

    expect(faces).toEqual([
      { bbox: [412, 288, 1190, 1402], confidence: 0.748112, age: 31.4, gender: 'female', race: null },
    ]);
  });

  it('problemTypeBase begins the type of problems', async () => {
    const { gate } = await startGate(approved, { problemTypeBase: 'https://example.com/errors/' });

    const { problem } = refusalIn(await gate.route().check({ read: reads(new Uint8Array(0)) }));

    expect(problem.type).toBe('https://example.com/errors/selfie-unreadable');
  });

  it('clock is that of the process unless another is given', async () => {
    const server = await startServer(approved);
    const client = new DiditClient({ apiKey: 'key', baseUrl: server.origin, allowInsecure: true });
    const events: LivenessEvent[] = [];
    const before = Date.now();

    await createLivenessGate({ client, onEvent: (event) => events.push(event) })
      .route()
      .check({ read: reads() });
    await client.close();

    const [event] = events;
    const at = event && 'at' in event ? Date.parse(event.at) : Number.NaN;
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
  });
});

describe('a gate', () => {
  it('shows neither key nor picture nor id where it is printed (D03, D04, H08, P8)', async () => {
    const { gate } = await startGate(answer({ status: 400, body: { vendor_data: [VENDOR_CANARY] } }), {
      clientOptions: { apiKey: KEY_CANARY },
    });
    const route = gate.route();

    const result = await route.check({ read: reads(canaryPicture), subject: () => VENDOR_CANARY });

    expectNoCanary(gate);
    expectNoCanary(route);
    expectNoCanary(result);
  });

  it('lets running checks finish when it is closed, and refuses new ones (F01)', async () => {
    const { gate, server } = await startGate(neverAnswer);
    const route = gate.route();
    const check = route.check({ read: reads() });
    await server.received(1);

    const closed = gate.close();
    (await server.connected(1)).write(answerBytes({ body: approvedAnswer() }));

    expect(livenessIn(await check).outcome).toBe('approved');
    await closed;
    const refusal = refusalIn(await route.check({ read: reads() }));
    expect(refusal).toMatchObject({ code: 'liveness-unavailable', cause: { code: 'client-closed' } });
  });

  it('hears its client until it is closed, and only for somebody who listens', async () => {
    const listeners = new Set<unknown>();
    const client = {
      passiveLiveness: {},
      close: async () => {},
      subscribe: (listener: unknown) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    } as unknown as DiditClient;

    const deaf = createLivenessGate({ client });
    expect(listeners.size).toBe(0);
    await deaf.close();
    const gate = createLivenessGate({ client, onEvent: () => {} });
    expect(listeners.size).toBe(1);
    await gate.close();
    expect(listeners.size).toBe(0);
  });

  it('takes a client of a copy that tells nothing of itself (F09)', async () => {
    const client = { passiveLiveness: {}, close: async () => {} } as unknown as DiditClient;

    await expect(createLivenessGate({ client, onEvent: () => {} }).close()).resolves.toBeUndefined();
  });

  it('hands on what is no error of a call', async () => {
    const { gate } = await startGate(approved);

    expect(await rejectionOf(gate.route().check({ read: async () => throwsFault() }))).toMatchObject({
      message: 'fault',
    });
  });
});
