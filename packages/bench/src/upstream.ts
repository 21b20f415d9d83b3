import { readFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { answerQuestions } from './control.js';
import { cpuUsedMs } from './cpu-used.js';
import { pictureDigest } from './picture-digest.js';
import { APPROVAL } from './approval.js';

/** How the stand-in for Didit is started: `upstream.js <settings as JSON>`. */
export interface UpstreamSettings {
  /** Files of key and certificate; with them it speaks TLS. */
  readonly tls?: { readonly keyFile: string; readonly certificateFile: string };
}

/** What can be changed while it runs. */
export interface UpstreamBehaviour {
  /** Milliseconds from the last byte of a request to its answer. */
  readonly delayMs: number;
  /** Keep the SHA-256 of every picture. Costs so much that nothing may be timed meanwhile. */
  readonly checks: boolean;
}

const ANSWER = Buffer.from(APPROVAL);

let behaviour: UpstreamBehaviour = { delayMs: 0, checks: false };
let digests: string[] = [];

function receive(request: http.IncomingMessage, response: http.ServerResponse): void {
  const { checks, delayMs } = behaviour;
  const chunks: Buffer[] = [];
  if (checks) request.on('data', (chunk: Buffer) => chunks.push(chunk));
  else request.resume();
  request.on('end', () => {
    if (checks) digests.push(pictureDigest(Buffer.concat(chunks), request.headers['content-type'] ?? ''));
    if (delayMs > 0) setTimeout(approve, delayMs, response);
    else approve(response);
  });
}

function approve(response: http.ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length }).end(ANSWER);
}

async function run({ tls }: UpstreamSettings): Promise<void> {
  const server = tls
    ? https.createServer({ key: readFileSync(tls.keyFile), cert: readFileSync(tls.certificateFile) }, receive)
    : http.createServer(receive);
  // Longer than any peer keeps a connection, so that none loses a call to a socket that just closed.
  server.keepAliveTimeout = 120_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  answerQuestions(`${tls ? 'https' : 'http'}://127.0.0.1:${port}`, {
    behave: (next) => {
      behaviour = next as UpstreamBehaviour; // only this package asks
      digests = [];
    },
    digests: () => digests,
    cpu: cpuUsedMs,
  });
}

await run(JSON.parse(process.argv[2] ?? '{}') as UpstreamSettings); // written by the process that starts this one
