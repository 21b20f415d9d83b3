import { describe, expect, it } from '@jest/globals';
import { createSession, createWorkflow, startWithWorkflow } from './session-support.js';
import { call, read, start, submit } from './support.js';

describe('a session', () => {
  it('is created, with the page of its user', async () => {
    const { emulator, workflowId } = await startWithWorkflow();

    const { status, body } = await call(emulator, '/v3/session/', {
      body: {
        workflow_id: workflowId,
        vendor_data: 'acct_7719',
        metadata: { reason: 'step_up' },
        callback: 'http://a.dev/x',
      },
    });

    expect(status).toBe(201);
    expect(body).toEqual({
      session_id: expect.stringMatching(/^[\da-f-]{36}$/u),
      session_number: 1001,
      session_token: expect.stringMatching(/^[\w-]{12}$/u),
      url: `${emulator.url}/session/${String(body['session_token'])}`,
      vendor_data: 'acct_7719',
      metadata: { reason: 'step_up' },
      status: 'Not Started',
      workflow_id: workflowId,
      workflow_version: 1,
      callback: 'http://a.dev/x',
    });
  });

  it('has its language in the path of the page, which opens', async () => {
    const { emulator, workflowId } = await startWithWorkflow();

    const { url, session_token: token } = await createSession(emulator, { workflow_id: workflowId, language: 'es' });

    expect(url).toBe(`${emulator.url}/es/session/${token}`);
    await expect(fetch(url)).resolves.toMatchObject({ status: 200 });
  });

  it('is the unfinished one of the same user and workflow, with new callback and metadata', async () => {
    const { emulator, workflowId } = await startWithWorkflow();
    const given = { workflow_id: workflowId, vendor_data: 'a' };
    const first = await createSession(emulator, { ...given, metadata: { n: 1 }, callback: 'http://a.dev/1' });
    await fetch(first.url);

    const again = await createSession(emulator, { ...given, metadata: { n: 2 } });

    expect(again).toMatchObject({
      session_id: first.session_id,
      session_token: first.session_token,
      status: 'In Progress',
      metadata: { n: 2 },
      callback: null,
    });
  });

  it.each([
    ['another user', 'a', 'b'],
    ['no user', null, null],
  ])('is a new one for %s', async (_what, first, second) => {
    const { emulator, workflowId } = await startWithWorkflow();

    const one = await createSession(emulator, { workflow_id: workflowId, vendor_data: first });
    const other = await createSession(emulator, { workflow_id: workflowId, vendor_data: second });

    expect([one.session_number, other.session_number]).toEqual([1001, 1002]);
  });

  it('is a new one in another workflow, and once the first is over', async () => {
    const { emulator, workflowId } = await startWithWorkflow();
    const otherId = await createWorkflow(emulator, { features: [{ feature: 'LIVENESS' }] });
    const first = await createSession(emulator, { workflow_id: workflowId, vendor_data: 'a' });

    const other = await createSession(emulator, { workflow_id: otherId, vendor_data: 'a' });
    await submit(first.url, { outcome: 'approve' });
    const next = await createSession(emulator, { workflow_id: workflowId, vendor_data: 'a' });

    expect(new Set([first, other, next].map(({ session_id: id }) => id)).size).toBe(3);
  });

  it('runs out by the clock', async () => {
    let now = 1_000_000;
    const { emulator, workflowId } = await startWithWorkflow({}, { now: () => now });
    const session = await createSession(emulator, { workflow_id: workflowId });
    now += 604_800_000;

    await expect(read(emulator, `/v3/session/${session.session_id}/decision/`)).resolves.toMatchObject({
      body: { status: 'Expired', liveness_checks: null },
    });
  });

  it.each([
    [{}, { workflow_id: ['This field is required.'] }],
    [{ workflow_id: 'b3e4a0d1-55c2-4c58-9a36-3d0a2a6f9e70' }, { workflow_id: 'Invalid workflow_id.' }],
    [{ vendor_data: 5 }, { vendor_data: ['Not a valid string.'] }],
    [{ callback: 'javascript:alert(1)' }, { callback: ['Enter a valid URL.'] }],
    [{ callback_method: 'all' }, { callback_method: ['"all" is not a valid choice.'] }],
    [{ language: 'klingon!' }, { language: ['"klingon!" is not a valid choice.'] }],
    [{ contact_details: { email: 5 } }, { contact_details: { email: ['Not a valid string.'] } }],
    [{ expected_details: [] }, { expected_details: ['Invalid data. Expected a dictionary.'] }],
    [{ portrait_image: 'A'.repeat(2_796_208) }, { portrait_image: ['Image size exceeds 2MB.'] }],
    [{ portrait_image: 'not base64!' }, { portrait_image: ['Invalid base64 image.'] }],
    [
      { sandbox_scenario: 'decline_aml_hit' },
      { sandbox_scenario: ['Sandbox scenarios are only available to sandbox applications.'] },
    ],
  ])('is refused', async (given, errors) => {
    const { emulator, workflowId } = await startWithWorkflow();
    const isAboutWorkflow = Object.hasOwn(errors, 'workflow_id');

    const answer = await call(emulator, '/v3/session/', {
      body: isAboutWorkflow ? given : { workflow_id: workflowId, ...given },
    });

    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(errors);
  });

  it('takes a portrait of two megabytes', async () => {
    const { emulator, workflowId } = await startWithWorkflow();
    const portrait = Buffer.alloc(2 * 2 ** 20).toString('base64');

    const answer = await call(emulator, '/v3/session/', {
      body: { workflow_id: workflowId, portrait_image: portrait },
    });

    expect(answer.status).toBe(201);
  });

  it('needs a published workflow', async () => {
    const emulator = await start();
    const draft = await createWorkflow(emulator, { status: 'draft', features: [{ feature: 'LIVENESS' }] });

    await expect(call(emulator, '/v3/session/', { body: { workflow_id: draft } })).resolves.toMatchObject({
      status: 400,
      body: { workflow_id: 'Invalid workflow_id.' },
    });
  });

  it.each([
    ['decline_aml_hit', 201],
    ['decline_everything', 400],
    [5, 400],
  ])('of a sandbox key with the scenario %p is a %i, and costs nothing', async (scenario, status) => {
    const { emulator, workflowId } = await startWithWorkflow({}, { balanceDollars: 0 });

    const answer = await call(emulator, '/v3/session/', {
      key: 'sk_test_x',
      body: { workflow_id: workflowId, sandbox_scenario: scenario },
    });

    expect(answer.status).toBe(status);
  });

  it('cannot be had without credits', async () => {
    const { emulator, workflowId } = await startWithWorkflow({}, { balanceDollars: 0 });

    const answer = await call(emulator, '/v3/session/', { body: { workflow_id: workflowId } });

    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      detail: "You don't have enough credits to perform this request. Please top up at https://business.didit.me",
    });
  });

  it('has a limiter of its own', async () => {
    const { emulator, workflowId } = await startWithWorkflow({}, { writesPerMinute: 1, now: () => 1_000_000 });
    const body = { workflow_id: workflowId };
    const answers = await Promise.all(Array.from({ length: 601 }, () => call(emulator, '/v3/session/', { body })));

    const refused = answers.filter(({ status }) => status === 429);

    expect(refused).toHaveLength(1);
    expect(refused[0]?.body.detail).toBe(
      'Session creation rate limit exceeded. You can make up to 600 requests per minute.',
    );
  });

  it('wants a key', async () => {
    const emulator = await start();

    await expect(call(emulator, '/v3/session/', { key: null, body: {} })).resolves.toMatchObject({ status: 403 });
  });
});
