import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createProject, runNode, useTarballs } from './tarballs.js';

const SAMPLES = fileURLToPath(new URL('../../examples/express-signup/samples', import.meta.url));
const tarballs = useTarballs(['core', 'emulator', 'cli']);

describe('the command line, installed', () => {
  let folder: string;
  const command = (...args: string[]) =>
    spawnSync(join(folder, 'node_modules/.bin/didit-liveness'), args, { cwd: folder, encoding: 'utf8' });

  beforeAll(() => {
    folder = join(tarballs.folder, 'project');
    createProject(folder, tarballs.dependencies(), {
      'check.mjs': `
        import { spawn } from 'node:child_process';
        import { createEmulator } from '@didit-liveness/emulator';
        const emulator = await createEmulator();
        const env = { ...process.env, DIDIT_API_KEY: 'key', DIDIT_BASE_URL: emulator.url };
        const child = spawn('node_modules/.bin/didit-liveness', ['check', process.argv[2]], { env, stdio: 'inherit' });
        child.on('close', async (code) => {
          await emulator.close();
          console.log('code', code);
        });`,
    });
  }, 180_000);

  it('runs by its name', () => {
    const { status, stdout } = command('--version');

    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    ['approved.jpg', 'APPROVED', 'code 0'],
    ['spoof.jpg', 'DECLINED', 'code 1'],
  ])('checks %s', async (file, outcome, code) => {
    const { output } = await runNode(folder, ['check.mjs', join(SAMPLES, file)]);

    expect(output).toContain(outcome);
    expect(output).toContain(code);
  });

  it('says what thumbnails need where sharp is not installed', () => {
    const { status, stderr } = command('batch', join(SAMPLES, 'approved.jpg'), '--report', 'r.html', '--thumbnails');

    expect(status).toBe(3);
    expect(stderr).toContain('npm install sharp');
  });
});
