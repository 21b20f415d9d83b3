// `npm start`: starts the emulator and one example, and says where they are.
//
//   PORT=3000 EMULATOR_PORT=3999 npm start        (start:koa, start:nestjs and start:nestjs-fastify for the others)
//   WORKERS=2 npm run start:cluster               (npm run start:koa -- --cluster, and so on)
//
// With DIDIT_API_KEY set, the example asks the real Didit and no emulator is started. EMULATOR_LATENCY_MS makes the
// emulator take its time, as Didit does. With --cluster, several processes serve the port: one for each core, or as many
// as WORKERS says. With --build, which needs pnpm and is what npm gives, the example and what it needs are built first.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { startWorkers } from './cluster/workers.mjs';
import { onPort, startExample } from './start-example.mjs';

const A_PORT = { allowed: 'a port number from 0 to 65535', most: 65_535 };
const A_COUNT = { allowed: 'a number of processes from 1 to 64', least: 1, most: 64 };
const A_WAIT = { allowed: 'milliseconds from 0 to 600000', most: 600_000 };
const OPTIONS = { build: { type: 'boolean' }, cluster: { type: 'boolean' } };

try {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const [example = 'express-signup', platform] = positionals;
  await main({ example, platform }, values);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

async function main(which, { build: isToBeBuilt, cluster: isCluster }) {
  const port = numberFrom('PORT', 3000, A_PORT);
  const emulatorPort = numberFrom('EMULATOR_PORT', 3999, A_PORT);
  const latencyMs = numberFrom('EMULATOR_LATENCY_MS', 0, A_WAIT);
  const count = isCluster ? numberFrom('WORKERS', availableParallelism(), A_COUNT) : 1;
  if (port !== 0 && port === emulatorPort)
    throw new Error(`PORT and EMULATOR_PORT are both ${port}; they must differ.`);
  if (isToBeBuilt) build(which.example);

  const isEmulated = (process.env.DIDIT_API_KEY ?? '').trim() === '';
  const emulator = isEmulated ? await startEmulator(emulatorPort, latencyMs) : undefined;
  if (emulator) console.log(`emulator  ${emulator.url}   what was asked of it: ${emulator.url}/_emulator/calls`);
  else console.log('DIDIT_API_KEY is set: pictures go to the real Didit, where a check costs money (with a live key).');

  const settings = { ...which, port, emulatorUrl: emulator?.url };
  const app = isCluster ? await startWorkers({ count, settings, say: console.log }) : await startExample(settings);
  const place = [which.example, which.platform].filter(Boolean).join(' on ');
  console.log(`example   ${app.url}   (${place}${isCluster ? `, ${count} processes` : ''})`);
  console.log('ready - stop with Ctrl+C');
  closeOnSignal(app, emulator);
}

function numberFrom(name, fallback, { allowed, least = 0, most }) {
  const text = process.env[name] ?? '';
  const number = text === '' ? fallback : Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Error(`${name} is ${JSON.stringify(text)}; allowed: ${allowed}`);
}

function build(example) {
  const args = ['node_modules/turbo/bin/turbo', 'run', 'build', `--filter=example-${example}...`];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args, '--output-logs=errors-only'], {
    cwd: new URL('..', import.meta.url),
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The build failed.\n${stdout}${stderr}`);
}

async function startEmulator(port, latencyMs) {
  const { createEmulator } = await import('@didit-liveness/emulator');
  return onPort('EMULATOR_PORT', port, () => createEmulator({ port, latencyMs }));
}

/** The example first: what it asked of the emulator is answered before that one ends. */
function closeOnSignal(app, emulator) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, async () => {
      await app.close();
      await emulator?.close();
      process.exit(0);
    });
  }
}
