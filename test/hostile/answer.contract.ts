import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { approvedAnswer } from '../../packages/core/test/support/answers.js';
import { type ArenaOptions, expectProblem, formRequest, type StartArena, WATCHDOG_MS } from './arena.js';
import { GOOD_FORM } from './pictures.js';
import { RawClient, within } from './raw-client.js';

const BAD_RESPONSE = { status: 502, code: 'liveness-bad-response' };
const TIMEOUT = { status: 504, code: 'liveness-timeout' };

const APPROVAL = JSON.stringify(approvedAnswer());
const answerOf = (body: string, ...headers: readonly string[]) =>
  ['HTTP/1.1 200 OK', 'Content-Type: application/json', ...headers, '', body].join('\r\n');
const whole = `Content-Length: ${APPROVAL.length}`;

/** What public advisories on a client of HTTP describe, as an answer of whoever stands where the API should. */
const SHAPES: readonly (readonly [
  advisory: string,
  what: string,
  answer: string,
  expected: { status: number; code: string },
])[] = [
  [
    'undici CVE-2026-22036',
    'is encoded a thousand times over',
    answerOf(APPROVAL, whole, `Content-Encoding: ${'gzip, '.repeat(1_000)}gzip`),
    BAD_RESPONSE,
  ],
  ['undici CVE-2026-1525', 'has two lengths', answerOf(APPROVAL, whole, 'Content-Length: 5'), BAD_RESPONSE],
  ['undici CVE-2026-1525', 'has both framings', answerOf(APPROVAL, whole, 'Transfer-Encoding: chunked'), BAD_RESPONSE],
  [
    'undici, limits off',
    'has a megabyte of headers',
    answerOf(APPROVAL, whole, `X: ${'y'.repeat(1_000_000)}`),
    BAD_RESPONSE,
  ],
  [
    'undici, limits off',
    'promises two gigabytes',
    answerOf(' '.repeat(2_000_000), 'Content-Length: 2000000000'),
    BAD_RESPONSE,
  ],
  ['undici, no end', 'says for ever that it is processing', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(20_000), TIMEOUT],
];

/** Answers on which clients have crashed or grown, through the guard of a host. */
export function describeAnswers(name: string, start: StartArena): void {
  describe(`the shapes of advisories on clients, by ${name}`, () => {
    let upstream: Server;
    let answer: (socket: Socket, request: number) => void;
    let requests = 0;
    const sockets = new Set<Socket>();

    beforeEach(async () => {
      requests = 0;
      upstream = createServer((socket) => {
        sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
        let received = '';
        socket.setEncoding('latin1').on('data', (text: string) => {
          received += text;
          // The last delimiter ends a request of the guard.
          if (!received.endsWith('--\r\n')) return;
          received = '';
          requests += 1;
          answer(socket, requests);
        });
      });
      upstream.listen(0, '127.0.0.1');
      await once(upstream, 'listening');
    });
    afterEach(() => {
      for (const socket of sockets) socket.destroy();
      upstream.close();
    });

    async function send(count: number): Promise<{ readonly answers: RawClient[]; readonly handled: number }> {
      const { port } = upstream.address() as AddressInfo;
      const options: ArenaOptions = {
        apiKey: 'hostile-key',
        baseUrl: `http://127.0.0.1:${port}`,
        allowInsecure: true,
        timeoutMs: 400,
        onEvent: () => undefined,
      };
      const host = await start(options);
      const clients: RawClient[] = [];
      for (let index = 0; index < count; index += 1) {
        const client = await RawClient.open(host.url);
        await client.write(formRequest(GOOD_FORM));
        await within(WATCHDOG_MS, 'The answer', client.answered());
        clients.push(client);
      }
      const handled = host.handled();
      for (const client of clients) client.close();
      await host.close();
      return { answers: clients, handled };
    }

    it('C14 takes the answer that the others are made of for an approval', async () => {
      answer = (socket) => socket.write(answerOf(APPROVAL, whole));

      expect(await send(1)).toMatchObject({ handled: 1 });
    });

    it.each(SHAPES)(
      'C32 C33 P13 does not fall for an answer like that of %s, which %s',
      async (_advisory, _what, text, expected) => {
        answer = (socket) => socket.write(text);

        const { answers, handled } = await send(1);

        expectProblem(answers[0]?.report().answers[0], expected);
        expect(handled).toBe(0);
        expect(requests).toBe(1);
      },
    );

    it('C41 gives no request the approval that was sent in advance, like those of undici CVE-2026-6733 and -16728', async () => {
      const refused = 'HTTP/1.1 500 Error\r\nContent-Length: 0\r\n\r\n';
      answer = (socket, request) => {
        if (request === 1) socket.write(refused + answerOf(APPROVAL, whole));
        else socket.write(refused);
      };

      const { answers, handled } = await send(3);

      expect(answers.map((client) => client.report().answers[0]?.status)).toEqual([503, 503, 503]);
      expect(handled).toBe(0);
    });
  });
}
