import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { envAnswering, envFor, run, startEmulator, temporaryFolder } from './support/cli.js';
import { pictureWith, writePictures } from './support/pictures.js';

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

function fileOf(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

const ANSWER = {
  request_id: '6f2f0a9e-5c3a-4a5e-9d0a-0c6b3f7e1d42',
  liveness: {
    status: 'Approved',
    method: 'PASSIVE',
    score: 74.5,
    user_image: { entities: [{ bbox: [1, 2, 3, 4], confidence: 0.7 }], best_angle: 0 },
    warnings: [{ risk: 'MULTIPLE_FACES_DETECTED', log_type: 'warning' }],
    face_quality: 80,
    face_luminance: 50,
  },
  created_at: '2026-11-20T09:14:51.208417+00:00',
};

describe('policy lint', () => {
  it('names all problems in one go, each with its path', async () => {
    const policy = fileOf('policy.json', {
      score: { declineAtOrBelow: 0.5, reviewAtOrBelow: 'high' },
      warnings: { NO_SUCH_TAG: 'decline', FACE_IN_BLOCKLIST: 'review' },
      'a.b': 1,
      faceLuminance: { declineBelow: 50, declineAbove: 30 },
      unknownWarning: 'later',
    });

    const { code, json } = await run(['policy', 'lint', policy, '--json']);

    const { problems, ...rest } = json() as { problems: readonly { path: string }[] };
    expect(code).toBe(3);
    expect(rest).toMatchObject({ valid: false, policyId: null });
    expect(problems.map(({ path }) => path).toSorted()).toEqual([
      'policy.a.b',
      'policy.faceLuminance.declineAbove',
      'policy.score.declineAtOrBelow',
      'policy.score.reviewAtOrBelow',
      'policy.unknownWarning',
      'policy.warnings.FACE_IN_BLOCKLIST',
      'policy.warnings.NO_SUCH_TAG',
    ]);
  });

  it.each([
    [{ score: { declineAtOrBelow: 20 } }, 'policy.score.declineAtOrBelow', 'below 30'],
    [{ score: { declineAtOrBelow: 97 } }, 'policy.score.declineAtOrBelow', 'honest people'],
    [
      { score: { declineAtOrBelow: 50, reviewAtOrBelow: 50 } },
      'policy.score.reviewAtOrBelow',
      'never leads to a review',
    ],
    [{ warnings: { DUPLICATED_FACE: 'decline' } }, 'policy.warnings.DUPLICATED_FACE', 'never fires'],
    [{ unknownWarning: 'approve' }, 'policy.unknownWarning', 'without anybody looking'],
  ])('warns of %j, which is a policy all the same', async (options, path, message) => {
    const { code, json } = await run(['policy', 'lint', fileOf('policy.json', options), '--json']);

    expect(code).toBe(0);
    expect(json()).toMatchObject({
      valid: true,
      problems: [],
      warnings: [{ path, message: expect.stringContaining(message) }],
    });
  });

  it.each(['strict', 'balanced', 'lenient'])('has nothing to say of %s', async (preset) => {
    const { code, json } = await run(['policy', 'lint', preset, '--json']);

    expect(code).toBe(0);
    expect(json()).toMatchObject({ valid: true, problems: [], warnings: [] });
  });

  it.each([
    ['[]', 'policy is an array'],
    ['null', 'policy is null'],
    ['{"score":', 'is not JSON'],
  ])('takes %s for no policy', async (text, message) => {
    const { code, stdout, stderr } = await run(['policy', 'lint', fileOf('policy.json', text)]);

    expect(code).toBe(3);
    expect(stdout + stderr).toContain(message);
  });

  it('finds its way with the published schema named in the file', async () => {
    const policy = fileOf('policy.json', { $schema: './policy.schema.json', score: { declineAtOrBelow: 60 } });

    const { code } = await run(['policy', 'lint', policy]);

    expect(code).toBe(0);
  });
});

describe('policy explain', () => {
  it.each([
    ['balanced', 1, 'decline  warnings.MULTIPLE_FACES_DETECTED'],
    ['strict', 1, 'review   score.reviewAtOrBelow: 74.5 is at or below 80'],
    ['lenient', 0, 'approve  warnings.MULTIPLE_FACES_DETECTED'],
  ])('tells rule by rule what %s makes of an answer', async (policy, code, reason) => {
    const result = await run(['policy', 'explain', policy, fileOf('answer.json', ANSWER)]);

    expect(result.code).toBe(code);
    expect(result.stdout).toContain(reason);
  });

  it('tells what was not measured', async () => {
    const liveness = { ...ANSWER.liveness, status: 'In Review', score: null, warnings: [] };
    const unmeasured = { ...ANSWER.liveness, score: 90, warnings: [], face_quality: null };

    const review = await run(['policy', 'explain', 'balanced', fileOf('a.json', { ...ANSWER, liveness })]);
    const strict = await run(['policy', 'explain', 'strict', fileOf('b.json', { ...ANSWER, liveness: unmeasured })]);

    expect(review.stdout).toMatch(/score +not measured\n/);
    expect(strict.code).toBe(2);
    expect(strict.stdout).toContain('review   faceQuality: not measured');
  });

  it('tells when an answer speaks against itself', async () => {
    const liveness = { ...ANSWER.liveness, warnings: [{ risk: 'LIVENESS_FACE_ATTACK', log_type: 'error' }] };

    const { code, stdout } = await run(['policy', 'explain', 'lenient', fileOf('a.json', { ...ANSWER, liveness })]);

    expect(code).toBe(1);
    expect(stdout).toContain('Approved, but auto-decline-tag');
  });

  it.each([
    ['{}', 'liveness is not an object'],
    ['{"liveness":{"status":"approved"}}', "liveness.status is not 'Approved', 'Declined' or 'In Review'"],
    ['[1]', 'the body is not an object'],
  ])('refuses %s', async (text, message) => {
    const { code, stderr } = await run(['policy', 'explain', 'balanced', fileOf('answer.json', text)]);

    expect(code).toBe(3);
    expect(stderr).toContain(message);
  });
});

describe('policy simulate', () => {
  async function record(threshold: string): Promise<string> {
    const emulator = await startEmulator();
    const out = join(folder, 'results.jsonl');
    writePictures(join(folder, 'pictures'), 16);
    const args = ['batch', join(folder, 'pictures'), '--out', out, '--rate', '1000/s', '--threshold', threshold];
    await run(args, { env: envFor(emulator) });
    return out;
  }

  it('changes nothing under the policy that decided', async () => {
    const results = await record('50');
    const policy = fileOf('policy.json', { score: { declineAtOrBelow: 50 } });

    const { code, json } = await run(['policy', 'simulate', policy, results, '--json']);

    expect(code).toBe(0);
    expect(json()).toMatchObject({ pictures: 16, changes: [] });
  });

  it('tells which decisions change, and why, also where Didit declined at the threshold of the time', async () => {
    const results = await record('80');
    const lower = fileOf('lower.json', { score: { declineAtOrBelow: 40 } });

    const { json } = await run(['policy', 'simulate', lower, results, '--json']);

    const { changes, matrix } = json() as {
      changes: readonly { score: number; before: { outcome: string }; after: { outcome: string } }[];
      matrix: Record<string, Record<string, number>>;
    };
    expect(changes.length).toBeGreaterThan(0);
    expect(matrix['declined']?.['approved']).toBe(changes.length);
    for (const { score, before, after } of changes) {
      expect([before.outcome, after.outcome]).toEqual(['declined', 'approved']);
      expect(score).toBeGreaterThan(40);
      expect(score).toBeLessThanOrEqual(80);
    }
  });

  it('holds two policies against each other', async () => {
    const results = await record('30');

    const { stdout } = await run(['policy', 'simulate', 'strict', results, '--against', 'lenient']);

    expect(stdout).toMatch(/\d+ of 16 decisions change/);
    expect(stdout).toContain('APPROVED -> DECLINED');
    expect(stdout).toContain('after   decline  warnings.DUPLICATED_FACE');
  });

  it('mixes no answers to different questions, and asks which', async () => {
    const results = await record('80');
    await record('30');

    const refused = await run(['policy', 'simulate', 'strict', results]);
    const requests = [...refused.stderr.matchAll(/^ {2}([0-9a-f]{12}) {2}16 pictures, (.*)$/gm)];
    const chosen = await run(['policy', 'simulate', 'strict', results, '--json', '--request', requests[0]?.[1] ?? '']);
    const wrong = await run(['policy', 'simulate', 'strict', results, '--request', 'x']);

    expect(refused.code).toBe(3);
    expect(requests.map(([, , facts]) => facts)).toEqual([
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+, threshold 80$/),
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+, threshold 30$/),
    ]);
    expect(chosen.code).toBe(0);
    expect(chosen.json()).toMatchObject({ pictures: 16 });
    expect(wrong.code).toBe(3);
    expect(wrong.stderr).toContain('--request x fits 0 questions');
  });

  it('names each question by what was asked, and whom', async () => {
    const emulator = await startEmulator();
    const out = join(folder, 'results.jsonl');
    const picture = join(folder, 'selfie.jpg');
    writeFileSync(picture, pictureWith('anything'));
    const ask = (key: string, ...options: string[]) =>
      run(['batch', picture, '--out', out, ...options], { env: { ...envFor(emulator), DIDIT_API_KEY: key } });
    await ask('sk_live_fake', '--threshold', '50');
    // Records of earlier versions do not say what was asked.
    writeFileSync(out, readFileSync(out, 'utf8').replaceAll(/"asked":\{[^}]*\},/g, ''));
    await ask('sk_test_fake', '--rotate', '--save');

    const { code, stderr } = await run(['policy', 'simulate', 'strict', out]);

    expect(code).toBe(3);
    expect(stderr.split('\n').map((line) => line.replace(/^ {2}[0-9a-f]{12} {2}/, ''))).toEqual([
      'error: The record holds answers to 2 questions, which say nothing together. Choose one with --request:',
      '1 picture, asked by an earlier version',
      `1 picture, ${emulator.url} (sandbox), Didit's own threshold, --rotate, --save`,
      '',
    ]);
  });

  it('changes nothing where nothing was answered', async () => {
    const out = join(folder, 'results.jsonl');
    await run(['batch', fileOf('broken.jpg', 'no picture'), '--out', out], { env: envFor(await startEmulator()) });

    const { code, json } = await run(['policy', 'simulate', 'strict', out, '--json']);

    expect(code).toBe(0);
    expect(json()).toMatchObject({ pictures: 0, changes: [] });
  });

  it('tells people of a change without a score', async () => {
    const liveness = { ...ANSWER.liveness, status: 'In Review', score: null };
    const out = join(folder, 'results.jsonl');
    writePictures(join(folder, 'pictures'), 1);
    await run(['batch', join(folder, 'pictures'), '--out', out], { env: await envAnswering({ ...ANSWER, liveness }) });

    const { stdout } = await run(['policy', 'simulate', 'lenient', out]);

    expect(stdout).toMatch(/DECLINED -> REVIEW {2}\S+ {2}score not measured\n/);
  });

  it('warns of damaged lines, and counts the others', async () => {
    const results = await record('30');
    writeFileSync(results, `${readFileSync(results, 'utf8')}no entry\n`);

    const { code, json, stderr } = await run(['policy', 'simulate', 'strict', results, '--json']);

    expect(code).toBe(0);
    expect(json()).toMatchObject({ pictures: 16 });
    expect(stderr).toContain(`warning: line 33 of ${results} is damaged`);
  });

  it('says why a record cannot be read', async () => {
    const { code, stderr } = await run(['policy', 'simulate', 'strict', join(folder, 'missing.jsonl')]);

    expect(code).toBe(3);
    expect(stderr).toContain('missing.jsonl cannot be read (ENOENT).');
  });

  it('makes no call', async () => {
    const results = await record('30');

    const { code } = await run(['policy', 'simulate', 'strict', results], {
      env: { DIDIT_BASE_URL: 'http://127.0.0.1:1' },
    });

    expect(code).toBe(0);
  });

  it('refuses a file that is no record', async () => {
    const { code, stderr } = await run(['policy', 'simulate', 'strict', fileOf('x.jsonl', '{"a":1}\n{"b":2}\n')]);

    expect(code).toBe(3);
    expect(stderr).toContain('is not a record of results');
  });
});
