import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { pictureOf } from '../../../test/support/pictures.js';
import { BIN, envFor, start, startEmulator, temporaryFolder } from './support/cli.js';
import { writePictures } from './support/pictures.js';

async function spoof(): Promise<{ readonly path: string; readonly env: Record<string, string> }> {
  const path = join(temporaryFolder(), 'spoof.jpg');
  writeFileSync(path, pictureOf('spoof'));
  return { path, env: envFor(await startEmulator()) };
}

function forged(): string {
  const body = join(temporaryFolder(), 'body.json');
  writeFileSync(body, '{}');
  return body;
}

describe('the exit code when nobody reads the result', () => {
  it.each([[[]], [['--json']]])('is that of a declined picture, with %j', async (flags) => {
    const { path, env } = await spoof();
    const { child, finished } = start(['check', path, ...flags], { env });
    child.stdout.destroy();

    expect((await finished).code).toBe(1);
  });

  it('is that of a forged delivery', async () => {
    const args = ['webhook', 'verify', forged(), '--signature', '00', '--timestamp', '1', '--json'];
    const { child, finished } = start(args, { env: { DIDIT_WEBHOOK_SECRET: 'a-fake-secret' } });
    child.stdout.destroy();

    expect((await finished).code).toBe(1);
  });

  it('says that the result was lost when the disk is full', async () => {
    const { path, env } = await spoof();
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [BIN, 'check', path], { env, stdio: ['ignore', full, 'ignore'] });
    closeSync(full);

    expect(await once(child, 'close')).toEqual([70, null]);
  });
});

describe('notes that nobody reads', () => {
  it('do not stop a batch', async () => {
    const cwd = temporaryFolder();
    writePictures(join(cwd, 'pictures'), 12);
    const emulator = await startEmulator();
    const { child, finished } = start(['batch', 'pictures', '--json'], { cwd, env: envFor(emulator) });
    child.stderr.destroy();

    const { code, json } = await finished;

    expect(code).toBe(0);
    expect(json()).toMatchObject({ files: 12, notStarted: 0 });
  });

  it('do not change what is said of a wrong command', async () => {
    const { child, finished } = start(['chek']);
    child.stderr.destroy();

    expect((await finished).code).toBe(3);
  });
});

describe('a defect', () => {
  it.each([
    ['thrown', "throw new Error('a defect')"],
    ['rejected', "Promise.reject(new Error('a defect'))"],
  ])('that is %s where nobody catches ends with 70, never with the code of declined', async (_, statement) => {
    const preload = `data:text/javascript,process.once('SIGUSR2',()=>{${encodeURIComponent(statement)}})`;
    const { child, finished } = start(['emulator', '--port', '0'], { env: { NODE_OPTIONS: `--import=${preload}` } });
    await once(child.stdout, 'data');
    child.kill('SIGUSR2');

    const { code, stderr } = await finished;

    expect(code).toBe(70);
    expect(stderr).toBe('error: a defect\n');
  });
});
