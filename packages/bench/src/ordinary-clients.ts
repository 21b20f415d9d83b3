import { execFile, spawnSync } from 'node:child_process';
import { openAsBlob, createReadStream } from 'node:fs';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { HugeBody } from './huge-body.js';
import { FORM_TYPE } from './upload-request.js';

/** A client that people use, and the status it shows them. */
export interface OrdinaryClient {
  readonly name: string;
  readonly post: (url: string, body: HugeBody) => Promise<number>;
}

const CLIENTS: readonly OrdinaryClient[] = [
  { name: 'fetch', post: postWithFetch },
  { name: 'node:http', post: postWithNode },
  { name: 'curl', post: postWithCurl },
];

/** Those that are here: curl need not be. */
export const ORDINARY_CLIENTS = CLIENTS.filter(
  ({ name }) => name !== 'curl' || spawnSync('curl', ['--version'], { stdio: 'ignore' }).status === 0,
);

/** The status that a client shows, or 0 where it shows a broken connection instead. */
export async function statusSeenBy({ post }: OrdinaryClient, url: string, body: HugeBody): Promise<number> {
  try {
    return await post(`${url}/signup`, body);
  } catch {
    // How a client words that the connection broke does not matter here.
    return 0;
  }
}

async function postWithFetch(url: string, body: HugeBody): Promise<number> {
  const stream = Readable.toWeb(createReadStream(body.file)) as ReadableStream; // Node's type and fetch's are one class
  const { status } = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': FORM_TYPE },
    body: body.tellsLength ? await openAsBlob(body.file) : stream,
    duplex: 'half',
  });
  return status;
}

async function postWithNode(url: string, body: HugeBody): Promise<number> {
  return new Promise((resolve, reject) => {
    const length = body.tellsLength ? { 'content-length': body.length } : {};
    const call = request(url, { method: 'POST', headers: { 'content-type': FORM_TYPE, ...length } }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
      answer.on('error', reject);
    });
    call.on('error', reject);
    createReadStream(body.file).pipe(call);
  });
}

async function postWithCurl(url: string, body: HugeBody): Promise<number> {
  const length = body.tellsLength ? [] : ['-H', 'Transfer-Encoding: chunked'];
  const quiet = ['--silent', '--output', '/dev/null', '--write-out', '%{http_code}', '--noproxy', '*'];
  const content = ['-H', `Content-Type: ${FORM_TYPE}`, ...length, '--data-binary', `@${body.file}`];
  const answer = promisify(execFile)('curl', quiet.concat(content, url));
  const { stdout } = await answer.catch((error: unknown) => ({ stdout: stdoutOf(error) }));
  return Number(stdout);
}

/** curl may fail to send the rest and still have got the answer: it says the status and exits with an error. */
function stdoutOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'stdout' in error ? String(error.stdout) : '0';
}
