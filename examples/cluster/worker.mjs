// A process of a cluster: one example, on the port that all of them share. What it prints says which of them it is.
//
// It ends when the first process tells it to; Node ends it when the first process is gone.
import cluster from 'node:cluster';
import { startExample } from '../start-example.mjs';

// Terminals and process managers send these to every process; the first one tells the others.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
cluster.worker.on('error', () => process.exit(1)); // nothing can be said to the first one any more

const settings = JSON.parse(process.argv[2]);
const starting = startExample({ ...settings, label: { worker: cluster.worker.id } });

process.once('message', async () => {
  const app = await starting;
  await app.close(); // lets running requests finish
  process.exit(0);
});

try {
  await starting;
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
