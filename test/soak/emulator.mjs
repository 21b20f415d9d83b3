// The emulator in a process of its own. It passes on what it was asked, and then forgets it.
import { createEmulator } from '@didit-liveness/emulator';
import { answerTo, tellNews, tellReady } from './processes.mjs';

const FORGET_AT = 500;
let told = 0;

const emulator = await createEmulator({ writesPerMinute: Infinity });
setInterval(tellCalls, 10);
answerTo('flush', tellCalls);
tellReady({ url: emulator.url });

function tellCalls() {
  const calls = emulator.calls();
  const fresh = calls.slice(told);
  told = calls.length;
  if (fresh.length > 0) tellNews(fresh.map(({ path, image, billed }) => ({ path, sha256: image?.sha256, billed })));
  if (told < FORGET_AT) return;
  emulator.reset();
  told = 0;
}
