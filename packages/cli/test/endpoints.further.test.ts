import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Emulator } from '@didit-liveness/emulator';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { DiditClient } from '@didit-liveness/core';
import { pictureOf } from '../../../test/support/pictures.js';
import { envAnswering, envFor, KEY, run, startEmulator, temporaryFolder } from './support/cli.js';
import { pictureWith } from './support/pictures.js';

let emulator: Emulator;
let folder: string;

beforeEach(async () => {
  emulator = await startEmulator();
  folder = temporaryFolder();
});

const cli = (...args: string[]) => run(args, { env: envFor(emulator) });

function fileOf(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe('match', () => {
  it('ends with 0 for one person and with 1 for two', async () => {
    const ada = fileOf('ada.jpg', pictureWith('didit-face=ada;'));
    const adaAgain = fileOf('again.jpg', pictureWith('didit-face=ada;again'));
    const bob = fileOf('bob.jpg', pictureWith('didit-face=bob;'));

    const same = await cli('match', ada, adaAgain, '--json');
    const other = await cli('match', ada, bob, '--json');

    expect(same.code).toBe(0);
    expect(same.json()).toMatchObject({ outcome: 'approved', warnings: [] });
    expect(other.code).toBe(1);
    expect(other.json()).toMatchObject({ outcome: 'declined', warnings: ['LOW_FACE_MATCH_SIMILARITY'] });
  });

  it('sends the threshold, and keeps nothing at Didit', async () => {
    const ada = fileOf('ada.jpg', pictureWith('ada'));

    await cli('match', ada, ada, '--threshold', '60');

    expect(emulator.calls()).toMatchObject([
      { path: '/v3/face-match/', fields: { face_match_score_decline_threshold: '60', save_api_request: 'false' } },
    ]);
  });

  it('asks what --rotate and --save say', async () => {
    const ada = fileOf('ada.jpg', pictureWith('ada'));

    await cli('match', ada, ada, '--rotate', '--save');

    expect(emulator.calls()).toMatchObject([{ fields: { rotate_image: 'true', save_api_request: 'true' } }]);
  });

  it('tells people similarity, warnings and faces', async () => {
    const ada = fileOf('ada.jpg', pictureWith('didit-face=ada;'));
    const bob = fileOf('bob.jpg', pictureWith('didit-face=bob;'));

    const { stdout } = await cli('match', ada, bob);

    expect(stdout).toContain(`DECLINED  ${ada} and ${bob}\n`);
    expect(stdout).toMatch(/similarity {2}\d+\.\d+ of 100\n {2}warnings +LOW_FACE_MATCH_SIMILARITY \(error\)\n/);
    expect(stdout).toMatch(/faces +1 and 1\n {2}request +\S{36}\n/);
  });

  it('tells what was not measured, and takes no approval that speaks against itself', async () => {
    const faces = { entities: [], best_angle: null };
    const verdict = { status: 'Approved', score: null, user_image: faces, ref_image: faces, warnings: [] };
    const ada = fileOf('ada.jpg', pictureWith('ada'));

    const env = await envAnswering({ face_match: verdict });
    const { code, stdout } = await run(['match', ada, ada], { env });

    expect(code).toBe(1);
    expect(stdout).toMatch(/similarity +not measured\n {2}warnings +none\n {2}contradictions +\S+/);
    expect(stdout).toMatch(/request +no id\n/);
  });

  it('refuses a broken reference for free', async () => {
    const { code } = await cli('match', fileOf('ada.jpg', pictureWith('ada')), fileOf('broken.jpg', 'nothing'));

    expect(code).toBe(3);
    expect(emulator.calls()).toEqual([]);
  });
});

describe('age', () => {
  it.each([
    ['18', 0, 'approved'],
    ['40', 1, 'declined'],
  ])('with a minimum of %s ends with %i', async (minimum, code, outcome) => {
    const result = await cli('age', fileOf('ada.jpg', pictureOf('approved')), '--minimum', minimum, '--json');

    expect(result.code).toBe(code);
    expect(result.json()).toMatchObject({ outcome, age: 31.4 });
  });

  it('asks what the options say', async () => {
    await cli('age', fileOf('a.jpg', pictureOf('approved')), '--threshold', '60', '--rotate', '--save');

    expect(emulator.calls().map(({ fields }) => fields)).toEqual([
      { save_api_request: 'true', rotate_image: 'true', face_liveness_score_decline_threshold: '60' },
    ]);
  });

  it.each([
    ['approved', 0, /^APPROVED.*\n {2}age +about 31.4 years\n {2}score +\d+\.?\d* of 100\n {2}warnings {2}none\n/],
    ['age-not-detected', 1, /^DECLINED.*\n {2}age +not estimated\n.*\n {2}warnings {2}AGE_NOT_DETECTED \(error\)\n/],
    ['no-face', 1, /\n {2}score +not measured\n/],
    ['in-review', 2, /^REVIEW /],
  ])('tells people of %s', async (scenario, code, text) => {
    const result = await cli('age', fileOf('a.jpg', pictureOf(scenario)));

    expect(result.code).toBe(code);
    expect(result.stdout).toMatch(text);
  });

  it('tells an answer without an id', async () => {
    const verdict = {
      status: 'In Review',
      method: 'PASSIVE',
      score: 90,
      user_image: { entities: [], best_angle: null },
      age_estimation: 40,
      warnings: [],
    };

    const env = await envAnswering({ age_estimation: verdict });
    const { stdout } = await run(['age', fileOf('a.jpg', pictureOf('approved'))], { env });

    expect(stdout).toMatch(/request +no id\n/);
  });

  it.each(['-1', '17.5', '200'])('refuses a minimum of %s', async (minimum) => {
    const { code } = await cli('age', fileOf('ada.jpg', pictureOf('approved')), `--minimum=${minimum}`);

    expect(code).toBe(3);
    expect(emulator.calls()).toEqual([]);
  });
});

describe('balance and top-up', () => {
  it('give the exact balance', async () => {
    const { code, json } = await cli('balance', '--json');

    expect(code).toBe(0);
    expect(json()).toEqual({
      balance: '100000.0000',
      balanceAmount: 100_000,
      autoRefill: { enabled: false, amount: null, threshold: null },
    });
  });

  it.each([
    [false, null, null, 'off'],
    [true, '100', '20.00', '100 USD when it falls below 20.00 USD'],
    [true, null, null, 'unknown USD when it falls below unknown USD'],
  ])('tell people of refilling: %s, %s, %s', async (enabled, amount, threshold, text) => {
    const refill = { auto_refill_enabled: enabled, auto_refill_amount: amount, auto_refill_threshold: threshold };

    const { code, stdout } = await run(['balance'], { env: await envAnswering({ balance: '5.5000', ...refill }) });

    expect(code).toBe(0);
    expect(stdout).toBe(`  balance      5.5000 USD\n  auto-refill  ${text}\n`);
  });

  it('give a page that leads where the options say, and tell that nothing is charged yet', async () => {
    const success = 'https://app.example.com/paid';
    const cancel = 'https://app.example.com/not-paid';

    const { code, stdout } = await cli('top-up', '--amount', '50', '--success-url', success, '--cancel-url', cancel);
    const url = stdout.trim().split('\n').at(-1) ?? '';
    const paid = await fetch(url, { method: 'POST', redirect: 'manual' });

    expect(code).toBe(0);
    expect(stdout).toContain('Pay 50 USD here; until then the balance stays as it is:');
    expect(paid.headers.get('location')).toContain(success);
  });

  it('refuse an address of Didit that leads nowhere for a page to pay on', async () => {
    const { code, stderr } = await cli('top-up', '--amount', '50', '--cancel-url', 'no address');

    expect(code).toBe(3);
    expect(stderr).toContain('cancelUrl');
  });

  it('give a page to pay on, and refuse less than 50 dollars before anything is sent', async () => {
    const less = await cli('top-up', '--amount', '49.99');
    const enough = await cli('top-up', '--amount', '50', '--json');

    expect(less.code).toBe(3);
    expect(less.stderr).toContain('amountInDollars is 49.99');
    expect(enough.code).toBe(0);
    expect(enough.json()).toMatchObject({ checkoutUrl: expect.stringContaining(`${emulator.url}/checkout/`) });
  });
});

describe('session', () => {
  async function makeWorkflow(): Promise<string> {
    const client = new DiditClient({ apiKey: KEY, baseUrl: emulator.url, allowInsecure: true });
    const { workflowId } = await client.workflows.create({
      label: 'Step-up',
      method: 'ACTIVE_3D',
      status: 'published',
    });
    await client.close();
    return workflowId;
  }

  async function makeSession(...options: string[]) {
    const { json } = await cli('session', 'create', '--workflow', await makeWorkflow(), '--json', ...options);
    return json() as { sessionId: string; url: string };
  }

  const finish = (url: string, outcome: string) =>
    fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ outcome, score: '62.5' }) });

  it('is made, finished by its person, and decided by a policy', async () => {
    const { sessionId, url } = await makeSession('--vendor-data', 'user-17', '--metadata', '{"reason":"payout"}');

    const before = await cli('session', 'decision', sessionId, '--json');
    await finish(url, 'approve');
    const balanced = await cli('session', 'decision', sessionId, '--json');
    const strict = await cli('session', 'decision', sessionId, '--policy', 'strict', '--json');

    expect(before.code).toBe(4);
    expect(before.json()).toMatchObject({ outcome: 'pending', status: 'Not Started' });
    expect(balanced.code).toBe(0);
    expect(balanced.json()).toMatchObject({ outcome: 'approved', vendorData: 'user-17' });
    expect(strict.code).toBe(2);
    expect(strict.json()).toMatchObject({
      outcome: 'review',
      reasons: [{ rule: 'score.reviewAtOrBelow', value: 62.5 }],
    });
  });

  it('tells people how it ended, and where the person has to go', async () => {
    const made = await cli('session', 'create', '--workflow', await makeWorkflow());
    const id = /session {2}(\S+)/.exec(made.stdout)?.[1] ?? '';
    const pending = await cli('session', 'decision', id);
    await finish(/address {2}(\S+)/.exec(made.stdout)?.[1] ?? '', 'approve');
    const approved = await cli('session', 'decision', id);

    expect(made.stdout).toContain('Whoever has the address acts as the person');
    expect(pending.stdout).toBe(`NOT FINISHED  ${id}\n  status  Not Started\n`);
    expect(approved.stdout).toMatch(new RegExp(`^APPROVED  ${id}\n  status +Approved\n  liveness +\\S+, score 62.5\n`));
  });

  it('tells a check that was saved and has no score', async () => {
    const saved = await cli('check', fileOf('nobody.jpg', pictureOf('no-face')), '--save', '--json');
    const { requestId } = saved.json() as { requestId: string };

    const { code, stdout } = await cli('session', 'decision', requestId);

    expect(code).toBe(1);
    expect(stdout).toMatch(/^DECLINED .*\n {2}status +Declined\n {2}liveness +PASSIVE, score not measured\n/);
  });

  it('may have an address that this key is not told', async () => {
    const workflow = 'b3e4a0d1-55c2-4c58-9a36-3d0a2a6f9e70';
    const env = await envAnswering({ session_id: 'c7a1d2f4', status: 'Not Started', url: null }, 201);

    const { code, stdout } = await run(['session', 'create', '--workflow', workflow], { env });

    expect(code).toBe(0);
    expect(stdout).toContain('address  not given to this key');
  });

  it.each([
    ['decline', 1, 'declined'],
    ['abandon', 1, 'void'],
    ['review', 2, 'review'],
  ])('that ends with %s gives %i', async (choice, code, outcome) => {
    const { sessionId, url } = await makeSession();
    await finish(url, choice);

    const result = await cli('session', 'decision', sessionId, '--json');

    expect(result.code).toBe(code);
    expect(result.json()).toMatchObject({ outcome });
  });

  it('is deleted only by somebody who means it', async () => {
    const { sessionId } = await makeSession();

    const refused = await cli('session', 'delete', sessionId);
    const deleted = await cli('session', 'delete', sessionId, '--yes');
    const gone = await cli('session', 'decision', sessionId);

    expect(refused.code).toBe(3);
    expect(deleted.code).toBe(0);
    expect(gone.code).toBe(3);
    expect(gone.stderr).toContain('Check the id');
  });

  it.each([
    [['create', '--workflow', 'mine'], 'workflowId is "mine"'],
    [['create', '--workflow', 'b3e4a0d1-55c2-4c58-9a36-3d0a2a6f9e70', '--metadata', '[]'], 'It is not a JSON object'],
    [['create', '--workflow', 'b3e4a0d1-55c2-4c58-9a36-3d0a2a6f9e70', '--metadata', '{'], 'It is not a JSON object'],
    [['decision', '../balance'], 'a UUID'],
  ])('%j is refused before anything is sent', async (args, message) => {
    const { code, stderr } = await cli('session', ...args);

    expect(code).toBe(3);
    expect(stderr).toContain(message);
  });
});

describe('webhook verify', () => {
  const SECRET = 'a-fake-webhook-secret';
  const AT = 1_795_339_260;
  const BODY = JSON.stringify({
    webhook_type: 'status.updated',
    event_id: 'b1a0c9c7-1b8d-4f7b-8a6e-93d51e2e7f10',
    session_id: 'c7a1d2f4-6b0e-4c38-9a11-52d0e7f3b8c6',
    status: 'Approved',
    timestamp: AT,
    created_at: AT,
  });
  const signature = (secret: string) => createHmac('sha256', secret).update(BODY).digest('hex');
  const verify = (hex: string, env: Record<string, string>, ...more: string[]) =>
    run(['webhook', 'verify', fileOf('body.json', BODY), '--signature', hex, '--json', ...more], { env });

  it('accepts what is genuine and fresh', async () => {
    const env = { DIDIT_WEBHOOK_SECRET: SECRET };

    const { code, json } = await verify(signature(SECRET), env, '--at', String(AT + 10));

    expect(code).toBe(0);
    expect(json()).toMatchObject({ genuine: true, type: 'status.updated', status: 'Approved' });
  });

  it('tells people what a delivery says, and what it does not', async () => {
    const body = JSON.stringify({ webhook_type: 'user.data.updated', timestamp: AT });
    const hex = createHmac('sha256', SECRET).update(body).digest('hex');
    const deliver = (text: string, signed: string) =>
      run(['webhook', 'verify', fileOf('body.json', text), '--signature', signed, '--at', String(AT)], {
        env: { DIDIT_WEBHOOK_SECRET: SECRET },
      });

    const whole = await deliver(BODY, signature(SECRET));
    const bare = await deliver(body, hex);

    expect(whole.stdout).toMatch(/^GENUINE {2}status.updated\n {2}event +b1a0c9c7\S+\n {2}session +c7a1d2f4\S+\n/);
    expect(bare).toMatchObject({
      code: 0,
      stdout: `GENUINE  user.data.updated\n  event    no id\n  session  none\n  status   none\n  sent     ${AT}\n`,
    });
  });

  it('ends with 3 when the body cannot be read', async () => {
    const path = join(folder, 'missing.json');

    const { code, stderr } = await run(['webhook', 'verify', path], { env: { DIDIT_WEBHOOK_SECRET: SECRET } });

    expect(code).toBe(3);
    expect(stderr).toBe(`error: ${path} cannot be read (ENOENT).\n`);
  });

  it.each([
    ['wrong-signature', signature('another secret'), 10],
    ['stale', signature(SECRET), 301],
  ])('ends with 1 for %s, and repeats no secret', async (reason, hex, ageSeconds) => {
    const result = await verify(hex, { DIDIT_WEBHOOK_SECRET: SECRET }, '--at', String(AT + ageSeconds));

    expect(result.code).toBe(1);
    expect(result.json()).toMatchObject({ genuine: false, reason });
    expect(result.stdout + result.stderr).not.toContain(SECRET);
  });

  it('ends with 1 for a delivery without a signature', async () => {
    const env = { DIDIT_WEBHOOK_SECRET: SECRET };

    const { code, stdout } = await run(['webhook', 'verify', fileOf('body.json', BODY)], { env });

    expect(code).toBe(1);
    expect(stdout).toContain('NOT TO BE TRUSTED  no-signature');
  });

  it('takes the secret from a file or from a variable of another name', async () => {
    const file = join(folder, 'secret');
    writeFileSync(file, SECRET, { mode: 0o600 });
    const at = ['--at', String(AT)];

    const fromFile = await verify(signature(SECRET), {}, ...at, '--secret-file', file);
    const fromVariable = await verify(signature(SECRET), { HOOK: SECRET }, ...at, '--secret-env', 'HOOK');
    const fromNowhere = await verify(signature(SECRET), {}, ...at);

    expect([fromFile.code, fromVariable.code, fromNowhere.code]).toEqual([0, 0, 3]);
  });
});
