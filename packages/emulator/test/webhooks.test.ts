import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { EmulatorOptions } from '../src/options.js';
import type { WebhookDelivery } from '../src/webhooks.js';
import { createSession, createWorkflow } from './session-support.js';
import { call, check, read, scene, start, submit } from './support.js';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** A receiver that answers with each status in turn, then with the last one; null leaves the request hanging. */
async function receive(...statuses: (number | null)[]) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const status = statuses[Math.min(received.length, statuses.length - 1)];
      received.push({ headers: request.headers, text, body: JSON.parse(text) as Received['body'] });
      if (status !== null) {
        response.writeHead(status ?? 200, { location: '/elsewhere' }).end();
      }
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address of this kind.
  return { received, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

async function startWithDestination(url: string, options: EmulatorOptions = {}, more: object = {}) {
  const emulator = await start({ webhookRetryDelaysMs: [0, 0], ...options });
  const { body } = await call(emulator, '/v3/webhook/destinations/', {
    body: { label: 'App', url, subscribed_events: ['status.updated'], ...more },
  });
  return { emulator, destination: body as unknown as { uuid: string; secret_shared_key: string } };
}

describe('a webhook', () => {
  it('tells of a saved check, signed', async () => {
    const { received, url } = await receive(200);
    const { emulator, destination } = await startWithDestination(url, { now: () => 1_795_392_000_500 });

    const saved = await check(emulator, {
      image: scene('spoof'),
      fields: { vendor_data: 'se\u00F1or', metadata: '{"b":1,"a":2.5}' },
    });
    await emulator.settled();

    const [webhook] = received;
    const decision = await read(emulator, `/v3/session/${saved.body.request_id}/decision/`);
    const sign = (text: string) => createHmac('sha256', destination.secret_shared_key).update(text).digest('hex');
    expect(webhook?.body).toEqual({
      event_id: expect.stringMatching(/^[\da-f-]{36}$/u),
      webhook_type: 'status.updated',
      timestamp: 1_795_392_000,
      created_at: 1_795_392_000,
      application_id: expect.any(String),
      environment: 'live',
      session_id: saved.body.request_id,
      session_kind: 'user',
      status: 'Declined',
      workflow_id: null,
      vendor_data: 'se\u00F1or',
      metadata: { b: 1, a: 2.5 },
      decision: decision.body,
    });
    expect(webhook?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'DiditWebhook/2.0 +https://didit.me',
      'x-timestamp': '1795392000',
      'x-signature': sign(webhook?.text ?? ''),
      'x-signature-v2': expect.stringMatching(/^[\da-f]{64}$/u),
      'x-signature-simple': sign(`1795392000:${saved.body.request_id}:Declined:status.updated`),
    });
    expect(webhook?.text).toContain('se\u00F1or');
  });

  it.each(['/v3/face-match/', '/v3/age-estimation/', '/v3/face-search/'])('tells of %s too', async (path) => {
    const { received, url } = await receive(200);
    const { emulator } = await startWithDestination(url);

    await check(emulator, { path, refImage: scene('approved') });
    await emulator.settled();

    expect(received).toMatchObject([{ body: { status: 'Approved', decision: { status: 'Approved' } } }]);
  });

  it('tells of each status of a session', async () => {
    const { received, url } = await receive(200);
    const { emulator } = await startWithDestination(url);
    const workflowId = await createWorkflow(emulator, { features: [{ feature: 'LIVENESS' }] });
    const session = await createSession(emulator, { workflow_id: workflowId, metadata: { n: 1 } });

    await fetch(session.url);
    await emulator.settled();
    await submit(session.url, { outcome: 'review' });
    await emulator.settled();

    const common = {
      session_id: session.session_id,
      workflow_id: workflowId,
      workflow_version: 1,
      metadata: { n: 1 },
      environment: 'live',
    };
    expect(received.map(({ body }) => body)).toMatchObject([
      { ...common, status: 'In Progress' },
      { ...common, status: 'In Review', decision: { status: 'In Review', liveness_checks: [{ method: 'ACTIVE_3D' }] } },
    ]);
    expect(received[0]?.body).not.toHaveProperty('decision');
    expect(received[0]?.body['event_id']).not.toBe(received[1]?.body['event_id']);
  });

  it.each([
    ['is switched off', { enabled: false }],
    ['listens to other events', { subscribed_events: ['data.updated'] }],
    ['listens to nothing', { subscribed_events: undefined }],
  ])('does not go where the destination %s', async (_what, more) => {
    const { received, url } = await receive(200);
    const { emulator } = await startWithDestination(url, {}, more);

    await check(emulator);
    await emulator.settled();

    expect(received).toEqual([]);
    expect(emulator.deliveries()).toEqual([]);
  });

  it('tells nothing of a check that was not saved, or of a sandbox key', async () => {
    const { url } = await receive(200);
    const { emulator } = await startWithDestination(url);

    await check(emulator, { fields: { save_api_request: 'false' } });
    await check(emulator, { key: 'sk_test_x' });

    expect(emulator.deliveries()).toEqual([]);
  });
});

describe('an attempt', () => {
  it.each([
    [[200], 'delivered', [200]],
    [[204], 'delivered', [204]],
    [[500, 200], 'delivered', [500, 200]],
    [[404, 503, 200], 'delivered', [404, 503, 200]],
    [[500, 500, 500, 200], 'failed', [500, 500, 500]],
    [[400, 200], 'failed', [400]],
    [[401, 200], 'failed', [401]],
    [[410, 200], 'failed', [410]],
    [[302, 200], 'failed', [302]],
  ])('answered with %j is %s after %j', async (statuses, state, attempts) => {
    const { received, url } = await receive(...statuses);
    const { emulator } = await startWithDestination(url);

    await check(emulator);
    await emulator.settled();

    const [delivery] = emulator.deliveries();
    expect(delivery).toMatchObject({ state, nextAttemptAt: null });
    expect(delivery?.attempts.map(({ status }) => status)).toEqual(attempts);
    expect(received).toHaveLength(attempts.length);
    expect(new Set(received.map(({ text }) => text)).size).toBe(1);
  });

  it('that nobody answers in time is repeated', async () => {
    const { received, url } = await receive(null, 200);
    const { emulator } = await startWithDestination(url, { webhookTimeoutMs: 50 });

    await check(emulator);
    await emulator.settled();

    expect(received).toHaveLength(2);
    expect(emulator.deliveries()).toMatchObject([
      { state: 'delivered', attempts: [{ status: null }, { status: 200 }] },
    ]);
  });

  it('that nobody takes is repeated', async () => {
    const { server, url } = await receive(200);
    await new Promise((resolve) => server.close(resolve));
    const { emulator } = await startWithDestination(url);

    await check(emulator);
    await emulator.settled();

    expect(emulator.deliveries()).toMatchObject([
      { state: 'failed', attempts: [{ status: null }, { status: null }, { status: null }] },
    ]);
  });

  it('is repeated after a minute unless told otherwise, and counts in the summary', async () => {
    const { url } = await receive(500);
    const emulator = await start({ now: () => Date.UTC(2026, 10, 20) });
    const { body } = await call(emulator, '/v3/webhook/destinations/', {
      body: { label: 'App', url, subscribed_events: ['status.updated'] },
    });
    await check(emulator);

    const delivery = await firstAttempted(emulator);

    expect(delivery).toMatchObject({
      state: 'pending',
      nextAttemptAt: '2026-11-20T00:01:00.000Z',
      webhookType: 'status.updated',
    });
    await expect(
      call(emulator, `/v3/webhook/destinations/${String(body['uuid'])}/`, { method: 'GET' }),
    ).resolves.toMatchObject({
      body: { summary: { total_deliveries: 1, failed_deliveries: 1, error_rate_percentage: 100 } },
    });
  });

  it('is repeated four minutes after the second', async () => {
    const { url } = await receive(500);
    const { emulator } = await startWithDestination(url, {
      now: () => Date.UTC(2026, 10, 20),
      webhookRetryDelaysMs: [0, 240_000],
    });
    await check(emulator);

    const delivery = await firstAttempted(emulator, 2);

    expect(delivery).toMatchObject({ state: 'pending', nextAttemptAt: '2026-11-20T00:04:00.000Z' });
  });
});

describe('what is pending', () => {
  it('ends with the emulator', async () => {
    const { received, url } = await receive(500);
    const { emulator } = await startWithDestination(url, { webhookRetryDelaysMs: [60_000] });
    await check(emulator);
    await firstAttempted(emulator);

    await emulator.close();
    await emulator.settled();

    expect(received).toHaveLength(1);
    expect(emulator.deliveries()).toMatchObject([{ state: 'failed', nextAttemptAt: null }]);
  });

  it('ends with the emulator while an answer is awaited', async () => {
    const { url } = await receive(null);
    const { emulator } = await startWithDestination(url);
    await check(emulator);

    await emulator.close();
    await emulator.settled();

    expect(emulator.deliveries()).toMatchObject([{ state: 'failed', attempts: [] }]);
  });

  it('is forgotten by a reset, together with the destinations', async () => {
    const { url } = await receive(500);
    const { emulator } = await startWithDestination(url, { webhookRetryDelaysMs: [60_000] });
    await check(emulator);

    emulator.reset();
    await check(emulator);

    expect(emulator.deliveries()).toEqual([]);
  });
});

/** Asks over HTTP until the first delivery has been tried so often. */
async function firstAttempted(emulator: { readonly url: string }, times = 1): Promise<WebhookDelivery | undefined> {
  const response = await fetch(`${emulator.url}/_emulator/deliveries`);
  const { deliveries } = (await response.json()) as { deliveries: WebhookDelivery[] };
  const [first] = deliveries;
  return (first?.attempts.length ?? 0) < times ? firstAttempted(emulator, times) : first;
}
