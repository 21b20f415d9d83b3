import { afterEach, describe, expect, it } from '@jest/globals';
import type { SessionRequest } from '../src/client/sessions.js';
import { printed } from './support/canaries.js';
import { createdSessionAnswer, decisionAnswer, SESSION_ID, WORKFLOW_ID } from './support/endpoint-answers.js';
import { baselineJpeg, bytesOf, prefixOf } from './support/pictures.js';
import { answer, answerBytes, clientOf, closeAll, rejectionOf, sendAndEnd, startServer } from './support/server.js';

afterEach(closeAll);

const created = answer({ status: 201, body: createdSessionAnswer });

async function bodyFor(request: Partial<SessionRequest>): Promise<unknown> {
  const server = await startServer(created);
  await clientOf(server).sessions.create({ workflowId: WORKFLOW_ID, ...request });
  const { headers, body } = await server.received(1);
  expect(headers.get('content-type')).toBe('application/json');
  expect(headers.get('content-length')).toBe(String(body.length));
  return JSON.parse(body.toString());
}

describe('a session', () => {
  it('sends what was set, by the names of the API', async () => {
    const body = await bodyFor({
      vendorData: 'acct_7719',
      callback: 'https://app.example/return',
      callbackMethod: 'both',
      metadata: { reason: 'step_up' },
      language: 'pt-BR',
      portraitImage: baselineJpeg,
      contactDetails: { email: 'a@b.co', phone: '+34600000000', sendNotificationEmails: false, emailLanguage: 'es' },
      expectedDetails: { first_name: 'Ada' },
      sandboxScenario: 'decline_aml_hit',
    });

    expect(body).toEqual({
      workflow_id: WORKFLOW_ID,
      vendor_data: 'acct_7719',
      callback: 'https://app.example/return',
      callback_method: 'both',
      metadata: { reason: 'step_up' },
      language: 'pt-BR',
      portrait_image: Buffer.from(baselineJpeg).toString('base64'),
      contact_details: { email: 'a@b.co', phone: '+34600000000', send_notification_emails: false, email_lang: 'es' },
      expected_details: { first_name: 'Ada' },
      sandbox_scenario: 'decline_aml_hit',
    });
  });

  it('sends nothing but the workflow when nothing else is set', async () => {
    expect(await bodyFor({})).toEqual({ workflow_id: WORKFLOW_ID });
  });

  it('takes a portrait of exactly 2 MiB', async () => {
    const portraitImage = bytesOf(baselineJpeg, new Uint8Array(2 * 1024 * 1024 - baselineJpeg.length));

    expect(await bodyFor({ portraitImage })).toMatchObject({
      portrait_image: Buffer.from(portraitImage).toString('base64'),
    });
  });

  it('may be one that was there already, further on', async () => {
    const server = await startServer(answer({ status: 201, body: { ...createdSessionAnswer, status: 'In Progress' } }));

    const session = await clientOf(server).sessions.create({ workflowId: WORKFLOW_ID });

    expect(session.status).toBe('In Progress');
  });

  it.each<[string, object, string]>([
    ['no workflow', { workflowId: undefined }, 'create.workflowId is undefined, which is not allowed; allowed: a UUID'],
    ['a workflow that is no id', { workflowId: 'liveness' }, 'create.workflowId is "liveness"'],
    ['a callback that is a script', { callback: 'javascript:alert(1)' }, 'allowed: an absolute http or https URL'],
    ['a callback without a host', { callback: '/return' }, 'allowed: an absolute http or https URL'],
    ['another callback method', { callbackMethod: 'all' }, "allowed: 'initiator', 'completer', 'both'"],
    ['a language that is a word', { language: 'Spanish' }, "allowed: the code of a language, for example 'es'"],
    ['a language in small letters', { language: 'spanish' }, "allowed: the code of a language, for example 'es'"],
    ['a list of a language', { language: ['es'] }, "allowed: the code of a language, for example 'es'"],
    ['a scenario with a path after it', { sandboxScenario: 'x/..' }, 'allowed: letters, digits and _'],
    ['a scenario of 101', { sandboxScenario: 'x'.repeat(101) }, 'allowed: letters, digits and _'],
    ['a list of a scenario', { sandboxScenario: ['x'] }, 'allowed: letters, digits and _'],
    ['an id with a line break', { vendorData: 'CANARY\n' }, 'create.vendorData is not usable'],
    ['metadata that is a list', { metadata: ['CANARY'] }, 'create.metadata is not usable'],
    ['metadata with a bigint', { metadata: { id: 1n } }, 'create.metadata is not usable'],
    ['details with a bigint', { expectedDetails: { id: 1n } }, 'create.expectedDetails is not usable'],
    ['a contact that is text', { contactDetails: 'CANARY' }, 'create.contactDetails is not usable'],
    [
      'a contact by a name of the wire',
      { contactDetails: { email_lang: 'es' } },
      'create.contactDetails.email_lang is not an option',
    ],
    ['an address that is a number', { contactDetails: { email: 7 } }, 'create.contactDetails.email is not usable'],
    ['a scenario with a path in it', { sandboxScenario: '../x' }, 'allowed: letters, digits and _'],
    [
      'half a portrait',
      { portraitImage: prefixOf(baselineJpeg, baselineJpeg.length - 2) },
      'The picture portraitImage was refused',
    ],
    [
      'a portrait over 2 MiB',
      { portraitImage: bytesOf(baselineJpeg, new Uint8Array(2 * 1024 * 1024)) },
      'create.portraitImage is not usable; allowed: a picture of at most 2097152 bytes',
    ],
  ])('is refused before anything is sent: %s (D08)', async (_name, wrong, message) => {
    const server = await startServer(created);

    const error = await rejectionOf(clientOf(server).sessions.create({ workflowId: WORKFLOW_ID, ...wrong }));

    expect(error).toMatchObject({ message: expect.stringContaining(message) });
    expect(printed(error)).not.toContain('CANARY');
    expect(server.connections()).toBe(0);
  });

  it('is none with another status', async () => {
    const server = await startServer(answer({ status: 200, body: createdSessionAnswer }));

    const error = await rejectionOf(clientOf(server).sessions.create({ workflowId: WORKFLOW_ID }));

    expect(error).toMatchObject({ code: 'unexpected-status', status: 200, billed: 'no' });
  });
});

describe('the id of a session', () => {
  it.each([
    '',
    'x',
    '..',
    `../${SESSION_ID}`,
    `${SESSION_ID}/../../billing/balance`,
    `${SESSION_ID}?include=events`,
    `${SESSION_ID}#`,
    `${SESSION_ID}\r\nx-evil: 1`,
    `${SESSION_ID} `,
    SESSION_ID.replace('c', '%63'),
    null,
    undefined,
    7,
    { toString: () => SESSION_ID },
  ])('never lets characters of a path through: %j (D08)', async (id) => {
    const server = await startServer(answer({ body: decisionAnswer }));
    const { sessions } = clientOf(server);

    const calls = [
      [sessions.decision(id as string), 'decision.sessionId'],
      [sessions.delete(id as string), 'delete.sessionId'],
    ] as const;
    for (const [call, option] of calls) {
      expect(await rejectionOf(call)).toMatchObject({
        code: 'invalid-option',
        option,
        message: expect.stringContaining('a UUID'),
      });
    }
    expect(server.connections()).toBe(0);
  });
});

describe('a decision', () => {
  it('is asked for in any case of the id', async () => {
    const server = await startServer(answer({ body: decisionAnswer }));

    const decision = await clientOf(server).sessions.decision(SESSION_ID.toUpperCase());

    expect(decision.sessionId).toBe(SESSION_ID);
  });

  it('says where its answer is not as promised', async () => {
    const server = await startServer(answer({ body: 'null' }));

    expect(await rejectionOf(clientOf(server).sessions.decision(SESSION_ID))).toMatchObject({
      code: 'bad-response',
      message: expect.stringContaining('the body is not '),
    });
  });

  it('over another session decides nothing', async () => {
    const server = await startServer(answer({ body: { ...decisionAnswer, session_id: WORKFLOW_ID } }));

    expect(await rejectionOf(clientOf(server).sessions.decision(SESSION_ID))).toMatchObject({
      code: 'bad-response',
      message: expect.stringContaining('session_id is not the id that was asked for'),
    });
  });

  it('can be aborted', async () => {
    const server = await startServer(answer({ body: decisionAnswer }));
    const { sessions } = clientOf(server);

    for (const call of [
      sessions.decision(SESSION_ID, { signal: AbortSignal.abort() }),
      sessions.delete(SESSION_ID, { signal: AbortSignal.abort() }),
    ]) {
      expect(await rejectionOf(call)).toMatchObject({ code: 'aborted' });
    }
  });
});

describe('a deletion', () => {
  it.each([
    ['204', sendAndEnd('HTTP/1.1 204 No Content\r\n\r\n')],
    ['204 with a type', sendAndEnd('HTTP/1.1 204 No Content\r\ncontent-type: text/html\r\n\r\n')],
    ['200', sendAndEnd(answerBytes({ body: { session_id: SESSION_ID } }))],
  ])('is done with %s', async (_name, reply) => {
    const server = await startServer(reply);

    await expect(clientOf(server).sessions.delete(SESSION_ID)).resolves.toBeUndefined();
  });
});
