import { describe, expect, it } from '@jest/globals';
import { call, start } from './support.js';

const PATH = '/v3/webhook/destinations/';
const GOOD = { label: 'App', url: 'http://127.0.0.1:9/hook', subscribed_events: ['status.updated'] };

describe('a webhook destination', () => {
  it('is created with a secret', async () => {
    const emulator = await start({ now: () => Date.UTC(2026, 10, 20) });

    const { status, body } = await call(emulator, PATH, { body: { ...GOOD, unknown: 1 } });

    expect(status).toBe(201);
    expect(body).toEqual({
      uuid: expect.stringMatching(/^[\da-f-]{36}$/u),
      ...GOOD,
      enabled: true,
      webhook_version: 'v3',
      secret_shared_key: expect.stringMatching(/^[\w-]{43}$/u),
      created_at: '2026-11-20T00:00:00.000Z',
      updated_at: '2026-11-20T00:00:00.000Z',
      summary: {
        total_deliveries: 0,
        failed_deliveries: 0,
        error_rate_percentage: 0,
        min_response_time_ms: null,
        avg_response_time_ms: null,
        max_response_time_ms: null,
        last_delivery_at: null,
      },
    });
  });

  it('shows its secret alone and not in the list', async () => {
    const emulator = await start();
    const created = await call(emulator, PATH, { body: GOOD });

    const list = await call(emulator, PATH, { method: 'GET' });
    const one = await call(emulator, `${PATH}${String(created.body['uuid'])}/`, { method: 'GET' });

    expect(list.body).toMatchObject({ count: 1, next: null, previous: null, results: [{ label: 'App' }] });
    expect(JSON.stringify(list.body)).not.toContain('secret_shared_key');
    expect(one.body).toEqual(created.body);
  });

  it('is changed in part', async () => {
    const emulator = await start();
    const { body } = await call(emulator, PATH, { body: GOOD });
    const path = `${PATH}${String(body['uuid'])}/`;

    const changed = await call(emulator, path, {
      method: 'PATCH',
      body: { enabled: false, subscribed_events: ['data.updated'] },
    });

    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({ ...GOOD, enabled: false, subscribed_events: ['data.updated'] });
  });

  it('is deleted', async () => {
    const emulator = await start();
    const { body } = await call(emulator, PATH, { body: GOOD });
    const path = `${PATH}${String(body['uuid'])}/`;

    const deleted = await call(emulator, path, { method: 'DELETE' });
    const after = await Promise.all(
      ['GET', 'PATCH', 'DELETE'].map((method) =>
        call(emulator, path, { method, ...(method === 'PATCH' ? { body: {} } : {}) }),
      ),
    );

    expect(deleted.status).toBe(204);
    expect(after.map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  it.each([
    'http://localhost:3000/hook',
    'http://127.0.0.1/hook',
    'http://127.1.2.3:80/',
    'https://[::1]:3000/hook',
    'http://2130706433/',
  ])('may be %s', async (url) => {
    const emulator = await start();

    await expect(call(emulator, PATH, { body: { ...GOOD, url } })).resolves.toMatchObject({ status: 201 });
  });

  it.each([
    'https://shop.example/hook',
    'http://10.0.0.1/',
    'http://169.254.169.254/latest/',
    'http://0.0.0.0/',
    'http://127.0.0.1.evil.example/',
    'http://localhost.evil.example/',
    'http://127.evil.example/',
    'http://127.0.0.1@evil.example/',
    'http://ada:secret@127.0.0.1/',
    'http://[::ffff:10.0.0.1]/',
  ])('may not be %s, which is elsewhere', async (url) => {
    const emulator = await start();
    const { body } = await call(emulator, PATH, { body: GOOD });

    const created = await call(emulator, PATH, { body: { ...GOOD, url } });
    const changed = await call(emulator, `${PATH}${String(body['uuid'])}/`, { method: 'PATCH', body: { url } });

    expect([created.status, changed.status]).toEqual([400, 400]);
    expect(created.body['url']).toEqual([expect.stringContaining('webhooks go to this machine only')]);
  });

  it.each([
    [{}, { label: ['This field is required.'], url: ['This field is required.'] }],
    [{ ...GOOD, url: 'ftp://127.0.0.1/' }, { url: ['Enter a valid URL.'] }],
    [{ ...GOOD, url: 'hook' }, { url: ['Enter a valid URL.'] }],
    [{ ...GOOD, enabled: 1 }, { enabled: ['Must be a valid boolean.'] }],
    [{ ...GOOD, webhook_version: 'v4' }, { webhook_version: ['"v4" is not a valid choice.'] }],
    [{ ...GOOD, subscribed_events: [] }, { subscribed_events: ['This list may not be empty.'] }],
    [{ ...GOOD, subscribed_events: ['*'] }, { subscribed_events: { 0: ['"*" is not a valid choice.'] } }],
    [
      { ...GOOD, subscribed_events: ['session.status.updated'] },
      { subscribed_events: { 0: ['"session.status.updated" is not a valid choice.'] } },
    ],
  ])('is refused: %j', async (body, errors) => {
    const emulator = await start();

    const answer = await call(emulator, PATH, { body });

    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(errors);
  });

  it.each(['GET', 'POST'])('wants a key for %s', async (method) => {
    const emulator = await start();

    const answer = await call(emulator, PATH, { method, key: null, ...(method === 'POST' ? { body: GOOD } : {}) });

    expect(answer.status).toBe(403);
  });

  it('has a hundred of its kind at most', async () => {
    const emulator = await start();
    const answers = await Promise.all(Array.from({ length: 101 }, () => call(emulator, PATH, { body: GOOD })));

    expect(answers.filter(({ status }) => status === 400)).toHaveLength(1);
  });
});
