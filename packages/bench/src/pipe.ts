import type { ClientRequest, IncomingMessage } from 'node:http';
import { BENCH_KEY, type PeerAnswer, UPSTREAM_PATH } from './design.js';
import { keptAlive } from './upstream-agent.js';

/** Sends the raw body of a request on; gives the answer's status text. */
export type Pipe = (request: IncomingMessage) => Promise<string>;

/** A pipe to the stand-in for Didit. */
export function createPipe(upstreamUrl: string): Pipe {
  const post = createPost(upstreamUrl);
  return async (request) => {
    const { 'content-type': contentType, 'content-length': contentLength } = request.headers;
    return statusOf((headers, callback) => request.pipe(post(headers, callback)), {
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
      ...(contentLength === undefined ? {} : { 'content-length': contentLength }),
    });
  };
}

type Headers = Readonly<Record<string, string>>;
type Answered = (answer: IncomingMessage) => void;

/** A function that begins a call over node:http. */
export function createPost(upstreamUrl: string): (headers: Headers, callback: Answered) => ClientRequest {
  const { agent, request } = keptAlive(upstreamUrl);
  const url = new URL(UPSTREAM_PATH, upstreamUrl);
  return (headers, callback) =>
    request(url, { method: 'POST', agent, headers: { ...headers, 'x-api-key': BENCH_KEY } }, callback);
}

/** Begins a call, and reads the verdict. */
export async function statusOf(
  begin: (headers: Headers, callback: Answered) => ClientRequest,
  headers: Headers,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = begin(headers, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve((JSON.parse(text) as PeerAnswer).liveness.status));
      answer.on('error', reject);
    });
    call.on('error', reject);
  });
}
