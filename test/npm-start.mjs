// Runs `npm start` as a newcomer does, until it says that it is ready and its page can be had.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const ROOT = new URL('..', import.meta.url);

// A group of its own: npm, pnpm and the example between them end together.
const child = spawn('npm', ['start'], {
  cwd: ROOT,
  env: { ...process.env, PORT: '0', EMULATOR_PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
  detached: true,
});
const ended = once(child, 'close');
let printed = '';
for await (const text of child.stdout.setEncoding('utf8')) {
  printed += text;
  if (printed.includes('ready')) break;
}

const [, url] = /^example\s+(\S+)/m.exec(printed) ?? [];
const status = url === undefined ? undefined : (await fetch(url)).status;
if (status !== 200) {
  console.error(`${printed}\nnpm start gave no page (${status ?? 'it never was ready'})`);
  process.exitCode = 1;
}
if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
await ended;
