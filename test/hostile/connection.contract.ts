import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { BOUNDARY, FORM_TYPE, file, form, text } from '../../packages/upload/test/support/forms.js';
import { pictureOf } from '../support/pictures.js';
import {
  type Arena,
  expectProblem,
  formRequest,
  type StartArena,
  tell,
  until,
  useArena,
  WATCHDOG_MS,
} from './arena.js';
import { GOOD_FORM, SMALL_PICTURE } from './pictures.js';
import { type RawClient, within } from './raw-client.js';
import { chunkedRequestOf, chunkOf, headOf, requestOf } from './raw-request.js';

const MIB = 1024 * 1024;
const LIMIT = 5 * MIB;
const TOO_LARGE = { status: 413, code: 'selfie-too-large' };
const MALFORMED = { status: 400, code: 'malformed-upload' };
const TIMEOUT = { status: 408, code: 'upload-timeout' };
/** The deadline of the hosts that are made to wait. */
const UPLOAD_TIMEOUT_MS = 200;
const SLOW_CLIENTS = 200;
/** Per host: six of them make 600. The thousands are in `pnpm soak`. */
const ABORTED = 100;

/** The line break behind the last delimiter may be missing. */
const COMPLETE = GOOD_FORM.length - 2;
const GOOD_REQUEST = formRequest(GOOD_FORM);
const typed = (headers: Record<string, string | number>) =>
  headOf({ headers: { 'Content-Type': FORM_TYPE, ...headers } });
/** A form up to some byte within its picture. */
const BEGUN_FORM = GOOD_FORM.subarray(0, GOOD_FORM.length - 60);
const PDF_FORM = form(file('selfie', `%PDF-1.7\n${'x'.repeat(200)}`));

const partOf = (header: string) => Buffer.from(`--${BOUNDARY}\r\n${header}\r\n\r\n`);
/** Uploads without an end: what is endless, how it begins, and where it has to stop. */
const ENDLESS: readonly (readonly [
  what: string,
  begin: Buffer,
  expected: { readonly type: string; readonly limit: number; readonly status: number; readonly code: string },
])[] = [
  ['an endless picture in a form', BEGUN_FORM, { type: FORM_TYPE, limit: LIMIT, ...TOO_LARGE }],
  ['an endless picture', SMALL_PICTURE, { type: 'image/jpeg', limit: LIMIT, ...TOO_LARGE }],
  // What nobody chose is empty, or text.
  [
    'an endless file that was not chosen',
    partOf('Content-Disposition: form-data; name="a"; filename=""\r\nContent-Type: application/octet-stream'),
    { type: FORM_TYPE, limit: 64 * 1024, ...MALFORMED },
  ],
  [
    'an endless text field',
    partOf('Content-Disposition: form-data; name="a"'),
    { type: FORM_TYPE, limit: 64 * 1024, ...MALFORMED },
  ],
  ['an endless head of a part', Buffer.from(`--${BOUNDARY}\r\nX: `), { type: FORM_TYPE, limit: 0, ...MALFORMED }],
];

/** Uploads that never come to their end. */
const SLOW_UPLOADS: readonly (readonly [what: string, begin: (client: RawClient) => Promise<void>])[] = [
  [
    'promises more than it sends',
    (client) => client.write(formRequest(GOOD_FORM, { 'Content-Length': GOOD_FORM.length + 1 })),
  ],
  ['sends nothing of its body', (client) => client.write(typed({ 'Content-Length': GOOD_FORM.length }))],
  [
    'stops in the middle of a delimiter',
    (client) => client.write(formRequest(GOOD_FORM.subarray(0, BOUNDARY.length / 2), { 'Content-Length': 500 })),
  ],
  [
    'never ends its chunks',
    (client) => client.write(Buffer.concat([typed({ 'Transfer-Encoding': 'chunked' }), chunkOf(GOOD_FORM)])),
  ],
  [
    'sends a byte at a time',
    async (client) => {
      await client.write(typed({ 'Content-Length': GOOD_FORM.length }));
      client.drip(GOOD_FORM, 20);
    },
  ],
];

/** What clients do to a connection, by timing and by bytes; `everyByte` for hosts that see each cut there is. */
export function describeConnections(name: string, start: StartArena, { everyByte = false } = {}): void {
  describe(`hostile connections to ${name}`, () => {
    const arena = useArena(start);

    it(`A06 P10 answers a form cut at ${everyByte ? 'every byte' : 'any byte'}, and lets none pass`, async () => {
      const cuts = Array.from({ length: COMPLETE }, (_, at) => at).filter((at) => everyByte || at % 7 === 0);
      let slowestMs = 0;

      await inParallel(cuts, 10, async (at) => {
        const { answers, answeredAfterMs = Infinity } = await arena.send(formRequest(GOOD_FORM.subarray(0, at)));
        expect({ at, status: answers[0]?.status, code: codeOf(answers[0]) }).toEqual({ at, ...MALFORMED });
        slowestMs = Math.max(slowestMs, answeredAfterMs);
      });

      tell(`${name}: ${cuts.length} cut forms, the slowest answer after ${slowestMs.toFixed(0)} ms (goal 1,000)`);
      arena.expectNothingPaid(0);
    });

    it('A06 A25 P10 ends a connection that ends at any byte, and asks nobody', async () => {
      const cuts = Array.from({ length: GOOD_REQUEST.length }, (_, at) => at).filter((at) => at % 11 === 0);

      await inParallel(cuts, 10, async (at) => {
        const client = await arena.open();
        await client.write(GOOD_REQUEST.subarray(0, at));
        client.halfClose();
        const { answers } = await within(WATCHDOG_MS, `The end of a request cut at ${at}`, client.closed());
        expect(answers.map(({ status }) => status).filter((status) => status !== 400)).toEqual([]);
        client.close();
      });

      await arena.emptied();
      arena.expectNothingPaid(arena.host.handled());
    });

    it('A20 P16 refuses by the length that is announced, before a byte of the body, and closes', async () => {
      const { client, peer } = await meet(arena);

      await client.write(typed({ 'Content-Length': 50 * MIB }));
      await client.answered();
      const peerBytes = peer.bytesRead;
      client.writeEndlessly(Buffer.alloc(65_536));
      await expectClosedWith(client, TOO_LARGE);

      expect(peer.bytesRead - peerBytes).toBeLessThan(MIB);
      arena.expectNothingPaid(0);
    });

    it('A28 answers a question for leave to send too much with 413, before a byte of the body', async () => {
      const client = await arena.open();

      await client.write(typed({ 'Content-Length': 50 * MIB, Expect: '100-continue' }));

      // Node itself says "100 Continue" first unless an application listens for the question.
      await expectClosedWith(client, TOO_LARGE);
    });

    it('A21 P11 P16 ends every upload without an end early: few bytes read, answered, closed', async () => {
      const ended: { readonly what: string; readonly afterMs: number; readonly overrunBytes: () => number }[] = [];
      for (const [what, begin, expected] of ENDLESS) {
        const { client, peer } = await meet(arena);
        const { type, limit } = expected;
        const limitPassed = until(() => peer.bytesRead > limit).then(() => performance.now());
        const head = headOf({ headers: { 'Content-Type': type, 'Transfer-Encoding': 'chunked' } });
        await client.write(Buffer.concat([head, chunkOf(begin)]));

        client.writeEndlessly(chunkOf(Buffer.alloc(65_536, 'x')));
        const answered = client.answered().then(() => performance.now());
        const afterMs = (await within(WATCHDOG_MS, 'The answer', answered)) - (await limitPassed);
        await expectClosedWith(client, expected);
        ended.push({ what, afterMs, overrunBytes: () => peer.bytesRead - limit });
      }

      // Nothing is read either while the connections linger.
      await arena.emptied();
      for (const { what, afterMs, overrunBytes } of ended) {
        const overrun = `${afterMs.toFixed(0)} ms (goal 100) and ${(overrunBytes() / 1024).toFixed(0)} KiB`;
        tell(`${name}: ${what}: answered ${overrun} after the limit`);
        expect({ what, afterMs, isLate: afterMs > 1_000 }).toEqual({ what, afterMs, isLate: false });
        expect({ what, hasOverrun: overrunBytes() > MIB / 2 }).toEqual({ what, hasOverrun: false });
      }
      arena.expectNothingPaid(0);
    });

    it.each([
      [
        'a Content-Length that is too small',
        requestOf(GOOD_FORM, { headers: { 'Content-Type': FORM_TYPE, 'Content-Length': 100 } }),
      ],
      [
        'both framings',
        chunkedRequestOf(GOOD_FORM, 64, { headers: { 'Content-Type': FORM_TYPE, 'Content-Length': 9 } }),
      ],
      [
        'two lengths',
        formRequest(GOOD_FORM, {}).toString('latin1').replace('Content-Length', 'Content-Length: 9\r\nContent-Length'),
      ],
      ['two lengths in one', formRequest(GOOD_FORM, { 'Content-Length': `${GOOD_FORM.length}, 9` })],
      ['a length in hexadecimal', formRequest(GOOD_FORM, { 'Content-Length': '0x10' })],
      ['a negative length', formRequest(GOOD_FORM, { 'Content-Length': -1 })],
      [
        'a chunk size that is none',
        Buffer.concat([typed({ 'Transfer-Encoding': 'chunked' }), Buffer.from('zz\r\n'), GOOD_FORM]),
      ],
      [
        'a chunk size beyond all numbers',
        Buffer.concat([typed({ 'Transfer-Encoding': 'chunked' }), Buffer.from(`${'f'.repeat(40)}\r\n`), GOOD_FORM]),
      ],
      [
        'a chunk that is too long',
        Buffer.concat([typed({ 'Transfer-Encoding': 'chunked' }), Buffer.from('5\r\n'), GOOD_FORM]),
      ],
      ['an encoding that is not known', Buffer.concat([typed({ 'Transfer-Encoding': 'xchunked' }), GOOD_FORM])],
      [
        'a space before the colon',
        Buffer.concat([headOf({ lines: [`Content-Type : ${FORM_TYPE}`, 'Content-Length: 5'] }), GOOD_FORM]),
      ],
    ])('A23 answers %s with 400 and closes', async (_what, request) => {
      const client = await arena.open();

      await client.write(request);

      const { answers } = await within(WATCHDOG_MS, 'The close', client.closed());
      expect(answers.map(({ status }) => status).filter((status) => status !== 400)).toEqual([]);
      arena.expectNothingPaid(arena.host.handled());
      client.close();
    });

    it(`A25 P12 lets go of ${ABORTED} uploads that are reset somewhere`, async () => {
      const before = arena.host.handled();

      await resetUploads(arena, ABORTED);

      await arena.emptied();
      await within(
        WATCHDOG_MS,
        'The events',
        until(() => arena.events.length === ABORTED),
      );
      expect(new Set(arena.events.map(({ type, ...rest }) => [type, 'billed' in rest && rest.billed].join()))).toEqual(
        new Set(['aborted,no']),
      );
      arena.expectNothingPaid(before);
    });

    it('A26 P15 ends the paid call when the client resets the connection', async () => {
      const before = arena.host.handled();
      const client = await arena.open();
      await client.write(formRequest(form(file('selfie', pictureOf('hang')))));
      await within(
        WATCHDOG_MS,
        'The call',
        until(() => arena.emulator.calls().length === 1),
      );

      client.reset();

      await within(
        WATCHDOG_MS,
        'The event',
        until(() => arena.events.length > 0),
      );
      expect(arena.events).toMatchObject([{ type: 'aborted', billed: 'unknown' }]);
      expect(arena.host.handled()).toBe(before);
      await arena.emptied();
    });

    it.each([
      ['GET /admin', Buffer.from('GET /admin HTTP/1.1\r\nHost: localhost\r\n\r\n')],
      ['a sign-up that would pass', GOOD_REQUEST],
    ])('A27 takes no request out of the rest of a refused body: %s', async (_what, smuggled) => {
      const before = arena.host.handled();
      const client = await arena.open();
      // A boundary of its own, so that what is smuggled is no part of this form.
      const outerForm = Buffer.from(PDF_FORM.toString('latin1').replaceAll(BOUNDARY, 'outer'), 'latin1');
      const outerType = 'multipart/form-data; boundary=outer';
      const outerHead = headOf({ headers: { 'Content-Type': outerType, 'Content-Length': 2 * MIB } });

      await client.write(Buffer.concat([outerHead, outerForm, smuggled]));
      void client.write(smuggled);

      await expectClosedWith(client, { status: 415, code: 'unsupported-media-type' });
      expect(client.report().answers).toHaveLength(1);
      arena.expectNothingPaid(before);
    });

    it('A27 serves the next request of a connection behind one that was refused whole', async () => {
      const client = await arena.open();

      for (const request of [
        formRequest(form(text('email', 'a'))),
        GOOD_REQUEST,
        formRequest(PDF_FORM),
        GOOD_REQUEST,
      ]) {
        await client.write(request);
        await client.answered(client.report().answers.length + 1);
      }

      expect(client.report().answers.map(({ status }) => status)).toEqual([400, 201, 415, 201]);
      expect(arena.emulator.calls()).toHaveLength(2);
      client.close();
    });

    it('A27 answers requests that come at once one after the other, each with its own verdict', async () => {
      const client = await arena.open();
      const spoof = formRequest(form(file('selfie', pictureOf('spoof'))));

      await client.write(Buffer.concat([spoof, GOOD_REQUEST, spoof, GOOD_REQUEST]));
      const { answers } = await within(WATCHDOG_MS, 'Four answers', client.answered(4));

      expect(answers.map(({ status }) => status)).toEqual([403, 201, 403, 201]);
      client.close();
    });

    it('A24 keeps the limit that Node sets to the time of a head', () => {
      expect(arena.server.headersTimeout).toBeGreaterThan(0);
      expect(arena.server.headersTimeout).toBeLessThanOrEqual(60_000);
    });

    it(`A24 P10 serves good requests while ${SLOW_CLIENTS} connections crawl`, async () => {
      const goodRequestsMs = async () => {
        const times = [];
        for (let round = 0; round < 20; round += 1) {
          const { answers, answeredAfterMs = Infinity } = await arena.send(GOOD_REQUEST);
          expect(answers[0]?.status).toBe(201);
          times.push(answeredAfterMs);
        }
        return times.sort((left, right) => left - right)[18] ?? Infinity;
      };
      const alone = await goodRequestsMs();
      const crawlers = await Promise.all(Array.from({ length: SLOW_CLIENTS }, () => arena.open()));
      for (const [index, crawler] of crawlers.entries()) {
        // Half of them within the head, half within the picture.
        const known = index % 2 === 0 ? 40 : GOOD_REQUEST.length - 80;
        await crawler.write(GOOD_REQUEST.subarray(0, known));
        crawler.drip(Buffer.from(GOOD_REQUEST.subarray(known, known + 60)), 100);
      }

      const crowded = await goodRequestsMs();

      tell(
        `${name}: p95 of good requests ${alone.toFixed(1)} ms alone, ${crowded.toFixed(1)} ms beside ${SLOW_CLIENTS} slow ones`,
      );
      expect(crowded).toBeLessThan(2_000);
      expect(crawlers.map((crawler) => crawler.report().ending).filter(Boolean)).toEqual([]);
      for (const crawler of crawlers) crawler.reset();
      await arena.emptied();
    });
  });

  describe(`a deadline of ${UPLOAD_TIMEOUT_MS} ms on ${name}`, () => {
    const arena = useArena(start, { uploadTimeoutMs: UPLOAD_TIMEOUT_MS });

    it('A22 A24 P10 answers 408 to every client that is not done by then, and closes', async () => {
      const reports = await Promise.all(
        SLOW_UPLOADS.map(async ([what, begin]) => {
          const client = await arena.open();
          await begin(client);
          const { answers, answeredAfterMs } = await expectClosedWith(client, TIMEOUT);
          return { what, answers: answers.length, inTime: Number(answeredAfterMs) >= UPLOAD_TIMEOUT_MS - 50 };
        }),
      );

      expect(reports).toEqual(SLOW_UPLOADS.map(([what]) => ({ what, answers: 1, inTime: true })));
      await arena.emptied();
      arena.expectNothingPaid(0);
      expect(arena.events).toMatchObject(SLOW_UPLOADS.map(() => ({ code: 'upload-timeout', billed: 'no' })));
    });
  });
}

/** A connection, and the server's side of it. */
async function meet(arena: Arena): Promise<{ client: RawClient; peer: Socket }> {
  const [client, [peer]] = await Promise.all([arena.open(), once(arena.server, 'connection') as Promise<[Socket]>]);
  return { client, peer };
}

/** One answer, which says that the connection closes, and the close. */
async function expectClosedWith(client: RawClient, expected: { status: number; code: string }) {
  const report = await within(WATCHDOG_MS, 'The close', client.closed());
  expectProblem(report.answers[0], expected);
  expect(report.answers[0]?.headers['connection']?.toLowerCase()).toBe('close');
  // In good order: a client that is reset while it sends loses the answer it has received.
  expect(report.ending).toBe('server-closed');
  client.close();
  return report;
}

/** Begins so many uploads and resets each once the server has its head, after some byte of its body. */
async function resetUploads(arena: Arena, count: number): Promise<void> {
  const batch = 50;
  let arrived = 0;
  const onRequest = (): void => {
    arrived += 1;
  };
  arena.server.on('request', onRequest);
  for (let begun = 0; begun < count; ) {
    const size = Math.min(batch, count - begun);
    const clients = await Promise.all(Array.from({ length: size }, () => arena.open()));
    await Promise.all(
      clients.map((client, index) =>
        client.write(
          formRequest(GOOD_FORM.subarray(0, ((begun + index) * 13) % COMPLETE), { 'Content-Length': GOOD_FORM.length }),
        ),
      ),
    );
    begun += size;
    const expected = begun;
    await within(
      WATCHDOG_MS,
      'The arrival of the heads',
      until(() => arrived === expected),
    );
    for (const client of clients) client.reset();
  }
  arena.server.off('request', onRequest);
}

function codeOf(answer: { readonly body: string } | undefined): unknown {
  return /"code":"([a-z-]+)"/.exec(answer?.body ?? '')?.[1];
}

/** Does something for each value, with no more than so many at a time. */
async function inParallel<Value>(
  values: readonly Value[],
  lanes: number,
  run: (value: Value) => Promise<void>,
): Promise<void> {
  const queue = [...values];
  const work = async (): Promise<void> => {
    for (let value = queue.shift(); value !== undefined; value = queue.shift()) await run(value);
  };
  await Promise.all(Array.from({ length: lanes }, work));
}
