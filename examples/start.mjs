// `npm start`: builds what is needed, starts the emulator and one example, and says where they are.
//
//   PORT=3000 EMULATOR_PORT=3999 npm start
//
// With DIDIT_API_KEY set, the example asks the real Didit and no emulator is started. Run it by npm, which brings pnpm
// along: the build needs it.
import { spawnSync } from 'node:child_process';

const DEFAULT_EXAMPLE = 'express-signup';

try {
  await main(process.argv[2] ?? DEFAULT_EXAMPLE);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

async function main(example) {
  const port = portFrom('PORT', 3000);
  const emulatorPort = portFrom('EMULATOR_PORT', 3999);
  const apiKey = process.env.DIDIT_API_KEY?.trim();
  build(example);

  const emulator = apiKey ? undefined : await onPort('EMULATOR_PORT', emulatorPort, startEmulator);
  if (emulator) console.log(`emulator  ${emulator.url}   what was asked of it: ${emulator.url}/_emulator/calls`);
  else console.log('DIDIT_API_KEY is set: pictures go to the real Didit, and every check costs money.');

  const { start } = await import(new URL(`./${example}/dist/start.js`, import.meta.url).href);
  const options = { apiKey: apiKey ?? 'emulator-key', emulatorUrl: emulator?.url, onEvent: print };
  const app = await onPort('PORT', port, () => start({ port, ...options }));
  console.log(`example   ${app.url}   (${example})`);
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

function print(event) {
  console.log(event.type === 'configuration' ? `warning: ${event.message}` : JSON.stringify(event));
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
