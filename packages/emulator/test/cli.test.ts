import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { scene, send } from './support.js';

/** The built command, as npm installs it. */
const CLI = fileURLToPath(new URL('../dist/esm/cli.js', import.meta.url));

async function launch(...args: string[]) {
  const child = spawn(process.execPath, [CLI, ...args]);
  const exited = once(child, 'exit');
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (line.includes('ready')) {
      break;
    }
  }
  return { child, exited, url: /http:\S+/u.exec(lines.join(' '))?.[0] ?? '' };
}

describe('didit-emulator', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with code 0 on %s, also while scenarios keep answers back',
    async (signal) => {
      const { child, exited, url } = await launch('--port', '0');
      const waiting = ['slow-headers', 'hang'].map((scenario) =>
        expect(send({ url }, { image: scene(scenario) })).rejects.toThrow(),
      );
      const dripping = await send({ url }, { image: scene('slow-body') });
      const broken = expect(dripping.text()).rejects.toThrow();

      child.kill(signal);

      await expect(exited).resolves.toEqual([0, null]);
      await Promise.all([...waiting, broken]);
    },
  );

  it('ends with code 1 and a message when its port is taken', async () => {
    const first = await launch('--port', '0');
    const second = spawn(process.execPath, [CLI, '--port', new URL(first.url).port]);
    const [message] = await once(second.stderr, 'data');

    const [exitCode] = await once(second, 'exit');
    first.child.kill('SIGTERM');
    await first.exited;

    expect(exitCode).toBe(1);
    expect(String(message)).toContain('is taken');
  });

  it('ends with code 1 in production', async () => {
    const child = spawn(process.execPath, [CLI, '--port', '0'], { env: { ...process.env, NODE_ENV: 'production' } });
    const [message] = await once(child.stderr, 'data');

    const [exitCode] = await once(child, 'exit');

    expect(exitCode).toBe(1);
    expect(String(message)).toContain('--allow-production');
  });
});
