import { PassThrough } from 'node:stream';
import { systemClock } from '@didit-liveness/core';
import { describe, expect, it } from '@jest/globals';
import type { PictureOutcome } from '../src/batch/outcome.js';
import { createProgress } from '../src/batch/progress.js';
import type { World } from '../src/world.js';

const OUTCOME: PictureOutcome = { kind: 'unreadable', file: 'a.jpg', message: 'there is no such file' };

/** A standard error that keeps what was written, a terminal or not. */
function screen(isTTY: boolean, stepMs = 100) {
  const stream = Object.assign(new PassThrough(), { isTTY, cursorTo: () => true, clearLine: () => true });
  const written: string[] = [];
  stream.on('data', (text: Buffer) => written.push(text.toString()));
  let time = 0;
  const clock = { ...systemClock, now: () => (time += stepMs) };
  // Only what progress reads of the world.
  const world = { stderr: stream, clock } as unknown as World;
  return { world, text: () => written.join('') };
}

describe('createProgress', () => {
  it('writes a line for every tenth where nobody watches', () => {
    const { world, text } = screen(false);
    const progress = createProgress(200, world);

    for (let picture = 0; picture < 200; picture += 1) progress.advance(OUTCOME);
    progress.end();

    const lines = text().trim().split('\n');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toMatch(/^20 of 200, \d+\.\d\/s: 0 approved, 0 review, 0 declined, 20 other$/);
    expect(lines.at(-1)).toContain('200 of 200');
  });

  it('writes one line for one picture', () => {
    const { world, text } = screen(false);
    const progress = createProgress(1, world);

    progress.advance(OUTCOME);
    progress.end();

    expect(text()).toMatch(/^1 of 1, .*\n$/);
  });

  it('knows no rate before any time has passed', () => {
    const { world, text } = screen(false, 0);

    createProgress(1, world).advance(OUTCOME);

    expect(text()).toBe('1 of 1, 0.0/s: 0 approved, 0 review, 0 declined, 1 other\n');
  });

  it('draws a bar with rate and time to go on a terminal', () => {
    const { world, text } = screen(true);
    const progress = createProgress(4, world);

    progress.advance(OUTCOME);
    progress.end();

    expect(text()).toMatch(/[=-]+.* 1\/4 .*\/s {2}ETA .*1 other/);
  });
});
