// `npm start`: starts the emulator and one example, and says where they are.
//
//   PORT=3000 EMULATOR_PORT=3999 npm start        (start:koa, start:nestjs and start:nestjs-fastify for the others)
//
// With DIDIT_API_KEY set, the example asks the real Didit and no emulator is started. With --build, which needs pnpm and
// is what npm gives, the example and what it needs are built first.
import { spawnSync } from 'node:child_process';

const DEFAULT_EXAMPLE = 'express-signup';

try {
  const given = process.argv.slice(2);
  const [example = DEFAULT_EXAMPLE, platform] = given.filter((argument) => argument !== '--build');
  await main(example, platform, given.includes('--build'));
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

async function main(example, platform, isToBeBuilt) {
  const port = portFrom('PORT', 3000);
  const emulatorPort = portFrom('EMULATOR_PORT', 3999);
  const apiKey = process.env.DIDIT_API_KEY?.trim();
  if (port !== 0 && port === emulatorPort)
    throw new Error(`PORT and EMULATOR_PORT are both ${port}; they must differ.`);
  if (isToBeBuilt) build(example);

  const emulator = apiKey ? undefined : await onPort('EMULATOR_PORT', emulatorPort, startEmulator);
  if (emulator) console.log(`emulator  ${emulator.url}   what was asked of it: ${emulator.url}/_emulator/calls`);
  else console.log('DIDIT_API_KEY is set: pictures go to the real Didit, where a check costs money (with a live key).');

  const { start } = await import(new URL(`./${example}/dist/start.js`, import.meta.url).href);
  const onEvent = (event) => print(event, emulator !== undefined);
  const options = { apiKey: apiKey ?? 'emulator-key', emulatorUrl: emulator?.url, platform, onEvent };
  const app = await onPort('PORT', port, () => start({ port, ...options }));
  console.log(`example   ${app.url}   (${[example, platform].filter(Boolean).join(' on ')})`);
  console.log('ready - stop with Ctrl+C');
  closeOnSignal([app, emulator]);
}

function portFrom(name, fallback) {
  const text = process.env[name] ?? '';
  const port = text === '' ? fallback : Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`${name} is ${JSON.stringify(text)}; allowed: a port number from 0 to 65535`);
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

async function startEmulator(port) {
  const { createEmulator } = await import('@didit-liveness/emulator');
  return createEmulator({ port });
}

/** The emulator's samples say themselves who is a duplicate; only with real faces does it matter what was enrolled. */
function print(event, isEmulated) {
  if (event.type !== 'configuration') console.log(JSON.stringify(event));
  else if (!isEmulated || event.warning !== 'duplicates-not-enrolled') console.log(`warning: ${event.message}`);
}

/** Starts something on a port; when the port cannot be had, says which variable moves it. */
async function onPort(name, port, startOn) {
  try {
    return await startOn(port);
  } catch (error) {
    if (!['EADDRINUSE', 'EACCES', 'port-unavailable'].includes(error.code)) throw error;
    throw new Error(`Port ${port} is taken or not allowed; set ${name} to a free one.`, { cause: error });
  }
}

function closeOnSignal(closables) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, async () => {
      await Promise.all(closables.map((closable) => closable?.close()));
      process.exit(0);
    });
  }
}
