import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { envFor, run, startEmulator, temporaryFolder } from './support/cli.js';
import { pictureWith, writePictures } from './support/pictures.js';

// What a browser makes of the report. Needs Debian's chromium, so it runs with `npm test -- --all` only.

interface Line {
  readonly type: string;
  readonly file: string;
  readonly outcome: 'approved' | 'review' | 'declined';
  readonly score: number | null;
  readonly answer: { readonly liveness: { readonly warnings: readonly { risk: string; log_type: string }[] } };
}

let browser: Browser;
let folder: string;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});

afterAll(() => browser.close());

beforeEach(() => {
  folder = temporaryFolder();
});

/** Runs a batch over pictures and opens its report; gives what it logged and asked for as well. */
async function openReport(options: readonly string[] = [], viewport = { width: 1200, height: 900 }) {
  const emulator = await startEmulator();
  const pictures = join(folder, 'pictures');
  const [out, report] = [join(folder, 'results.jsonl'), join(folder, 'report.html')];
  writePictures(pictures, 40);
  writeFileSync(join(pictures, 'broken.jpg'), 'no picture');
  const args = ['batch', pictures, '--out', out, '--report', report, '--rate', '1000/s', '--threshold', '50'];
  const { code } = await run([...args, ...options], { env: envFor(emulator) });
  expect(code).toBe(0);

  const page = await browser.newPage({ viewport });
  const seen: string[] = [];
  page.on('console', (message) => seen.push(message.text()));
  page.on('request', (request) => seen.push(request.url()));
  await page.goto(pathToFileURL(report).href);
  const lines = readFileSync(out, 'utf8').trim().split('\n');
  const finished = lines.map((line) => JSON.parse(line) as Line).filter(({ type }) => type === 'finished');
  return { page, finished, seen, report };
}

const countIn = (lines: readonly Line[], outcome: string) => lines.filter((line) => line.outcome === outcome).length;
const numbersOf = (page: Page, selector: string) =>
  page.$$eval(selector, (cells) => cells.map((cell) => Number(cell.innerText)));

describe('the report in a browser', () => {
  it('shows the counts of the record', async () => {
    const { page, finished } = await openReport();

    for (const outcome of ['approved', 'review', 'declined']) {
      expect(await numbersOf(page, `#count-${outcome}`)).toEqual([countIn(finished, outcome)]);
    }
    expect(await numbersOf(page, '#count-refused')).toEqual([1]);
    expect(await numbersOf(page, '#count-paid')).toEqual([40]);
    expect(await numbersOf(page, '#files')).toEqual([41]);
  });

  it('shows every picture with outcome and score', async () => {
    const { page, finished } = await openReport();

    const rows = await page.$$eval('#pictures tbody tr', (all) =>
      all.map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.innerText.trim())),
    );
    const shown = new Map(rows.map(([file = '', outcome, score]) => [file, { outcome, score }]));
    expect(rows).toHaveLength(41);
    for (const { file, outcome, score } of finished) {
      expect(shown.get(file)).toEqual({ outcome, score: score === null ? '-' : String(score) });
    }
  });

  it('draws a histogram whose columns hold every score once', async () => {
    const { page, finished } = await openReport();

    const columns = await page.$$eval('#histogram g', (all) =>
      all.map((column) => ({
        from: Number(column.getAttribute('data-label')),
        count: ['approved', 'review', 'declined'].reduce(
          (sum, name) => sum + Number(column.getAttribute(`data-${name}`)),
          0,
        ),
        height: [...column.querySelectorAll('rect')].reduce((sum, box) => sum + box.getBoundingClientRect().height, 0),
      })),
    );
    const expected = columns.map(
      ({ from }) => finished.filter(({ score }) => score !== null && score >= from && score < from + 5).length,
    );
    expect(columns.map(({ count }) => count)).toEqual(expected);
    const [tallest] = columns.toSorted((left, right) => right.count - left.count);
    for (const { count, height } of columns) {
      expect(height / (tallest?.height ?? 0)).toBeCloseTo(count / (tallest?.count ?? 0), 1);
    }
  });

  it('sweeps the thresholds: what passes at each is what scored higher and has nothing else against it', async () => {
    const { page, finished } = await openReport(['--sweep-step', '10']);

    await page.click('summary');
    const rows = await page.$$eval('#sweep-table tbody tr', (all) =>
      all.map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.innerText)),
    );
    const free = finished.filter(({ answer }) =>
      answer.liveness.warnings.every(({ risk }) => risk === 'LOW_LIVENESS_SCORE'),
    );
    expect(rows.map(([threshold]) => Number(threshold))).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    for (const [threshold = '', approved, review, declined] of rows) {
      const passing = free.filter(({ score }) => (score ?? 0) > Number(threshold)).length;
      expect(Number(approved)).toBe(passing);
      expect(Number(approved) + Number(review) + Number(declined)).toBe(40);
    }
    expect(rows.find(([threshold]) => threshold === '50')?.[1]).toBe(String(countIn(finished, 'approved')));
  });

  it('asks for nothing but itself, and runs no script', async () => {
    const { page, seen, report } = await openReport(['--thumbnails']);

    expect(seen.filter((entry) => !entry.startsWith('data:'))).toEqual([pathToFileURL(report).href]);
    expect(await page.$$('script, link, iframe, [style], [onclick]')).toEqual([]);
    expect(await styleOf(page, 'body', 'fontVariantNumeric')).toBe('normal');
    expect(await styleOf(page, '.tile dd', 'fontVariantNumeric')).toBe('tabular-nums');
  });

  it('shows thumbnails when asked, and says that they are faces', async () => {
    const { page } = await openReport(['--thumbnails']);

    const widths = await page.$$eval('#pictures img', (all) =>
      Promise.all(
        all.map(async (element) => {
          // The compiler of this repository knows nothing of pages; Playwright runs this in one.
          const image = element as unknown as { decode(): Promise<void>; naturalWidth: number };
          await image.decode();
          return image.naturalWidth;
        }),
      ),
    );
    expect(widths).toEqual(Array.from({ length: 40 }, () => 96));
    expect(await page.innerText('.notice')).toContain('faces');
  });

  it('takes what file names say for text', async () => {
    const emulator = await startEmulator();
    const name = '<img src=x onerror=alert(1)>&quot;.jpg';
    writeFileSync(join(folder, name), pictureWith('anything'));
    const args = ['batch', name, '--report', 'report.html'];
    await run(args, { env: envFor(emulator), cwd: folder });

    const page = await browser.newPage();
    await page.goto(pathToFileURL(join(folder, 'report.html')).href);

    expect(await page.innerText('#pictures tbody th')).toBe(name);
    expect(await page.$$('#pictures img')).toEqual([]);
  });

  it.each([360, 390, 768])('fits a screen of %i pixels', async (width) => {
    const { page } = await openReport([], { width, height: 800 });

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(await page.getByRole('row').count()).toBeGreaterThan(41);
    expect(await page.getByRole('rowheader', { name: /selfie-000/ }).count()).toBe(1);
  });

  it.each(['light', 'dark'] as const)('has texts that stand out, in %s', async (colorScheme) => {
    const { page } = await openReport();
    await page.emulateMedia({ colorScheme });

    for (const selector of ['section', '.badge.approved', '.badge.review', '.badge.declined']) {
      const [front, back] = [await styleOf(page, selector, 'color'), await styleOf(page, selector, 'backgroundColor')];
      expect(contrastOf(front, back)).toBeGreaterThan(selector === 'section' ? 7 : 4.5);
    }
  });
});

/** A computed style of the first element that fits. */
function styleOf(page: Page, selector: string, name: string): Promise<string> {
  return page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).${name}`);
}

/** Contrast of two colours `rgb(...)`. Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio (read 2026-11-25). */
function contrastOf(first: string, second: string): number {
  const [light = 0, dark = 0] = [luminanceOf(first), luminanceOf(second)].sort((left, right) => right - left);
  return (light + 0.05) / (dark + 0.05);
}

function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [...colour.matchAll(/\d+/g)].map(([text]) => {
    const share = Number(text) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
