import { describe, expect, it } from '@jest/globals';
import { createSession, startWithWorkflow } from './session-support.js';
import { call, check, read, start } from './support.js';

function remove(emulator: { readonly url: string }, id: string, key: string | null = 'sk_live_test') {
  return call(emulator, `/v3/session/${id}/delete/`, { method: 'DELETE', key });
}

describe('deleting', () => {
  it('ends a session, its page and its decision', async () => {
    const { emulator, workflowId } = await startWithWorkflow();
    const { session_id: id, url } = await createSession(emulator, { workflow_id: workflowId, vendor_data: 'a' });

    const answer = await remove(emulator, id);
    const again = await remove(emulator, id);
    const page = await fetch(url);
    const next = await createSession(emulator, { workflow_id: workflowId, vendor_data: 'a' });

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      session_id: id,
      session_number: 1001,
      face_retention_outcome: 'none',
      biometric_template_uuid: null,
      biometric_template_expires_at: null,
      deleted_child_verifications: 0,
    });
    expect(again).toMatchObject({ status: 404, body: { detail: 'Not found.' } });
    expect(page.status).toBe(404);
    expect(next.session_id).not.toBe(id);
  });

  it('takes a saved face out of the index', async () => {
    const emulator = await start();
    const saved = await check(emulator);

    const answer = await remove(emulator, saved.body.request_id);
    const other = await check(emulator);

    expect(answer.body['face_retention_outcome']).toBe('deleted');
    expect(other.body.liveness.warnings).toEqual([]);
    await expect(read(emulator, `/v3/session/${saved.body.request_id}/decision/`)).resolves.toMatchObject({
      status: 404,
    });
  });

  it('answers 204 when told to', async () => {
    const emulator = await start({ sessionDeleteStatus: 204 });
    const saved = await check(emulator);

    const answer = await remove(emulator, saved.body.request_id);

    expect(answer).toMatchObject({ status: 204, body: null });
    expect(answer.headers.has('content-length')).toBe(false);
  });

  it('wants a key and an identifier', async () => {
    const emulator = await start();

    const keyless = await remove(emulator, '6f2f0a9e-5c3a-4a5e-9d0a-0c6b3f7e1d42', null);
    const malformed = await remove(emulator, 'x');

    expect(keyless).toMatchObject({
      status: 403,
      body: { detail: 'Authentication credentials were not provided or are invalid.' },
    });
    expect(malformed).toMatchObject({ status: 404, body: null });
  });
});
