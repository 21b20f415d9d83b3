// Loaded with `--import` into every process that a soak watches, which knows nothing of it: over the channel to its
// parent it tells what it holds whenever it is asked.
import { readdirSync } from 'node:fs';

const KINDS = { timers: ['Timeout', 'Immediate'], sockets: ['TCPSocketWrap'], servers: ['TCPServerWrap'] };

// Whoever started it may end without a word.
process.once('disconnect', () => process.exit());

process.on('message', async (message) => {
  if (message?.ask !== 'sample') return;
  await collectGarbage();
  process.send({ answer: message.id, value: sample() });
});

/** More than once, with turns of the event loop between: what is finalised in one collection is freed in the next. */
async function collectGarbage() {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function sample() {
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  const count = (kinds) => resources.filter((kind) => kinds.includes(kind)).length;
  const counted = Object.entries(KINDS).map(([name, kinds]) => [name, count(kinds)]);
  return {
    rssBytes: rss,
    heapBytes: heapUsed + arrayBuffers,
    held: { handles: resources.length, ...Object.fromEntries(counted), descriptors: descriptors() },
  };
}

/** Open files and sockets; only Linux tells. */
function descriptors() {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}
