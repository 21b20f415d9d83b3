import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Emulator } from '@didit-liveness/emulator';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { sample } from '../../../test/support/pictures.js';
import { pictureTable } from '../src/report/picture-table.js';
import { envFor, received, run, startEmulator, temporaryFolder } from './support/cli.js';
import { FINISHED } from './support/entries.js';
import { pictureWith, writePictures } from './support/pictures.js';

// What stands in the report; what a browser makes of it is in report.browser.test.ts.

let emulator: Emulator;
let folder: string;
let pictures: string;

beforeEach(async () => {
  emulator = await startEmulator();
  folder = temporaryFolder();
  pictures = join(folder, 'pictures');
  mkdirSync(pictures);
});

/** Runs a batch one picture after the other, and gives what it says and the report that it wrote. */
async function report(options: readonly string[] = [], interrupted?: Promise<unknown>) {
  const path = join(folder, 'report.html');
  const args = ['batch', pictures, '--out', join(folder, 'results.jsonl'), '--report', path, '--json'];
  const { json } = await run([...args, '--rate', '1000/s', '--concurrency', '1', ...options], {
    env: envFor(emulator),
    ...(interrupted ? { interrupted } : {}),
  });
  return { summary: json(), page: readFileSync(path, 'utf8') };
}

/** Outcome and score of every row, by the name of the file, in the order of the page. */
const rowsOf = (page: string) =>
  [...page.matchAll(/data-file="[^"]*\/([^"/]*)" data-outcome="([^"]*)" data-score="([^"]*)"/g)].map(
    ([, file, outcome, score]) => [file, outcome, score],
  );

describe('the report', () => {
  it('shows what came of every file, what needs attention first', async () => {
    writePictures(pictures, 2);
    writeFileSync(join(pictures, 'broken.jpg'), 'no picture');
    writeFileSync(join(pictures, 'zz-the-same.jpg'), readFileSync(join(pictures, 'selfie-001.jpg')));
    emulator.next('reset-before-response');

    const { page } = await report();

    expect(rowsOf(page)).toEqual([
      ['selfie-000.jpg', 'failed', ''],
      ['broken.jpg', 'refused', ''],
      ['selfie-001.jpg', 'approved', '68'],
      ['zz-the-same.jpg', 'copy', ''],
    ]);
    expect(page).toContain(`<li>The same bytes as ${join(pictures, 'selfie-001.jpg')}</li>`);
    expect(page).not.toContain('class="notice"');
  });

  it('says of how many pictures nobody knows whether they were paid for', async () => {
    writePictures(pictures, 2);
    emulator.next('reset-before-response');
    await report();

    const { page } = await report();

    expect(rowsOf(page)).toEqual([
      ['selfie-000.jpg', 'unknown', ''],
      ['selfie-001.jpg', 'approved', '68'],
    ]);
    expect(page).toContain('Of 1 pictures nobody knows whether the call was paid for');
    expect(page).toContain('<li>A call was started before; its answer was lost.</li>');
  });

  it('says why the run stopped early, and what was not started', async () => {
    writePictures(pictures, 3);
    emulator.next('approved');
    emulator.next('401', 9);

    const { page } = await report();

    expect(page).toMatch(/<p>The run stopped early: .*401.*<\/p>/);
    expect(rowsOf(page).map(([, outcome]) => outcome)).toEqual(['failed', 'approved', 'not started']);
  });

  it('says by which signal the run was stopped', async () => {
    writePictures(pictures, 3);

    const { summary, page } = await report([], received(emulator, 1));

    expect(summary).toMatchObject({ stop: { kind: 'signal', signal: 'SIGINT' } });
    expect(page).toContain('<p>The run was stopped by SIGINT.</p>');
  });

  it('shows a file that went away as unreadable', async () => {
    emulator = await startEmulator({ latencyMs: 100 });
    const [, second = ''] = writePictures(pictures, 2);

    const running = report();
    await received(emulator, 1);
    rmSync(second);
    const { summary, page } = await running;

    expect(summary).toMatchObject({ unreadable: 1 });
    expect(rowsOf(page)).toContainEqual(['selfie-001.jpg', 'unreadable', '']);
    expect(page).toContain('cannot be read (there is no such file).</li>');
  });

  it('counts a picture without a score in no column of the histogram', async () => {
    writeFileSync(join(pictures, 'a.jpg'), pictureWith('didit-scenario=no-face;'));
    writeFileSync(join(pictures, 'b.jpg'), pictureWith('didit-scenario=approved;score=72;'));

    const { page } = await report();

    const [, histogram = ''] = page.split('id="histogram"');
    const filled = [...histogram.matchAll(/data-label="(\d+)" data-approved="1"/g)].map(([, from]) => from);
    expect(rowsOf(page)).toEqual([
      ['a.jpg', 'declined', ''],
      ['b.jpg', 'approved', '72'],
    ]);
    expect(page).toContain('class="score number">-</td>');
    expect(filled).toEqual(['70']);
    expect(histogram).not.toContain('data-declined="1"');
  });

  it('has neither quantiles nor shares when nothing was answered', async () => {
    writeFileSync(join(pictures, 'broken.jpg'), 'no picture');

    const { page } = await report();

    expect(page).not.toContain('id="quantiles"');
    expect(page).toMatch(/data-threshold="50">.*<td class="number">-<\/td><\/tr>/);
  });

  // The columns are 664 wide in all and begin at 48; the threshold 12 lies two fifths of the way from 10 to 15.
  it.each([
    [[], "Didit's own threshold (30)", 'used: 30', 48 + (664 * 6.5) / 21, 'middle'],
    [['--threshold', '0'], 'threshold 0', 'used: 0', 48 + (664 * 0.5) / 21, 'start'],
    [['--threshold', '12'], 'threshold 12', 'used: 12', 48 + (664 * 2.9) / 21, 'start'],
    [['--threshold', '97'], 'threshold 97', 'used: 97', 48 + (664 * 19.9) / 21, 'end'],
  ])('marks the threshold of %j in its place, where the label fits', async (options, limit, label, x, anchor) => {
    writePictures(pictures, 1);

    const { page } = await report(options);

    const marker = new RegExp(`class="marker-label" x="([^"]+)" y="18" text-anchor="${anchor}">${label}</text>`);
    expect(page).toContain(limit.replace("'", '&#39;'));
    expect(Number(marker.exec(page)?.[1])).toBeCloseTo(x, 1);
  });

  it('sweeps up to 100 whatever the step', async () => {
    writePictures(pictures, 1);

    const { page } = await report(['--sweep-step', '30']);

    expect([...page.matchAll(/data-threshold="(\d+)"/g)].map(([, at]) => at)).toEqual(['0', '30', '60', '90', '100']);
  });

  it('leaves a review out of the sweep where the threshold has overtaken it', async () => {
    writeFileSync(join(pictures, 'a.jpg'), pictureWith('didit-scenario=approved;score=55;'));
    const policy = join(folder, 'policy.json');
    writeFileSync(policy, '{"score":{"declineAtOrBelow":40,"reviewAtOrBelow":60}}');

    const { summary, page } = await report(['--policy', policy, '--sweep-step', '25']);

    const outcomes = [...page.matchAll(/data-threshold="(\d+)">.*?<td.*?>(\d)<\/td><td.*?>(\d)<\/td><td.*?>(\d)</g)];
    expect(summary).toMatchObject({ review: 1, reportProblem: null });
    expect(outcomes.map(([, ...numbers]) => numbers.map(Number))).toEqual([
      [0, 0, 1, 0],
      [25, 0, 1, 0],
      [50, 0, 1, 0],
      [75, 0, 0, 1],
      [100, 0, 0, 1],
    ]);
  });

  it('holds a small picture of each that was answered and can be drawn, and says what that means', async () => {
    writePictures(pictures, 1);
    writeFileSync(join(pictures, 'broken.jpg'), 'no picture');
    writeFileSync(join(pictures, 'damaged.png'), withDamagedPixels(sample('approved.png')));

    const { page } = await report(['--thumbnails']);

    const drawn = [...page.matchAll(/data-file="[^"]*\/([^"/]*)" .*<td role="cell" class="picture">(<img|<\/td>)/g)];
    expect(Object.fromEntries(drawn.map(([, file, cell]) => [file, cell === '<img']))).toEqual({
      'broken.jpg': false,
      'damaged.png': false,
      'selfie-000.jpg': true,
    });
    expect(page).toContain('<img src="data:image/jpeg;base64,/9j/');
    expect(page).toContain('This file holds pictures of faces.');
  });

  it('shows no other face beside a verdict when the file became another picture meanwhile', async () => {
    emulator = await startEmulator({ latencyMs: 100 });
    const [first = ''] = writePictures(pictures, 1);

    const running = report(['--thumbnails']);
    await received(emulator, 1);
    writeFileSync(first, pictureWith('another picture'));
    const { summary, page } = await running;

    expect(summary).toMatchObject({ approved: 1, reportProblem: null });
    expect(page).toContain('<td role="cell" class="picture"></td>');
    expect(page).not.toContain('<img');
  });

  it('keeps what was paid for and is in no record, with and without an id', () => {
    const lost = (requestId: string | null) => ({
      kind: 'lost' as const,
      file: 'a.jpg',
      entry: { ...FINISHED, requestId },
    });

    const { markup } = pictureTable([lost('6f2f0a9e'), lost(null)], undefined);

    expect(markup).toContain('data-outcome="lost" data-score="90"');
    expect(markup).toContain('Paid for (approved, request 6f2f0a9e), but the record did not take it.');
    expect(markup).toContain('Paid for (approved, request without an id), but');
  });
});

/** A PNG that is whole, and whose compressed pixels are nonsense. */
function withDamagedPixels(png: Buffer): Buffer {
  const data = png.indexOf('IDAT') + 4;
  return Buffer.concat([png.subarray(0, data), Buffer.alloc(64), png.subarray(data + 64)]);
}
