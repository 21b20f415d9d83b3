import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { pictureOf, sample } from '../../../test/support/pictures.js';
import { envAnswering, envFor, KEY, run, startEmulator, temporaryFolder } from './support/cli.js';
import { pictureWith } from './support/pictures.js';

function fileOf(bytes: Uint8Array, name = 'selfie.jpg'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

describe('didit-liveness check', () => {
  it.each([
    ['approved', 0, 'approved'],
    ['spoof', 1, 'declined'],
    ['blocklisted', 1, 'declined'],
    ['duplicate', 2, 'review'],
    ['in-review', 2, 'review'],
    ['contradiction', 1, 'declined'],
  ])('ends with the code of the outcome: %s, %i', async (scenario, code, outcome) => {
    const emulator = await startEmulator();

    const result = await run(['check', fileOf(pictureOf(scenario)), '--json'], { env: envFor(emulator) });

    expect(result.code).toBe(code);
    expect(result.json()).toMatchObject({ outcome });
    expect(emulator.calls()).toHaveLength(1);
  });

  it('tells verdict, reasons, hints and what the picture is', async () => {
    const emulator = await startEmulator();
    const path = fileOf(pictureOf('too-dark'));

    const { stdout, stderr } = await run(['check', path], { env: envFor(emulator) });

    expect(stdout).toContain(`DECLINED  ${path}`);
    expect(stdout).toContain('decline  warnings.LOW_FACE_LUMINANCE');
    expect(stdout).toContain('Find a brighter place');
    expect(stdout).toMatch(/picture +JPEG, 480 x 600 pixels, \d+ bytes/);
    expect(stderr).toBe('');
  });

  it('gives the same facts as JSON, and an answer that can be explained again', async () => {
    const emulator = await startEmulator();
    const bytes = pictureWith('didit-scenario=approved;score=61.5;');

    const { stdout, code } = await run(['check', fileOf(bytes), '--json', '--policy', 'strict'], {
      env: envFor(emulator),
    });
    const json = JSON.parse(stdout) as { answer: unknown };
    const again = await run(['policy', 'explain', 'strict', fileOf(Buffer.from(stdout), 'answer.json'), '--json']);

    expect(json).toMatchObject({
      outcome: 'review',
      score: 61.5,
      faces: 1,
      picture: { type: 'jpeg', width: 480, height: 600, size: bytes.length },
      reasons: [{ rule: 'score.reviewAtOrBelow', value: 61.5, limit: 80, action: 'review' }],
    });
    expect(again.code).toBe(code);
    expect(again.json()).toMatchObject({ outcome: 'review', status: 'Approved' });
  });

  it('keeps nothing at Didit unless told to, and sends what was asked', async () => {
    const emulator = await startEmulator();
    const path = fileOf(pictureOf('approved'));
    const all = ['--threshold', '62.5', '--rotate', '--save', '--vendor-data', 'user-1'];

    await run(['check', path], { env: envFor(emulator) });
    await run(['check', path, ...all], { env: envFor(emulator) });

    const [plain, full] = emulator.calls().map(({ fields }) => fields);
    expect(plain).toEqual({ save_api_request: 'false' });
    expect(full).toEqual({
      save_api_request: 'true',
      face_liveness_score_decline_threshold: '62.5',
      rotate_image: 'true',
      vendor_data: 'user-1',
    });
  });

  it('leaves ages, genders and session numbers out of what it prints', async () => {
    const emulator = await startEmulator();

    const { stdout } = await run(['check', fileOf(pictureOf('duplicate')), '--json'], { env: envFor(emulator) });

    expect(stdout).not.toMatch(/"age"|gender|session_id|duplicated/);
  });

  it('reads a picture from standard input', async () => {
    const emulator = await startEmulator();

    const { code } = await run(['check', '-'], { env: envFor(emulator), input: sample('approved.png') });

    expect(code).toBe(0);
    expect(emulator.calls()).toMatchObject([{ image: { contentType: 'image/png' } }]);
  });

  it.each([
    ['no picture', Buffer.from('%PDF-1.7'), 'not a JPEG, PNG, WebP or TIFF'],
    ['half a picture', sample('unmarked.jpg').subarray(0, 4_000), 'incomplete'],
    ['nothing', Buffer.alloc(0), 'no bytes'],
    ['too much', Buffer.concat([sample('unmarked.jpg'), Buffer.alloc(6 * 1024 * 1024)]), 'more than 5242880 bytes'],
  ])('refuses %s for free, with the reason', async (_, bytes, reason) => {
    const emulator = await startEmulator();

    const { code, stdout, stderr } = await run(['check', fileOf(bytes)], { env: envFor(emulator) });

    expect(code).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toContain(reason);
    expect(emulator.calls()).toEqual([]);
  });

  it.each([
    ['401', 'authentication', 'no'],
    ['403-credits', 'insufficient-credits', 'no'],
    ['403-permission', 'permission', 'no'],
    ['500', 'unavailable', 'unknown'],
    ['reset-before-response', 'connection', 'unknown'],
    ['html-200', 'bad-response', 'yes'],
    ['truncated-json', 'bad-response', 'yes'],
  ] as const)('ends with 4 and says what to do when Didit answers %s', async (scenario, code, billed) => {
    const emulator = await startEmulator();
    emulator.next(scenario);

    const result = await run(['check', fileOf(pictureOf('approved')), '--json'], { env: envFor(emulator) });

    expect(result.code).toBe(4);
    expect(result.json()).toMatchObject({ error: { code, billed, advice: expect.stringMatching(/\w/) } });
    expect(result.stderr).toContain('error:');
    expect(result.stdout + result.stderr).not.toContain(KEY);
  });

  it('ends with 3 when Didit cannot read the picture', async () => {
    const emulator = await startEmulator();
    emulator.next('400-image');

    const { code } = await run(['check', fileOf(pictureOf('approved'))], { env: envFor(emulator) });

    expect(code).toBe(3);
  });

  it('tells what was not measured, and an answer without an id', async () => {
    const liveness = {
      status: 'In Review',
      method: 'PASSIVE',
      score: null,
      user_image: { entities: [], best_angle: null },
      warnings: [],
      face_quality: null,
      face_luminance: null,
    };

    const env = await envAnswering({ liveness });
    const { code, stdout } = await run(['check', fileOf(pictureOf('approved'))], { env });

    expect(code).toBe(2);
    expect(stdout).toMatch(/score +not measured\n.*reasons +review {3}status\n/);
    expect(stdout).toMatch(/request +no id\n/);
  });

  it.each([
    ['below a file', 'selfie.jpg/x', 'cannot be read (ENOTDIR).'],
    ['a folder', '.', 'cannot be read (it is a folder; didit-liveness batch takes folders).'],
  ])('says why %s cannot be read', async (_, name, reason) => {
    const path = join(fileOf(pictureOf('approved')), '..', name);

    const { code, stderr } = await run(['check', path]);

    expect(code).toBe(3);
    expect(stderr).toBe(`error: ${path} ${reason}\n`);
  });

  it('warns of a sandbox key, on which everybody is approved', async () => {
    const emulator = await startEmulator();
    const env = { ...envFor(emulator), DIDIT_API_KEY: 'sk_test_key-of-the-tests' };

    const { code, stderr } = await run(['check', fileOf(pictureOf('spoof'))], { env });

    expect(code).toBe(0);
    expect(stderr).toContain('sandbox key');
  });

  it.each([
    [
      ['--threshold', '101'],
      "option '--threshold <score>': its value is invalid. It is not 0 or a number from 1 to 100",
    ],
    [['--threshold', '0.8'], '(80 means 80 of 100)'],
    [['--threshold', 'high'], 'It is not a number'],
    [['--threshold', ' '], 'It is not a number'],
    [['--policy', 'nowhere.json'], 'nowhere.json cannot be read (ENOENT)'],
    [['--vendor-data', ''], 'vendorData is not usable'],
  ])('refuses %j before anything is paid', async (options, message) => {
    const emulator = await startEmulator();

    const { code, stderr } = await run(['check', fileOf(pictureOf('approved')), ...options], { env: envFor(emulator) });

    expect(code).toBe(3);
    expect(stderr).toContain(message);
    expect(emulator.calls()).toEqual([]);
  });

  it('refuses a plain address that is not this machine', async () => {
    const env = { DIDIT_API_KEY: KEY, DIDIT_BASE_URL: 'http://didit.example' };

    const { code, stderr } = await run(['check', fileOf(pictureOf('approved'))], { env });

    expect(code).toBe(3);
    expect(stderr).toContain('https');
  });
});
