import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

let session: Session | undefined;

/** Begins to record what `node --cpu-prof` would, without what the start of the process costs. */
export async function startProfile(): Promise<void> {
  session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
}

/** Ends the recording, and writes it to a file that Chrome and VS Code can open. */
export async function stopProfile(path: unknown): Promise<void> {
  if (!session || typeof path !== 'string') throw new TypeError('no profile was begun, or there is no path for it');
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  session = undefined;
  writeFileSync(path, JSON.stringify(profile));
}
