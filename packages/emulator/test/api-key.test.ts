import { describe, expect, it } from '@jest/globals';
import { check, read, start } from './support.js';

const INVALID = { detail: 'Invalid API Key.' };
const FORBIDDEN = { detail: 'You do not have permission to perform this action.' };
const NO_CREDENTIALS = { detail: 'Authentication credentials were not provided or are invalid.' };

describe('the key of a check', () => {
  it.each([
    ['seed', null, 401, INVALID],
    ['seed', 'wrong', 401, INVALID],
    ['jul', null, 403, FORBIDDEN],
    ['jul', 'wrong', 403, FORBIDDEN],
    ['nov', null, 403, FORBIDDEN],
    ['nov', '', 403, FORBIDDEN],
    ['nov', 'wrong', 401, INVALID],
  ] as const)('is refused in the era %s when it is %p with %i', async (authMode, key, status, body) => {
    const emulator = await start({ authMode, apiKeys: ['right'] });

    const answer = await check(emulator, { key });

    expect(answer).toMatchObject({ status, body });
    expect(answer.headers.has('www-authenticate')).toBe(false);
  });

  it('is accepted when it is listed', async () => {
    const emulator = await start({ apiKeys: ['old', 'new'] });

    await expect(check(emulator, { key: 'new' })).resolves.toMatchObject({ status: 200 });
  });

  it('may be any when none is listed', async () => {
    const emulator = await start();

    await expect(check(emulator, { key: 'no prefix at all' })).resolves.toMatchObject({ status: 200 });
  });

  it('is looked at before the fields', async () => {
    const emulator = await start();

    await expect(check(emulator, { key: null, image: null })).resolves.toMatchObject({ status: 403 });
  });
});

describe('the key of a decision', () => {
  it.each([
    ['seed', null, 401, INVALID],
    ['jul', 'wrong', 403, NO_CREDENTIALS],
    ['nov', null, 403, NO_CREDENTIALS],
    ['nov', 'wrong', 401, INVALID],
  ] as const)('is refused in the era %s when it is %p with %i', async (authMode, key, status, body) => {
    const emulator = await start({ authMode, apiKeys: ['right'] });
    const saved = await check(emulator, { key: 'right' });

    const answer = await read(emulator, `/v3/session/${saved.body.request_id}/decision/`, key);

    expect(answer).toMatchObject({ status, body });
  });
});
