import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { approvedAnswer } from '../../packages/core/test/support/answers.js';
import { serverCertificate } from '../../packages/core/test/support/certificates.js';
import {
  answer,
  answerBytes,
  closedOrigin,
  hangUp,
  neverAnswer,
  type Reply,
  type ServerOptions,
  startServer,
} from '../../packages/core/test/support/server.js';
import { watchProcess } from './arena.js';
import { REFUSALS } from './refusals.cases.js';
import { canaryForm, expectRefusal, type StartWatched, useBench } from './upstream-bench.js';
import { badResponse, SHORT, timeout, unavailable, type UpstreamCase } from './upstream-expectations.js';
import { VERDICTS } from './verdicts.cases.js';
import { flood, WIRE_FAULTS } from './wire.cases.js';

const MEGABYTE = 1024 * 1024;
const approval = answer({ body: approvedAnswer() });
const titled = (cases: readonly UpstreamCase[]) =>
  cases.map((each) => [each.row, each.expected === 'handled' ? 'takes' : 'refuses', each.what, each] as const);
const OLD_TLS: TlsOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };

/** How much of the suite a host runs. */
interface UpstreamRun {
  /** Every case, and not one of each row and answer alone: what frameworks differ in is how they answer. */
  readonly everyCase?: boolean;
}

function oneOfEach(cases: readonly UpstreamCase[]): readonly UpstreamCase[] {
  const kindOf = ({ row, expected }: UpstreamCase) => (expected === 'handled' ? row : `${row} ${expected.code}`);
  return [...new Map(cases.toReversed().map((each) => [kindOf(each), each])).values()].toReversed();
}

/** Servers that the key must not be given to. */
const TLS_PROFILES: readonly (readonly [what: string, profile: () => ServerOptions])[] = [
  ['signed its certificate itself', () => ({ tls: serverCertificate() })],
  ['shows a certificate of an authority that nobody knows', () => ({ tls: serverCertificate({ issuer: 'sent' }) })],
  ['shows a certificate that has expired', () => ({ tls: serverCertificate({ expired: true }) })],
  ['speaks TLS 1.1 at most', () => ({ tls: { ...serverCertificate(), ...OLD_TLS } })],
  ['speaks no TLS', () => onHello((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))],
  ['resets within the handshake', () => onHello((socket) => socket.resetAndDestroy())],
  ['closes within the handshake', () => onHello((socket) => socket.end())],
];

function onHello(act: (socket: Socket) => void): ServerOptions {
  return { onConnection: (socket) => void socket.once('data', () => act(socket)) };
}

/**
 * What stands where the API should may do what it likes. Whatever it does, and on top of what each case says: the
 * handler runs for an approval and for nothing else, nobody is asked twice where it may cost something, no other server
 * is asked, and neither the key nor the picture is in what comes back, is thrown, or is told.
 */
export function describeUpstream(name: string, start: StartWatched, { everyCase = false }: UpstreamRun = {}): void {
  const cases = [...REFUSALS, ...VERDICTS, ...WIRE_FAULTS];

  describe(`upstream faults, by ${name}`, () => {
    const bench = useBench(start);
    watchProcess(bench.outcries);

    it.each(titled(everyCase ? cases : oneOfEach(cases)))('%s E12 %s %s', async (_row, _verb, _what, each) => {
      bench.reply(...each.replies);

      const { expected, options } = each;
      const outcome = await (expected === 'handled' ? bench.pass(options) : bench.refuse(expected, options));

      expect(outcome.sends).toBe(each.sends ?? 1);
    });

    describe('redirects', () => {
      it.each([301, 302, 303, 307, 308])('C12 E12 P24 does not follow %i to another origin', async (status) => {
        bench.reply(answer({ status, headers: { location: `${bench.elsewhere.origin}/v3/passive-liveness/` } }));

        const { sends } = await bench.refuse(badResponse('unknown'));

        expect(sends).toBe(1);
      });

      it.each([301, 307])('C12 E12 does not follow %i to the same origin', async (status) => {
        bench.reply(answer({ status, headers: { location: '/v3/passive-liveness/?again' } }), approval);

        const { sends } = await bench.refuse(badResponse('unknown'));

        expect(sends).toBe(1);
      });
    });

    it('C32 reads no more of an answer without end than it may', async () => {
      let written = 0;
      bench.reply(
        flood('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n', ' ', (bytes) => (written += bytes)),
      );

      await bench.refuse(badResponse('yes'));

      // What the two kernels hold in between is more than the 256 KiB that are read.
      expect(written).toBeLessThan(16 * MEGABYTE);
    });

    it.each(TLS_PROFILES)('C34 sends nothing to a server that %s', async (_what, profile) => {
      const server = await startServer(approval, profile());
      const baseUrl = server.origin.replace('http:', 'https:');

      await bench.refuse(unavailable('no'), { baseUrl });

      expect(server.requests).toEqual([]);
    });

    it('C37 pays nothing where nobody listens', async () => {
      await bench.refuse(unavailable('no'), { baseUrl: await closedOrigin() });
    });

    it('C38 E12 does not ask again when the connection that was kept breaks', async () => {
      bench.reply(approval, hangUp);
      await bench.pass();
      const connections = bench.api.connections();

      const { sends } = await bench.refuse(unavailable('unknown'));

      expect([sends, bench.api.connections()]).toEqual([1, connections]);
    });

    it.each<[string, Reply['act']]>([
      ['and reads on', (socket) => socket.write(EARLY)],
      ['and closes', (socket) => socket.end(EARLY)],
      ['and reads no more', (socket) => socket.pause().write(EARLY)],
    ])('C39 E12 takes the answer of a server that refuses during the upload %s', async (_what, act) => {
      // Of its own, since what the kernels still hold may arrive as a whole request during a later test.
      const server = await startServer({ at: 'head', act });

      await bench.refuse(unavailable('no'), { baseUrl: server.origin }, canaryForm(4 * MEGABYTE));

      expect(server.requests.length).toBeLessThanOrEqual(1);
    });

    it('C41 gives no request the approval of one before it that was given up', async () => {
      const sockets: Socket[] = [];
      const late: Reply = { at: 'body', act: (socket) => void sockets.push(socket) };
      bench.reply(late);
      await bench.refuse(timeout('unknown'), SHORT);
      bench.reply({
        at: 'body',
        act: (socket) => {
          for (const old of sockets) old.write(answerBytes({ body: approvedAnswer() }));
          socket.write(answerBytes({ status: 500 }));
        },
      });

      const outcome = await bench.send(SHORT);

      expectRefusal(outcome, unavailable('unknown'));
      const [first, second] = bench.api.requests.slice(-2);
      expect(second?.connection).not.toBe(first?.connection);
    });

    it('C41 gives no request an approval that stood behind the answer to the one before', async () => {
      const behind = Buffer.concat([answerBytes({ body: approvedAnswer() }), answerBytes({ body: approvedAnswer() })]);
      bench.reply({ at: 'body', act: (socket) => void socket.write(behind) }, neverAnswer);
      // The same client for both, and so a deadline that a busy machine keeps with a good answer, too.
      const steady = { timeoutMs: 1_500 };
      await bench.pass(steady);

      const { sends } = await bench.refuse(timeout('unknown'), steady);

      expect(sends).toBe(1);
    });
  });
}

const EARLY = answerBytes({ status: 401, body: { detail: 'Invalid API Key.' } });
