import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { answerQuestions } from './control.js';
import { ControlledProcess } from './controlled-process.js';
import { cpuUsedMs } from './cpu-used.js';

/**
 * One design in several processes behind one port: `serve-cluster.js <count> <name> <settings as JSON>`. Each of them is
 * the process that measures a design alone; this one only hands out connections.
 */
async function serveCluster(count: number, args: readonly string[]): Promise<void> {
  cluster.setupPrimary({ exec: fileURLToPath(new URL('serve.js', import.meta.url)), args: [...args] });
  const workers = await Promise.all(
    Array.from({ length: count }, async () => ControlledProcess.adopt(cluster.fork().process, 'serve')),
  );
  const askEach = async <Value>(name: string) => Promise.all(workers.map(async (worker) => worker.ask<Value>(name)));
  answerQuestions(workers[0]?.url ?? '', {
    cpu: async () => (await askEach<number>('cpu')).reduce((sum, usedMs) => sum + usedMs, cpuUsedMs()),
    'reads-of-each': async () => askEach<readonly number[]>('reads'),
  });
}

const [, , count = '1', ...args] = process.argv;
await serveCluster(Number(count), args);
