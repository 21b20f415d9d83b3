import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ControlledProcess } from '../src/controlled-process.js';
import { checkServer } from '../src/forwarding-check.js';
import { Load } from '../src/load.js';
import { createPicture } from '../src/picture.js';
import { withScale } from '../src/record.js';
import { type ScaleCell, type ScaleResults, startCluster } from '../src/scale.js';
import { scaleSummary, scaleTable } from '../src/scale-table.js';

const cellOf = (delayMs: number, processes: number, ...rates: readonly number[]): ScaleCell => ({
  delayMs,
  processes,
  rounds: rates.map((perSecond) => ({ perSecond, serverCores: perSecond / 400, otherCores: 0.5 })),
});
const results: ScaleResults = {
  at: '2026-11-29T07:00:00.000Z',
  node: 'v20.19.0',
  processor: 'some processor',
  cores: 2,
  cells: [cellOf(0, 1, 400, 500, 300), cellOf(0, 2, 600, 500, 600), cellOf(300, 1, 200), cellOf(300, 2, 202)],
};

describe('the table of several processes', () => {
  it('shows rates with their spread, and compares within a round and a delay', () => {
    const cells = scaleTable(results)
      .split('\n')
      .slice(2)
      .map((line) => line.split('|').map((text) => text.trim()));

    expect(cells.map((line) => line.slice(1, -1))).toEqual([
      ['at once', '1', '400 (300 to 500)', '', '1.00', '0.50'],
      ['at once', '2', '600 (500 to 600)', '1.50 (1.00 to 2.00)', '1.50', '0.50'],
      ['after 300 ms', '1', '200 (200 to 200)', '', '0.50', '0.50'],
      ['after 300 ms', '2', '202 (202 to 202)', '1.01 (1.01 to 1.01)', '0.51', '0.50'],
    ]);
  });

  it('comes with what it was measured on', () => {
    expect(scaleSummary(results)).toMatch(
      /^2026-11-29, Node 20\.19\.0, some processor, 2 cores; nothing pinned.* 200KB, 64 requests at a time, 3 rounds/,
    );
  });

  it('says so when one process did not get a core for itself', () => {
    const busy = { ...results, cells: [cellOf(0, 1, 320), cellOf(0, 2, 600)] };

    expect(scaleSummary(busy)).toContain('Other programs were busy');
    expect(scaleSummary(results)).not.toContain('Other programs were busy');
  });

  it('takes its own place on the page', () => {
    const others = '<!-- results: written by `pnpm bench --full --write` -->\nkept\n<!-- end of results -->\n';
    const page = `${others}<!-- scale: written by \`pnpm bench scale --write\` -->\nold\n<!-- end of scale -->\nafter\n`;

    const next = withScale(page, results);

    expect(next.startsWith(others)).toBe(true);
    expect(next).toMatch(/\nafter\n$/);
    expect(next).not.toContain('old');
    expect(next).toContain('400 (300 to 500)');
    expect(() => withScale(others, results)).toThrow('no place for results');
  });
});

describe('a design in two processes', () => {
  let upstream: ControlledProcess;
  let server: ControlledProcess;

  beforeAll(async () => {
    upstream = await ControlledProcess.start({ program: 'upstream', args: ['{}'] });
    server = await startCluster(2, { upstreamUrl: upstream.url });
  }, 120_000);

  afterAll(async () => {
    await Promise.all([server.stop(), upstream.stop()]);
  });

  it('sends on exactly the pictures that it was given', async () => {
    await expect(checkServer({ name: 'two', url: server.url, calls: true }, upstream, 50 * 1024)).resolves.toBe(
      undefined,
    );
  });

  it('shares the connections among its processes, and tells what all of them have used', async () => {
    const before = (await readsOfEach()).flat().length;
    const cpuBefore = await server.ask<number>('cpu');

    const load = await Load.open({ url: server.url, picture: createPicture(50 * 1024) }, 8);
    const { finished, perSecond } = await load.rateDuring(1);
    load.close();

    const reads = await readsOfEach();
    expect(reads).toHaveLength(2);
    expect(reads.every(({ length }) => length > 1)).toBe(true);
    expect(reads.flat().length - before).toBe(load.first.length + finished);
    expect(perSecond).toBeGreaterThan(0);
    expect(await server.ask<number>('cpu')).toBeGreaterThan(cpuBefore);
  });

  const readsOfEach = async () => server.ask<readonly (readonly number[])[]>('reads-of-each');
});
