import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { approvedAnswer } from '../../packages/core/test/support/answers.js';
import { answer, closeAll, type Reply, send, startServer } from '../../packages/core/test/support/server.js';
import { SMALL_PICTURE } from './pictures.js';

const SCRIPT = fileURLToPath(new URL('trusting-client.mjs', import.meta.url));
const CLIENT = new URL('../../packages/core/dist/esm/index.js', import.meta.url).href;
/** Set for something else in the process, these loosen what Node takes for an answer, or print what it sends. */
const FLAGS = ['--no-warnings', '--insecure-http-parser', '--max-http-header-size=1000000'];
const VARIABLES = { NODE_DEBUG: 'http,https,net,tls,stream' };

const APPROVAL = JSON.stringify(approvedAnswer());
const approvalWith = (head: string): Reply =>
  send(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${head}\r\n\r\n${APPROVAL}`);
const length = `content-length: ${APPROVAL.length}`;

/** Answers, and what a client makes of them whatever Node was told. */
const ANSWERS: readonly (readonly [what: string, reply: Reply, outcome: RegExp])[] = [
  ['as it should be', answer({ body: approvedAnswer() }), /^Approved$/],
  ['with two framings', approvalWith(`${length}\r\ntransfer-encoding: chunked`), /^bad-response .+ billed: unknown$/],
  ['with a name that is none', approvalWith(`${length}\r\nx y: z`), /^bad-response .+ billed: unknown$/],
  [
    'with 100 KB of headers',
    approvalWith(`${length}\r\nx: ${'y'.repeat(100_000)}`),
    /^bad-response .+ billed: unknown$/,
  ],
];

describe('a client in a process that was told to be lenient and to say what it does', () => {
  afterAll(closeAll);

  it('C32 C40 D03 takes no other answers, and its key is in nothing that Node prints', async () => {
    const servers = await Promise.all(ANSWERS.map(([, reply]) => startServer(reply)));
    const script = [...FLAGS, SCRIPT, CLIENT, SMALL_PICTURE.toString('base64'), ...servers.map(({ origin }) => origin)];

    const { stdout, stderr } = await promisify(execFile)(process.execPath, script, {
      env: VARIABLES,
      maxBuffer: 64 * 1024 * 1024,
    });

    expect(JSON.parse(stdout)).toEqual(ANSWERS.map(([, , outcome]) => expect.stringMatching(outcome)));
    expect(servers.map(({ requests }) => requests.at(0)?.headers.get('x-api-key'))).toEqual(
      ANSWERS.map(() => 'key-of-the-tests'),
    );
    expect(stderr).toContain('HTTP ');
    expect(stderr).not.toContain('key-of-the-tests');
  });
});
