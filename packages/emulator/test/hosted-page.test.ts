import { describe, expect, it } from '@jest/globals';
import { createSession, createWorkflow, startWithWorkflow } from './session-support.js';
import { call, read, start, submit } from './support.js';

async function decisionOf(emulator: Awaited<ReturnType<typeof start>>, id: string) {
  return (await read(emulator, `/v3/session/${id}/decision/`)).body;
}

describe('the page of a session', () => {
  it('starts the session and offers the outcomes in a plain form', async () => {
    const { emulator, workflowId } = await startWithWorkflow();
    const { url, session_id: id } = await createSession(emulator, { workflow_id: workflowId });

    const response = await fetch(url);
    const html = await response.text();

    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).toContain('<html lang="en">');
    expect(html).not.toMatch(/<script|src=/u);
    expect([...html.matchAll(/name="outcome" value="([\w-]+)"/gu)].map(([, value]) => value)).toEqual([
      'approve',
      'decline',
      'review',
      'expire',
      'abandon',
      'resubmit',
      'await',
      'expire-kyc',
    ]);
    expect(html).toContain('<label for="score">');
    await expect(decisionOf(emulator, id)).resolves.toMatchObject({ status: 'In Progress', liveness_checks: null });
  });

  it.each([
    ['approve', 'Approved', 91.7, []],
    ['decline', 'Declined', 12.5, [{ risk: 'LOW_LIVENESS_SCORE', log_type: 'error' }]],
    ['review', 'In Review', 55, [{ risk: 'LOW_LIVENESS_SCORE', log_type: 'warning' }]],
  ])('ends with %s in %s, and the decision shows it', async (outcome, status, score, warnings) => {
    const { emulator, workflowId } = await startWithWorkflow({ face_liveness_method: 'flashing' });
    const session = await createSession(emulator, { workflow_id: workflowId, vendor_data: 'a' });

    const page = await submit(session.url, { outcome });

    expect(page.status).toBe(200);
    await expect(page.text()).resolves.toContain(`>${status}</strong>`);
    await expect(decisionOf(emulator, session.session_id)).resolves.toMatchObject({
      session_id: session.session_id,
      session_kind: 'user',
      session_number: 1001,
      session_url: session.url,
      status,
      environment: 'live',
      workflow_id: workflowId,
      features: ['LIVENESS'],
      vendor_data: 'a',
      liveness_checks: [
        { node_id: 'feature_liveness_1', status, method: 'FLASHING', score, warnings, face_quality: null },
      ],
      face_matches: null,
      created_at: expect.any(String),
      expires_at: expect.any(String),
    });
  });

  it.each([
    ['expire', 'Expired'],
    ['abandon', 'Abandoned'],
    ['resubmit', 'Resubmitted'],
    ['await', 'Awaiting User'],
    ['expire-kyc', 'Kyc Expired'],
  ])('ends with %s in %s, without anything to show', async (outcome, status) => {
    const { emulator, workflowId } = await startWithWorkflow();
    const { url, session_id: id } = await createSession(emulator, { workflow_id: workflowId });

    await submit(url, { outcome });

    await expect(decisionOf(emulator, id)).resolves.toMatchObject({ status, liveness_checks: null });
  });

  it('takes a score', async () => {
    const { emulator, workflowId } = await startWithWorkflow({ face_liveness_method: 'PASSIVE' });
    const { url, session_id: id } = await createSession(emulator, { workflow_id: workflowId });

    await submit(url, { outcome: 'approve', score: '62.5' });

    await expect(decisionOf(emulator, id)).resolves.toMatchObject({
      liveness_checks: [{ score: 62.5, method: 'PASSIVE', face_quality: 81.06, face_luminance: 47.9 }],
    });
  });

  it('shows a face match where the workflow has one', async () => {
    const emulator = await start();
    const features = [{ feature: 'OCR' }, { feature: 'FACE_MATCH' }];
    const workflowId = await createWorkflow(emulator, { features });
    const { url, session_id: id } = await createSession(emulator, { workflow_id: workflowId });

    await submit(url, { outcome: 'approve' });

    await expect(decisionOf(emulator, id)).resolves.toMatchObject({
      features: ['OCR', 'FACE_MATCH'],
      liveness_checks: null,
      face_matches: [{ status: 'Approved', score: 91.7 }],
    });
  });

  it('sends the browser to the callback, with what must not be trusted', async () => {
    const { emulator, workflowId } = await startWithWorkflow();
    const callback = 'http://app.dev/return?tab=1';
    const { url, session_id: id } = await createSession(emulator, { workflow_id: workflowId, callback });

    const response = await submit(url, { outcome: 'review' });

    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(
      `http://app.dev/return?tab=1&verificationSessionId=${id}&status=In+Review`,
    );
  });

  it('lets a reviewer approve or decline later, and nobody choose again after that', async () => {
    const { emulator, workflowId } = await startWithWorkflow({}, { balanceDollars: 1 });
    const { url, session_id: id } = await createSession(emulator, { workflow_id: workflowId });
    await submit(url, { outcome: 'review' });

    const expired = await submit(url, { outcome: 'expire' });
    const approved = await submit(url, { outcome: 'approve' });
    const again = await submit(url, { outcome: 'decline' });

    expect([expired.status, approved.status, again.status]).toEqual([400, 200, 400]);
    await expect(decisionOf(emulator, id)).resolves.toMatchObject({ status: 'Approved' });
    await expect(read(emulator, '/v3/billing/balance/')).resolves.toMatchObject({ body: { balance: '0.9000' } });
  });

  it.each([{}, { outcome: 'win' }, { outcome: 'toString' }, { outcome: 'approve', score: '101' }])(
    'refuses %p',
    async (fields) => {
      const { emulator, workflowId } = await startWithWorkflow();
      const { url, session_id: id } = await createSession(emulator, { workflow_id: workflowId });

      const response = await submit(url, fields as Record<string, string>);

      expect(response.status).toBe(400);
      await expect(decisionOf(emulator, id)).resolves.toMatchObject({ status: 'Not Started' });
    },
  );

  it('bills nothing to a sandbox session', async () => {
    const { emulator, workflowId } = await startWithWorkflow({}, { balanceDollars: 1 });
    const { body } = await call(emulator, '/v3/session/', { key: 'sk_test_x', body: { workflow_id: workflowId } });

    await submit(String(body['url']), { outcome: 'approve' });

    await expect(decisionOf(emulator, String(body['session_id']))).resolves.toMatchObject({ environment: 'sandbox' });
    await expect(read(emulator, '/v3/billing/balance/')).resolves.toMatchObject({ body: { balance: '1.0000' } });
  });

  it('does not exist for another token', async () => {
    const emulator = await start();

    const responses = [await fetch(`${emulator.url}/session/x`), await submit(`${emulator.url}/en/session/x`)];

    expect(responses.map(({ status }) => status)).toEqual([404, 404]);
  });
});
