import type { AddressInfo } from 'node:net';
import { isDesignName } from './catalogue.js';
import { answerQuestions } from './control.js';
import { spentSoFar } from './collections.js';
import { cpuUsedMs } from './cpu-used.js';
import type { Design, DesignSettings } from './design.js';
import { peakRss, resetPeak } from './peak-memory.js';
import { startProfile, stopProfile } from './profiler.js';
import { watchReads } from './socket-reads.js';

/** The process of one design: `serve.js <name> <settings as JSON>`. */
async function serve(name: string, settings: DesignSettings): Promise<void> {
  if (!isDesignName(name)) throw new RangeError(`there is no design ${name}`);
  const { start } = (await import(`./designs/${name}.js`)) as Design; // every file of that folder is one
  const server = await start(settings);
  // On a busy machine connections may well be idle for the five seconds that Node gives them.
  server.keepAliveTimeout = 120_000;
  const reads = watchReads(server);
  answerQuestions(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    pid: () => process.pid,
    cpu: cpuUsedMs,
    spent: spentSoFar,
    rss: () => process.memoryUsage.rss(),
    'reset-peak': resetPeak,
    'peak-rss': peakRss,
    'start-profile': startProfile,
    'stop-profile': stopProfile,
    'forget-reads': () => reads.forget(),
    reads: () => reads.untilAnswered(),
  });
}

const [, , name = '', settings = '{}'] = process.argv;
await serve(name, JSON.parse(settings) as DesignSettings); // written by the process that starts this one
