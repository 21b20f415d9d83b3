import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { approvedAnswer } from '../../packages/core/test/support/answers.js';
import {
  answer,
  answerBytes,
  hangUp,
  neverAnswer,
  type Reply,
  reset,
  send,
  sendAndEnd,
  sendAndReset,
} from '../../packages/core/test/support/server.js';
import { badResponse, SHORT, timeout, unavailable, type UpstreamCase } from './upstream-expectations.js';
import type { ExpectedRefusal } from './upstream-bench.js';

const APPROVAL = JSON.stringify(approvedAnswer());
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
const whole = answerBytes({ body: APPROVAL });
const MEGABYTE = 1024 * 1024;
const CONTINUE = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n');

function done(row: string, what: string, reply: Reply, expected: ExpectedRefusal): UpstreamCase {
  return { row, what, replies: [reply], expected };
}

/** Something that does not end by itself. */
function endless(row: string, what: string, reply: Reply, expected: ExpectedRefusal): UpstreamCase {
  return { ...done(row, what, reply, expected), options: SHORT };
}

/** Writes the head, and then one byte after the other with pauses in between, for as long as somebody listens. */
function drip(head: string, bytes: Uint8Array): Reply {
  const act = (socket: Socket): void => {
    let at = 0;
    const timer = setInterval(() => {
      if (at >= bytes.length || !socket.writable) return clearInterval(timer);
      socket.write(bytes.subarray(at, at + 1));
      at += 1;
    }, 20);
    socket.once('close', () => clearInterval(timer));
    socket.write(head);
  };
  return { at: 'body', act };
}

/** Writes this, and then the same piece over and over, as fast as it is taken. */
export function flood(head: string, piece: string, onWritten: (bytes: number) => void = () => {}): Reply {
  const chunk = Buffer.from(piece.repeat(Math.ceil((64 * 1024) / piece.length)));
  const act = (socket: Socket): void => {
    const more = (): void => {
      do onWritten(chunk.length);
      while (socket.writable && socket.write(chunk));
    };
    socket.write(head);
    socket.on('drain', more);
    more();
  };
  return { at: 'body', act };
}

const compressed = (encoding: string, body: Uint8Array) => answer({ headers: { 'content-encoding': encoding }, body });
const bomb = gzipSync(Buffer.concat([Buffer.alloc(8 * MEGABYTE, ' '), Buffer.from(APPROVAL)]));
const cuts = [1, Math.floor(APPROVAL.length / 2), APPROVAL.length - 1];

/** What goes wrong below JSON. */
export const WIRE_FAULTS: readonly UpstreamCase[] = [
  done(
    'C13',
    'a page with 200',
    answer({ headers: { 'content-type': 'text/html' }, body: '<p>Sign in' }),
    badResponse('yes'),
  ),
  done(
    'C13',
    'an approval called HTML',
    answer({ headers: { 'content-type': 'text/html' }, body: APPROVAL }),
    badResponse('yes'),
  ),
  done('C13', 'an approval without a type', sendAndEnd(`HTTP/1.1 200 OK\r\n\r\n${APPROVAL}`), badResponse('yes')),
  done('C13', 'a page called JSON', answer({ body: '<!doctype html>' }), badResponse('yes')),
  done('C13', 'nothing with 200', answer({ body: '' }), badResponse('yes')),
  ...cuts.map((at) =>
    done('C14', `an approval cut at byte ${at}`, sendAndEnd(`${HEAD}\r\n${APPROVAL.slice(0, at)}`), badResponse('yes')),
  ),
  done('C15', 'a reset within the body', sendAndReset(whole.subarray(0, -9)), badResponse('yes')),
  done('C15', 'a close within the body', sendAndEnd(whole.subarray(0, -9)), badResponse('yes')),
  done(
    'C15',
    'half of a chunk',
    sendAndEnd(`${HEAD}transfer-encoding: chunked\r\n\r\nfff\r\n{"li`),
    badResponse('yes'),
  ),
  endless('C29', 'headers that do not end', send(HEAD), timeout('unknown')),
  endless('C29', 'a drip of headers', drip('HTTP/1.1 ', Buffer.from(HEAD.slice(9))), timeout('unknown')),
  endless('C30', 'a drip of the body', drip(`${HEAD}\r\n`, Buffer.alloc(9_999, ' ')), timeout('yes')),
  endless('C31', 'no answer', neverAnswer, timeout('unknown')),
  done('C32', 'a body without end', flood(`${HEAD}\r\n`, ' '), badResponse('yes')),
  done('C32', 'headers without end', flood(`${HEAD}x: `, 'y'), badResponse('unknown')),
  done('C33', 'a bomb of gzip', compressed('gzip', bomb), badResponse('yes')),
  done('C33', 'an approval in gzip', compressed('gzip', gzipSync(APPROVAL)), badResponse('yes')),
  done('C33', 'br', compressed('br', Buffer.from('any')), badResponse('yes')),
  done('C33', 'gzip a thousand times', compressed(`${'gzip, '.repeat(1_000)}gzip`, bomb), badResponse('yes')),
  done('C38', 'a close after the request', hangUp, unavailable('unknown')),
  done('C38', 'a reset after the request', reset, unavailable('unknown')),
  done('C38', 'a close within the headers', sendAndEnd('HTTP/1.1 200 OK\r\ncontent-le'), unavailable('unknown')),
  done('C40', 'another protocol', send('SSH-2.0-OpenSSH_9.6\r\n'), badResponse('unknown')),
  done('C40', 'HTTP/0.9', send('<html>hello</html>\r\n'), badResponse('unknown')),
  done('C40', 'zeros', send(Buffer.alloc(64)), badResponse('unknown')),
  done('C40', 'a status that is no number', send('HTTP/1.1 abc OK\r\n\r\n'), badResponse('unknown')),
  endless('C40', 'interim answers without end', flood('', 'HTTP/1.1 102 Processing\r\n\r\n'), timeout('unknown')),
  endless('C40', '100 that nobody asked for, and no more', send(CONTINUE), timeout('unknown')),
  {
    row: 'C40',
    what: '100 before an approval',
    replies: [send(Buffer.concat([CONTINUE, whole]))],
    expected: 'handled',
  },
  done('C40', '101', send('HTTP/1.1 101 No\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n'), unavailable('unknown')),
];
