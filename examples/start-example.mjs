// One example in this process: what `npm start` runs, and what each process of a cluster runs.

/** Starts an example as it is built. @throws Error when its port cannot be had */
export async function startExample({ example, platform, port, emulatorUrl, label }) {
  const { start } = await import(new URL(`./${example}/dist/start.js`, import.meta.url).href);
  const apiKey = process.env.DIDIT_API_KEY?.trim() || 'emulator-key';
  const onEvent = (event) => print(event, { label, isEmulated: emulatorUrl !== undefined });
  return onPort('PORT', port, () => start({ port, apiKey, emulatorUrl, platform, onEvent }));
}

/** Starts something on a port; when the port cannot be had, says which variable moves it. */
export async function onPort(name, port, start) {
  try {
    return await start();
  } catch (error) {
    if (!['EADDRINUSE', 'EACCES', 'port-unavailable'].includes(error.code)) throw error;
    throw new Error(`Port ${port} is taken or not allowed; set ${name} to a free one.`, { cause: error });
  }
}

/** The emulator's samples say themselves who is a duplicate; only with real faces does it matter what was enrolled. */
function print(event, { label, isEmulated }) {
  if (event.type !== 'configuration') console.log(JSON.stringify({ ...label, ...event }));
  else if (!isEmulated || event.warning !== 'duplicates-not-enrolled') console.log(`warning: ${event.message}`);
}
