// A process with an Express application behind the guard, as it is published, for tests that end, starve or multiply
// processes. Says its port over the channel to its parent; on any message it answers with what it has used.
import cluster from 'node:cluster';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread, parentPort, threadId, Worker } from 'node:worker_threads';
import * as module from '@didit-liveness/express';
import express from 'express';

const { GUARD_OPTIONS = '{}', MODE = 'alone' } = process.env;
const options = JSON.parse(GUARD_OPTIONS);
/** The CommonJS build of the same package, with everything below it. */
const common = createRequire(import.meta.url)('@didit-liveness/express');

async function guards() {
  if (MODE === 'drain') return [module.requireLiveness({ gate: await drainedAtTheEnd() })];
  const guard = module.requireLiveness(options);
  return MODE === 'both-builds' ? [guard, common.requireLiveness(options)] : [guard];
}

/** What docs/operations.md shows: nothing here says process.exit(). */
async function drainedAtTheEnd() {
  // Only here: where a process may open few files, it has none to spare for one more way into the package.
  const { createLivenessGate, DiditClient } = await import('@didit-liveness/core');
  const { uploadTimeoutMs, ...client } = options;
  const gate = createLivenessGate({ client: new DiditClient(client) });
  process.once('SIGTERM', async () => {
    server.close();
    const drained = gate.drain(uploadTimeoutMs);
    process.send('draining');
    await drained;
    process.disconnect();
  });
  return gate;
}

let server;

async function serve() {
  const app = express();
  const { getLiveness, livenessErrorHandler } = MODE === 'both-builds' ? common : module;
  app.post('/signup', ...(await guards()), (request, response) => {
    response.status(201).json({ outcome: getLiveness(request).outcome, process: process.pid, thread: threadId });
  });
  app.use(livenessErrorHandler());
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

/** Two processes behind one port. */
async function serveInCluster() {
  const workers = [cluster.fork(), cluster.fork()];
  const ports = await Promise.all(workers.map(async (worker) => (await once(worker, 'message'))[0].port));
  return ports[0];
}

async function serveInThread() {
  const [{ port }] = await once(new Worker(new URL(import.meta.url)), 'message');
  return port;
}

const STARTS = { cluster: serveInCluster, thread: serveInThread };
const isFirst = isMainThread && cluster.isPrimary;
const port = await ((isFirst && STARTS[MODE]) || serve)();
const delays = monitorEventLoopDelay({ resolution: 5 });
delays.enable();

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port between threads knows no origins.
if (parentPort) parentPort.postMessage({ port });
else process.send({ port });
process.on('message', () => {
  const { heapUsed } = process.memoryUsage();
  process.send({
    heapUsedBytes: heapUsed,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    stallP99Ms: delays.percentile(99) / 1e6,
    stallMaxMs: delays.max / 1e6,
  });
});
// The parent is gone: there is nobody to test for.
if (MODE !== 'drain') process.on('disconnect', () => process.exit());
