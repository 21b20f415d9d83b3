import cluster from 'node:cluster';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import { createLivenessGate, DiditClient } from '@didit-liveness/core';
import { getLiveness, livenessErrorHandler, requireLiveness } from '@didit-liveness/express';
import express from 'express';

const processes = Number(process.env.WORKERS ?? availableParallelism());
const shareOf = (limit) => Math.ceil(limit / processes);

// The first process makes it too, and so ends at once when there is no key.
const gate = createLivenessGate({
  client: new DiditClient({
    apiKey: process.env.DIDIT_API_KEY ?? '',
    maxConnections: shareOf(64),
    maxQueuedCalls: shareOf(256),
    retryBudget: shareOf(20),
  }),
});

if (cluster.isPrimary) lead();
else serve();

function lead() {
  let isEnding = false;
  const start = () => {
    if (!isEnding) cluster.fork();
  };
  for (let count = 0; count < processes; count += 1) start();
  // Not at once: a process that crashes at its start would be started again and again.
  cluster.on('exit', () => setTimeout(start, 1_000));
  process.once('SIGTERM', () => {
    isEnding = true;
    for (const worker of Object.values(cluster.workers)) worker.send('end', () => {}); // or it has just ended
  });
}

function serve() {
  const app = express();
  app.post('/signup', requireLiveness({ gate, maxBufferedBytes: shareOf(256 * 1024 ** 2) }), (req, res) => {
    res.status(201).json({ email: req.body.email, outcome: getLiveness(req).outcome });
  });
  app.use(livenessErrorHandler());
  const server = createServer(app).listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
  server.once('listening', () => console.log(`process ${process.pid} listens`));

  process.on('SIGTERM', () => {}); // some managers send it to every process; the first one tells the others
  process.once('message', () => {
    console.log(`process ${process.pid} ends`);
    server.close(() => process.disconnect()); // once all answers are delivered
    void gate.drain(20_000); // less than the time until SIGKILL
  });
}
