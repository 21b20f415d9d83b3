import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Emulator } from '@didit-liveness/emulator';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BIN, envFor, KEY, received, run, runProcess, start, startEmulator, temporaryFolder } from './support/cli.js';
import { pictureWith, writePictures } from './support/pictures.js';

interface Line {
  readonly type: string;
  readonly sha256: string;
  readonly file: string;
  readonly outcome?: string;
  readonly paid?: boolean;
  readonly asked?: object;
}

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

let folder: string;
let pictures: string;
let out: string;

beforeEach(() => {
  folder = temporaryFolder();
  pictures = join(folder, 'pictures');
  out = join(folder, 'results.jsonl');
});

const linesOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

const paidCalls = (emulator: Emulator) => emulator.calls().filter(({ billed }) => billed);

/** How often each picture was sent. */
function sendings(emulator: Emulator): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { image } of emulator.calls()) {
    if (image) counts.set(image.sha256, (counts.get(image.sha256) ?? 0) + 1);
  }
  return counts;
}

const batch = (emulator: Emulator, ...more: string[]) =>
  run(['batch', pictures, '--out', out, '--rate', '1000/s', ...more], { env: envFor(emulator) });

/** Runs the command where no file may become longer: the same as a full disk, but for the code of the error. */
function runWithFileLimit(bytes: number, args: readonly string[], emulator: Emulator) {
  return runProcess(args, { env: envFor(emulator), fileLimitBytes: bytes });
}

/** Answers 429 to everything. */
async function limitingServer(retryAfter: string) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    request.resume().on('end', () => response.writeHead(429, { 'retry-after': retryAfter }).end('{}'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  servers.push(server);
  const { port } = server.address() as AddressInfo; // It listens on TCP.
  return { url: `http://127.0.0.1:${port}`, requests: () => requests };
}

describe('didit-liveness batch', () => {
  it('checks every picture once, and counts what came of them', async () => {
    const emulator = await startEmulator();
    writePictures(pictures, 16);
    writeFileSync(join(pictures, 'broken.jpg'), 'no picture');
    copyFileSync(join(pictures, 'selfie-000.jpg'), join(pictures, 'zz-the-same.jpg'));
    writeFileSync(join(pictures, 'notes.txt'), 'not asked about');

    const { code, json, stderr } = await batch(emulator, '--json');

    expect(code).toBe(0);
    expect(json()).toMatchObject({
      files: 18,
      approved: 8,
      review: 2,
      declined: 6,
      refused: 1,
      copies: 1,
      failed: 0,
      unknown: 0,
      notStarted: 0,
      paidCalls: 16,
      unknownCalls: 0,
      stop: null,
      scoreQuantiles: { '0.5': expect.any(Number) },
    });
    expect(paidCalls(emulator)).toHaveLength(16);
    expect(stderr).toContain('18 of 18');
  });

  it('keeps answers with which decisions can be made again, and nothing about persons', async () => {
    const emulator = await startEmulator();
    writePictures(pictures, 8);

    await batch(emulator);

    const finished = linesOf(out).filter(({ type }) => type === 'finished');
    expect(finished).toHaveLength(8);
    expect(finished[0]).toMatchObject({ paid: true, answer: { liveness: { method: 'PASSIVE' } } });
    expect(readFileSync(out, 'utf8')).not.toMatch(/"age"|gender|duplicated_session/);
    expect(readFileSync(out, 'utf8')).not.toContain(KEY);
  });

  it('writes down every call before it is made', async () => {
    const emulator = await startEmulator();
    writePictures(pictures, 4);

    await batch(emulator, '--concurrency', '1');

    expect(linesOf(out).map(({ type }) => type)).toEqual(
      Array.from({ length: 4 }, () => ['started', 'finished']).flat(),
    );
  });

  it('pays for nothing that has an answer', async () => {
    const emulator = await startEmulator();
    writePictures(pictures, 8);

    await batch(emulator);
    const { code, json } = await batch(emulator, '--json');

    expect(code).toBe(0);
    expect(json()).toMatchObject({ files: 8, fromEarlierRuns: 8, paidCalls: 0 });
    expect(paidCalls(emulator)).toHaveLength(8);
  });

  it('decides again for free when only the policy changes, and asks again when the threshold does', async () => {
    const emulator = await startEmulator();
    writePictures(pictures, 8);

    await batch(emulator);
    const lenient = await batch(emulator, '--json', '--policy', 'lenient');
    const paidBefore = paidCalls(emulator).length;
    await batch(emulator, '--threshold', '60');

    expect(lenient.json()).toMatchObject({ paidCalls: 0, review: 0, fromEarlierRuns: 8 });
    expect(linesOf(out).filter(({ type, paid }) => type === 'finished' && paid === false)).toHaveLength(8);
    expect(paidBefore).toBe(8);
    expect(paidCalls(emulator)).toHaveLength(16);
  });

  it('asks what --rotate and --save say, and writes down what was asked', async () => {
    const emulator = await startEmulator();
    writePictures(pictures, 1);

    await batch(emulator, '--rotate', '--save');

    expect(emulator.calls().map(({ fields }) => fields)).toEqual([{ save_api_request: 'true', rotate_image: 'true' }]);
    expect(linesOf(out)[0]?.asked).toMatchObject({ origin: emulator.url, rotate: true, save: true, isSandbox: false });
  });

  it('would ask Didit itself where no variable names another address', async () => {
    mkdirSync(pictures);
    writeFileSync(join(pictures, 'broken.jpg'), 'no picture, so that nothing is sent');

    const { code } = await run(['batch', pictures, '--out', out], { env: { DIDIT_API_KEY: KEY } });

    expect(code).toBe(0);
    expect(linesOf(out)).toMatchObject([{ type: 'refused', asked: { origin: 'https://verification.didit.me' } }]);
  });

  it('names 20 problems, and counts the others', async () => {
    const emulator = await startEmulator();
    mkdirSync(pictures);
    for (let index = 10; index < 33; index += 1) writeFileSync(join(pictures, `${index}.jpg`), `no picture ${index}`);

    const { code, stdout } = await batch(emulator);

    expect(code).toBe(0);
    expect(stdout.match(/^refused {2}\S+\d\d\.jpg: /gm)).toHaveLength(20);
    expect(stdout).toContain('\nand 3 more\n');
  });

  it('remembers what was refused, and refuses it again for free', async () => {
    const emulator = await startEmulator();
    mkdirSync(pictures);
    writeFileSync(join(pictures, 'broken.jpg'), 'no picture');
    await batch(emulator);
    const record = readFileSync(out, 'utf8');

    const { code, stdout } = await batch(emulator);

    expect(code).toBe(0);
    expect(stdout).toMatch(/refused {2}\S+broken\.jpg: The picture was refused before it was sent/);
    expect(readFileSync(out, 'utf8')).toBe(record);
  });

  it('warns of damaged lines, and goes on with the others', async () => {
    const emulator = await startEmulator();
    writePictures(pictures, 2);
    await batch(emulator);
    const [first = '', ...others] = readFileSync(out, 'utf8').split('\n');
    writeFileSync(out, [first, 'no', 'entry', ...others].join('\n'));

    const { code, json, stderr } = await batch(emulator, '--json');

    expect(code).toBe(0);
    expect(json()).toMatchObject({ fromEarlierRuns: 2, paidCalls: 0 });
    expect(stderr).toContain(`warning: lines 2, 3 of ${out} are damaged and passed over.`);
  });

  it('names a recorded answer that cannot be decided again, and does not pay for another', async () => {
    const emulator = await startEmulator();
    writePictures(pictures, 2);
    await batch(emulator, '--concurrency', '1');
    writeFileSync(out, readFileSync(out, 'utf8').replace(/"method":"PASSIVE"/, '"method":"?"'));

    const { code, stdout } = await batch(emulator, '--policy', 'lenient');

    expect(code).toBe(4);
    expect(stdout).toMatch(/unreadable {2}The answer for \S+selfie-000\.jpg is not an answer of POST/);
    expect(stdout).toMatch(/approved +1\n/);
    expect(paidCalls(emulator)).toHaveLength(2);
  });

  it('stops in good order on Ctrl-C, says how to go on, and pays for 200 pictures 200 times in all', async () => {
    const emulator = await startEmulator();
    writePictures(pictures, 200);
    const args = ['batch', pictures, '--out', out, '--rate', '200/s'];

    const first = start(args, { env: envFor(emulator) });
    await first.seen('60 of 200');
    first.child.kill('SIGINT');
    const stopped = await first.finished;
    const paidBefore = paidCalls(emulator).length;
    const second = await run([...args, '--json'], { env: envFor(emulator) });

    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toContain('run the same command again');
    expect(paidBefore).toBeGreaterThanOrEqual(60);
    expect(paidBefore).toBeLessThan(200);
    expect(second.code).toBe(0);
    expect(second.json()).toMatchObject({ files: 200, fromEarlierRuns: paidBefore, paidCalls: 200 - paidBefore });
    expect(paidCalls(emulator)).toHaveLength(200);
    expect(sendings(emulator).size).toBe(200);
  });

  it('sends nothing twice after it was killed, and tells of what nobody knows', async () => {
    const emulator = await startEmulator({ latencyMs: 20 });
    writePictures(pictures, 200);
    const args = ['batch', pictures, '--out', out, '--rate', '400/s', '--concurrency', '8'];

    const first = start(args, { env: envFor(emulator) });
    await first.seen('60 of 200');
    first.child.kill('SIGKILL');
    await first.finished;
    const known = new Set(linesOf(out).flatMap(({ type, sha256 }) => (type === 'finished' ? [sha256] : [])));
    const started = new Set(linesOf(out).map(({ sha256 }) => sha256));
    const second = await run([...args, '--json'], { env: envFor(emulator) });

    const unknown = started.size - known.size;
    expect(second.json()).toMatchObject({ fromEarlierRuns: known.size, unknown, paidCalls: 200 - started.size });
    expect(second.code).toBe(unknown > 0 ? 4 : 0);
    expect(paidCalls(emulator).length).toBeLessThanOrEqual(200);
    expect(Math.max(...sendings(emulator).values())).toBe(1);
  });

  it('sends what nobody knows only when told to', async () => {
    const emulator = await startEmulator();
    writePictures(pictures, 3);
    emulator.next('reset-before-response');

    const first = await batch(emulator, '--json', '--concurrency', '1');
    const second = await batch(emulator, '--json');
    const third = await batch(emulator, '--json', '--retry-unknown');

    expect(first.code).toBe(4);
    expect(first.json()).toMatchObject({ failed: 1, paidCalls: 2, unknownCalls: 1 });
    expect(second.code).toBe(4);
    expect(second.json()).toMatchObject({ unknown: 1, paidCalls: 0 });
    expect(third.code).toBe(0);
    expect(third.json()).toMatchObject({ unknown: 0, paidCalls: 1 });
  });

  it('tries again what was surely not paid for', async () => {
    const emulator = await startEmulator();
    writePictures(pictures, 3);
    emulator.next('503');
    emulator.next('404');

    const first = await batch(emulator, '--json', '--concurrency', '1');
    const second = await batch(emulator, '--json');

    expect(first.json()).toMatchObject({ failed: 2, unknownCalls: 1 });
    expect(second.json()).toMatchObject({ failed: 0, unknown: 1, paidCalls: 1 });
  });

  it.each([
    ['401', 'authentication'],
    ['403-permission', 'permission'],
    ['403-credits', 'insufficient-credits'],
  ] as const)('stops early on %s, with what is done kept', async (scenario, code) => {
    const emulator = await startEmulator();
    writePictures(pictures, 40);
    emulator.next('approved', 5);
    emulator.next(scenario, 100);

    const result = await batch(emulator, '--json', '--concurrency', '2');

    expect(result.code).toBe(4);
    expect(result.json()).toMatchObject({ paidCalls: 5, stop: { kind: 'failure', code } });
    expect(emulator.calls().length).toBeLessThanOrEqual(7);
    expect(linesOf(out).filter(({ type }) => type === 'finished')).toHaveLength(5);
  });

  it('stops after ten failures in a row: what does not answer may be charging', async () => {
    const emulator = await startEmulator();
    writePictures(pictures, 40);
    emulator.next('500', 100);

    const { code, json } = await batch(emulator, '--json', '--concurrency', '1');

    expect(code).toBe(4);
    expect(json()).toMatchObject({ failed: 10, notStarted: 30, stop: { code: 'unavailable' } });
  });

  it('tolerates the half of a line that a crash left', async () => {
    const emulator = await startEmulator();
    writePictures(pictures, 4);
    await batch(emulator);
    const whole = readFileSync(out, 'utf8');
    appendFileSync(out, '{"type":"finished","sha256":"ab');

    const { code, json } = await batch(emulator, '--json');

    expect(code).toBe(0);
    expect(json()).toMatchObject({ fromEarlierRuns: 4, paidCalls: 0 });
    expect(readFileSync(out, 'utf8')).toBe(whole);
  });

  it('writes into no file that is something else', async () => {
    const emulator = await startEmulator();
    writePictures(pictures, 1);
    writeFileSync(out, 'my diary\n');

    const { code, stderr } = await batch(emulator);

    expect(code).toBe(3);
    expect(stderr).toContain('is not a record of results');
    expect(readFileSync(out, 'utf8')).toBe('my diary\n');
    expect(emulator.calls()).toEqual([]);
  });

  it('refuses a second run on the same record, and leaves no lock behind', async () => {
    const emulator = await startEmulator();
    writePictures(pictures, 30);
    const args = ['batch', pictures, '--out', out, '--rate', '20/s'];

    const first = start(args, { env: envFor(emulator) });
    await first.seen('3 of 30');
    const second = await run(args, { env: envFor(emulator) });
    first.child.kill('SIGTERM');
    const stopped = await first.finished;

    expect(second.code).toBe(3);
    expect(second.stderr).toContain(`process ${first.child.pid}`);
    expect(stopped.code).toBe(143);
    expect(existsSync(`${out}.lock`)).toBe(false);
  });

  it('ends at once on a second Ctrl-C', async () => {
    const emulator = await startEmulator();
    writePictures(pictures, 4);
    emulator.next('hang', 4);

    const { child, seen, finished } = start(['batch', pictures, '--out', out, '--rate', '1000/s'], {
      env: envFor(emulator),
    });
    while (emulator.calls().length < 4) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGINT');
    await seen('Once more ends at once');
    child.kill('SIGINT');

    expect((await finished).code).toBe(130);
  });

  it.each([
    [[], 0],
    [['--fail-on', 'declined'], 1],
    [['--fail-on', 'review'], 1],
  ])('ends with %j by %i when pictures were declined', async (options, code) => {
    const emulator = await startEmulator();
    writePictures(pictures, 8);

    expect((await batch(emulator, ...options)).code).toBe(code);
  });

  it('ends with 2 on --fail-on review when nothing worse came', async () => {
    const emulator = await startEmulator();
    writePictures(pictures, 1);
    emulator.next('duplicate');

    expect((await batch(emulator, '--fail-on', 'review')).code).toBe(2);
  });

  it('takes files, folders and patterns, each file once', async () => {
    const emulator = await startEmulator();
    const [first = ''] = writePictures(pictures, 4);
    writeFileSync(join(folder, 'Other.JPG'), pictureWith('other'));
    const sources = [first, pictures, join(pictures, 'selfie-*.jpg'), join(folder, '*.JPG')];

    const { json } = await run(['batch', ...sources, '--out', out, '--rate', '1000/s', '--json'], {
      env: envFor(emulator),
    });

    expect(json()).toMatchObject({ files: 5, paidCalls: 5, copies: 0 });
  });

  it('refuses sources that are nothing, before anything is paid', async () => {
    const emulator = await startEmulator();
    writePictures(pictures, 1);

    const { code, stderr } = await batch(emulator, join(folder, 'nowhere'));

    expect(code).toBe(3);
    expect(stderr).toContain('nowhere is no file');
    expect(emulator.calls()).toEqual([]);
  });

  it.each([
    ['the record', 'results.jsonl', 'is the record'],
    ['the lock of the record', 'results.jsonl.lock', 'is the record of results, or its lock'],
    ['a link to the record', 'link', 'is the record'],
    ['a picture', 'pictures/selfie-000.jpg', 'is one of the pictures'],
    ['a file of another kind', 'notes.html', 'is no report of this program'],
    ['a folder', 'pictures', 'is no report of this program'],
    ['a file in a folder that is missing', 'missing/report.html', 'ENOENT'],
    ['below a file', 'notes.html/report.html', 'ENOTDIR'],
    ['a link that leads to itself', 'circle', 'ELOOP'],
  ])('writes the report over nothing that is %s, before anything is paid', async (_, name, message) => {
    const emulator = await startEmulator();
    const [first = ''] = writePictures(pictures, 1);
    const picture = readFileSync(first);
    writeFileSync(join(folder, 'notes.html'), '<!doctype html>');
    symlinkSync(out, join(folder, 'link'));
    symlinkSync('circle', join(folder, 'circle'));

    const { code, stderr } = await batch(emulator, '--report', join(folder, name));

    expect(code).toBe(3);
    expect(stderr).toContain(message);
    expect(emulator.calls()).toEqual([]);
    expect(readFileSync(first).equals(picture)).toBe(true);
    expect(readFileSync(join(folder, 'notes.html'), 'utf8')).toBe('<!doctype html>');
  });

  it('replaces a report of an earlier run', async () => {
    const emulator = await startEmulator();
    writePictures(pictures, 1);
    const report = join(folder, 'report.html');

    await batch(emulator, '--report', report);
    const { code, json } = await batch(emulator, '--json', '--report', report);

    expect(code).toBe(0);
    expect(json()).toMatchObject({ report, reportProblem: null });
    expect(readdirSync(folder).toSorted()).toEqual(['pictures', 'report.html', 'results.jsonl']);
  });

  it.each([
    [['--json'], /"reportProblem": "[^"]*report\.html cannot be written \(ENOENT\)\."/],
    [[], /paid calls {2}2\n[^]*No report: \S+report\.html cannot be written \(ENOENT\)\. The results are kept/],
  ])(
    'gives the whole summary, and ends with 4, when the report cannot be written in the end, with %j',
    async (options, problem) => {
      const emulator = await startEmulator({ latencyMs: 50 });
      writePictures(pictures, 2);
      const reports = join(folder, 'reports');
      mkdirSync(reports);

      const running = batch(emulator, '--concurrency', '1', '--report', join(reports, 'report.html'), ...options);
      await received(emulator, 1);
      rmSync(reports, { recursive: true });
      const { code, stdout } = await running;

      expect(code).toBe(4);
      expect(stdout).toMatch(problem);
      expect(paidCalls(emulator)).toHaveLength(2);
    },
  );

  it('tells what was paid for when the disk is full, ends with 4, and goes on without paying twice', async () => {
    const emulator = await startEmulator({ latencyMs: 100 });
    writePictures(pictures, 8);
    const args = ['batch', pictures, '--out', out, '--rate', '1000/s', '--json', '--concurrency', '2'];

    // The announcements of two calls fit, their answers do not.
    const full = await runWithFileLimit(1_024, args, emulator);
    const record = readFileSync(out, 'utf8');
    const second = await run(args, { env: envFor(emulator) });

    expect(full.code).toBe(4);
    expect(full.json()).toMatchObject({
      paidCalls: 2,
      notStarted: 6,
      lost: Array.from({ length: 2 }, () => ({
        file: expect.stringContaining('selfie-00'),
        requestId: expect.any(String),
      })),
      stop: { kind: 'record', code: 'record', message: expect.stringContaining('EFBIG') },
    });
    expect(record.split('\n').map((line) => line.slice(0, 18))).toEqual([
      ...Array.from({ length: 2 }, () => '{"type":"started",'),
      '',
    ]);
    expect(second.json()).toMatchObject({ paidCalls: 6, unknown: 2, lost: [] });
    expect(Math.max(...sendings(emulator).values())).toBe(1);
  });

  it('names what was lost to people', async () => {
    const emulator = await startEmulator({ latencyMs: 100 });
    writePictures(pictures, 4);

    const { stdout } = await runWithFileLimit(1_024, ['batch', pictures, '--out', out, '--rate', '99/s'], emulator);

    expect(stdout).toMatch(/lost {2}\S+selfie-000.jpg: approved, score 31, request \S+/);
    expect(stdout).toContain('go on with the same record');
  });

  it('sends every request through the rate, also after a 429', async () => {
    const { url, requests } = await limitingServer('0');
    writePictures(pictures, 1);

    const { code, json } = await run(['batch', pictures, '--out', out, '--json', '--rate', '1000/s'], {
      env: { DIDIT_API_KEY: KEY, DIDIT_BASE_URL: url },
    });

    expect(code).toBe(4);
    expect(json()).toMatchObject({ failed: 1, paidCalls: 0, unknownCalls: 0 });
    expect(requests()).toBe(6);
  });

  it('stops, and does not hammer, when Didit asks to wait for weeks', async () => {
    const { url, requests } = await limitingServer('3000000');
    writePictures(pictures, 4);

    const { code, json } = await run(['batch', pictures, '--out', out, '--json', '--concurrency', '1'], {
      env: { DIDIT_API_KEY: KEY, DIDIT_BASE_URL: url },
    });

    expect(code).toBe(4);
    expect(json()).toMatchObject({
      failed: 1,
      notStarted: 3,
      stop: { code: 'too-many-requests', advice: expect.stringContaining('asks to wait 50000 minutes') },
    });
    expect(requests()).toBe(1);
  });

  it.each([
    ['/dev/null', 'is no regular file', run],
    ['/dev/stdout', 'is no regular file', runProcess],
    ['.', 'is no regular file', run],
    ['pictures/selfie-000.jpg/record', 'cannot be written (ENOTDIR)', run],
  ])('keeps no record in %s', async (place, message, runIt) => {
    const emulator = await startEmulator();
    writePictures(pictures, 1);

    const { code, stderr } = await runIt(['batch', pictures, '--out', place], { env: envFor(emulator), cwd: folder });

    expect(code).toBe(3);
    expect(stderr).toContain(`--out ${place} ${message}`);
    expect(emulator.calls()).toEqual([]);
    expect([existsSync(`${place}.lock`), readdirSync(folder)]).toEqual([false, ['pictures']]);
  });

  it('keeps no record in the file that its output goes to', async () => {
    const emulator = await startEmulator();
    writePictures(pictures, 1);
    const output = openSync(out, 'w');

    const child = spawn(process.execPath, [BIN, 'batch', pictures, '--out', out], {
      env: { PATH: process.env['PATH'], ...envFor(emulator) },
      stdio: ['ignore', output, 'ignore'],
    });
    const [code] = await once(child, 'close');
    closeSync(output);

    expect(code).toBe(3);
    expect(emulator.calls()).toEqual([]);
    expect(readdirSync(folder).toSorted()).toEqual(['pictures', 'results.jsonl']);
  });
});
