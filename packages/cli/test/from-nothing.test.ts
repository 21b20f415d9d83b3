import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { sample } from '../../../test/support/pictures.js';
import { runProcess, start, startEmulator, temporaryFolder } from './support/cli.js';
import { writePictures } from './support/pictures.js';

const EMAIL = 'ada@acme-payments.com';

it('goes from nothing to a batch that was stopped and resumed, with exactly 200 paid calls', async () => {
  const emulator = await startEmulator({ balanceDollars: 30, priceDollars: 0.1, apiKeys: ['nobody-has-this-one'] });
  const cwd = temporaryFolder();
  const env = { DIDIT_BASE_URL: emulator.url, DIDIT_AUTH_URL: emulator.url, DIDIT_PASSWORD: 'A-fake-Passw0rd' };
  const key = ['--api-key-file', 'didit-api-key'];
  const cli = async (...args: string[]) => {
    const result = await runProcess([...args, '--json'], { cwd, env });
    return { code: result.code, ...result.json() } as Record<string, unknown> & { code: number };
  };

  // An account and its key; the code comes out of the mailbox.
  expect(await cli('register', '--email', EMAIL)).toMatchObject({ code: 0 });
  const { messages } = (await (await fetch(`${emulator.url}/_emulator/outbox`)).json()) as {
    messages: readonly { to: string; code: string }[];
  };
  expect(messages).toMatchObject([{ to: EMAIL }]);
  const code = messages[0]?.code ?? '';
  expect(await cli('verify-email', '--email', EMAIL, '--code', code)).toMatchObject({ code: 0 });

  // One picture costs one credit.
  expect(await cli('balance', ...key)).toMatchObject({ balance: '30.0000' });
  const picture = await runProcess(['check', '-', '--json', ...key], { cwd, env, input: sample('approved.jpg') });
  expect(picture.code).toBe(0);
  expect(await cli('balance', ...key)).toMatchObject({ balance: '29.9000' });

  // Somebody pays on the page of the checkout.
  const { checkoutUrl } = (await cli('top-up', '--amount', '50', ...key)) as unknown as { checkoutUrl: string };
  await fetch(checkoutUrl, { method: 'POST', redirect: 'manual' });
  expect(await cli('balance', ...key)).toMatchObject({ balance: '79.9000' });

  // 200 pictures, stopped in the middle.
  const paidBefore = emulator.calls().filter(({ billed }) => billed).length;
  writePictures(join(cwd, 'pictures'), 200);
  const args = ['batch', 'pictures', '--rate', '200/s', ...key];
  const first = start(args, { cwd, env });
  await first.seen('100 of 200');
  first.child.kill('SIGINT');
  expect((await first.finished).code).toBe(130);
  expect(await cli(...args)).toMatchObject({ code: 0, files: 200, notStarted: 0, failed: 0, unknown: 0 });

  expect(emulator.calls().filter(({ billed }) => billed)).toHaveLength(paidBefore + 200);
  expect(await cli('balance', ...key)).toMatchObject({ balance: '59.9000' });
  const finished = readFileSync(join(cwd, 'results.jsonl'), 'utf8').match(/"type":"finished"/g);
  expect(finished).toHaveLength(200);
}, 120_000);
