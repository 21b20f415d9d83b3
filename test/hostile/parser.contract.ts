import { readdirSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { BOUNDARY, FORM_TYPE, file, form, part, text } from '../../packages/upload/test/support/forms.js';
import {
  type Arena,
  connectionsOf,
  formRequest,
  longestStallMs,
  type StartArena,
  tell,
  until,
  useArena,
  WATCHDOG_MS,
} from './arena.js';
import { GOOD_FORM, pictureOfSize, SMALL_PICTURE } from './pictures.js';
import { type RawClient, within } from './raw-client.js';
import { mutate, mutationsOf, requestOf } from './raw-request.js';

/** Copies of a shape that are sent at once. */
const COPIES = 5;
const REFUSED = [400];
const EITHER = [201, 400];

const selfie = file('selfie', SMALL_PICTURE);
const raw = (...parts: readonly (Buffer | string)[]) => Buffer.concat(parts.map((piece) => Buffer.from(piece)));
const openPart = (name: string) =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`;
const repeated = (count: number, piece: Buffer) => Buffer.concat(Array.from({ length: count }, () => piece));

/**
 * What public advisories on parsers of forms describe, built from their descriptions: the advisory, what the body does,
 * the body, and the statuses that are right.
 */
const SHAPES: readonly (readonly [advisory: string, what: string, body: Buffer, statuses: readonly number[]])[] = [
  ['multer CVE-2025-47944', 'ends within a file', raw(openPart('selfie'), SMALL_PICTURE), REFUSED],
  ['multer CVE-2025-47944', 'is no form at all', raw('not a form'), REFUSED],
  ['multer CVE-2025-48997', 'has a file in a field without a name', form(file('', SMALL_PICTURE), selfie), REFUSED],
  ['multer CVE-2025-7338', 'lacks the last byte of its last delimiter', GOOD_FORM.subarray(0, -3), REFUSED],
  ['multer CVE-2025-7338', 'lacks two bytes of it', GOOD_FORM.subarray(0, -4), REFUSED],
  ['multer CVE-2025-7338', 'ends with a delimiter that is not the last', raw(selfie, `--${BOUNDARY}\r\n`), REFUSED],
  ['multer CVE-2026-3304', 'breaks behind a good file', form(selfie, part(['Content-Disposition'], '')), REFUSED],
  ['multer CVE-2026-3304', 'breaks in front of a good file', form(part(['Content-Disposition'], ''), selfie), REFUSED],
  ['multer CVE-2026-3520', 'breaks ten thousand times', form(repeated(10_000, part(['broken'], 'x')), selfie), REFUSED],
  ['multer CVE-2026-3520', 'opens a thousand files', repeated(1_000, Buffer.from(openPart('selfie'))), REFUSED],
  [
    'multer CVE-2026-5079',
    'nests a name as deep as one may be long',
    form(text(`a${'[]'.repeat(49)}`, 'x'), selfie),
    REFUSED,
  ],
  ['multer CVE-2026-5079', 'nests a name without end', form(text(`a${'['.repeat(99)}`, 'x'), selfie), EITHER],
  ...['4294967295', '4294967296', '-1', '1e9', '65', 'length', '0x10'].map(
    (index) =>
      [
        'multer CVE-2026-77078',
        `has a list with the index ${index}`,
        form(text('a[0]', 'x'), text(`a[${index}]`, '4294967296'), selfie),
        EITHER,
      ] as const,
  ),
  [
    'multer CVE-2026-77063',
    'has a file beyond the limit in one burst',
    form(file('selfie', pictureOfSize(5_242_881))),
    [413],
  ],
  [
    'busboy CVE-2022-24434',
    'has a header that begins with a space',
    form(part([' Content-Disposition: form-data; name="x"'], ''), selfie),
    EITHER,
  ],
  [
    'busboy CVE-2022-24434',
    'has nothing but such a header',
    raw(`--${BOUNDARY}\r\n Content-Disposition: form-data; name="x"\r\n\r\n\r\n--${BOUNDARY}--`),
    REFUSED,
  ],
  [
    'multiparty CVE-2026-8159',
    'has a file name of escaped quotes without an end',
    form(
      repeated(50, part([`Content-Disposition: form-data; name="x"; filename="${'\\"'.repeat(4_000)}`], '')),
      selfie,
    ),
    EITHER,
  ],
  [
    'multiparty CVE-2026-8159',
    'has a header of 8 KB of semicolons',
    form(repeated(50, part([`Content-Disposition: form-data${'; '.repeat(4_000)}`], '')), selfie),
    EITHER,
  ],
  [
    '@fastify/busboy 3.2.2',
    'has a carriage return in a name',
    form(part(['Content-Disposition: form-data; name="a\rb"'], ''), selfie),
    REFUSED,
  ],
  [
    '@fastify/busboy 3.2.2',
    'has a line feed in a name',
    form(part(['Content-Disposition: form-data; name="a\nb"'], ''), selfie),
    REFUSED,
  ],
  [
    '@fastify/busboy 3.2.3',
    'breaks within a file that is skipped',
    raw(`--${BOUNDARY}\r\nContent-Disposition: attachment; filename="x"\r\n\r\nxx`),
    REFUSED,
  ],
  [
    '@fastify/busboy 3.2.4',
    'ends within a header',
    raw(selfie, `--${BOUNDARY}\r\nContent-Disposition: form-da`),
    REFUSED,
  ],
  ['@fastify/busboy 3.2.4', 'ends within a line break', raw(selfie, `--${BOUNDARY}\r\nX: y\r`), REFUSED],
  ['@fastify/busboy 3.2.5', 'goes on behind its end', raw(form(selfie), `\r\n--${BOUNDARY}\r\n`), EITHER],
  [
    '@fastify/busboy 3.2.5',
    'goes on behind its end without a line break',
    raw(form(selfie).subarray(0, -2), 'x'),
    EITHER,
  ],
  ['@fastify/busboy 3.2.5', 'ends twice', raw(form(selfie), form(selfie)), EITHER],
];

/** Where an upload is broken off, after the advisories on what is then left behind. */
const ABORTS: readonly (readonly [advisory: string, what: string, sent: Buffer])[] = [
  [
    'multer CVE-2025-47935, CVE-2026-2359',
    'within the picture',
    raw(openPart('selfie'), SMALL_PICTURE.subarray(0, 60)),
  ],
  ['multer CVE-2026-5038, CVE-2026-77037', 'behind the head of the file', raw(openPart('selfie'))],
  ['@fastify/multipart CVE-2025-24033', 'behind the file', raw(selfie)],
  ['multer CVE-2026-3304', 'behind a part that is broken', raw(part(['broken'], ''), openPart('selfie'))],
  ['multer CVE-2026-2359', 'within a picture of 100 KB', raw(openPart('selfie'), pictureOfSize(100_000))],
];

/** How a client leaves. */
const WAYS: readonly ((client: RawClient) => void)[] = [
  (client) => client.reset(),
  (client) => client.close(),
  (client) => client.halfClose(),
];
const BROKEN_OFF = 30;

/** What has crashed, hung or leaked elsewhere, and whatever is like it. */
export function describeParser(name: string, start: StartArena): void {
  describe(`the shapes of public advisories on ${name}`, () => {
    const arena = useArena(start);

    it.each(SHAPES)('A32 P13 stands a form like that of %s, which %s', async (advisory, what, body, statuses) => {
      const copies = body.length > 1_000_000 ? 2 : COPIES;
      const request = formRequest(body);

      const stallMs = await longestStallMs(async () => {
        const reports = await Promise.all(Array.from({ length: copies }, () => arena.send(request)));
        for (const { answers } of reports) expect(statuses).toContain(answers[0]?.status);
      });

      if (stallMs > 200)
        tell(`${name}: ${copies} forms of ${advisory} (${what}) took ${stallMs.toFixed(0)} ms at a stretch`);
      expect(stallMs).toBeLessThan(3_000);
      expectVerdictEach(arena);
      await expectAlive(arena);
    });

    it('A32 P12 holds no connection after all of these', async () => {
      await arena.emptied();
      expect(await connectionsOf(arena.server)).toBe(0);
    });

    it.each(ABORTS)(
      'A25 P12 keeps nothing of an upload like that of %s, broken off %s',
      async (_advisory, _what, sent) => {
        await expectAlive(arena);
        await arena.emptied();
        const before = heldByProcess();
        const paid = arena.emulator.calls().length;

        await breakOffMany(arena, sent);

        await within(
          WATCHDOG_MS,
          'The events',
          until(() => endedWithoutVerdict(arena) === BROKEN_OFF),
        );
        expect(arena.emulator.calls()).toHaveLength(paid);
        const isBack = () => {
          const { sockets, files } = heldByProcess();
          return sockets <= before.sockets && files <= before.files;
        };
        await within(WATCHDOG_MS, 'The return of sockets and files to what they were', until(isBack));
      },
    );

    it.each(['X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Forwarded-For', 'Cookie', 'Accept', 'Content-Type'])(
      'A11 reads a header %s of 12 KB in no time',
      async (header) => {
        const hostile = `${' ,;'.repeat(2_000)}${'a='.repeat(3_000)}`;
        const headers =
          header === 'Content-Type'
            ? { [header]: `${FORM_TYPE};${hostile}` }
            : { 'Content-Type': FORM_TYPE, [header]: `x${hostile}` };

        const stallMs = await longestStallMs(async () => {
          const { answers } = await arena.send(requestOf(GOOD_FORM, { headers }));
          expect([201, 400, 415]).toContain(answers[0]?.status);
        });

        expect(stallMs).toBeLessThan(1_000);
      },
    );
  });

  describe(`damaged requests to ${name}`, () => {
    const arena = useArena(start, { uploadTimeoutMs: 100 });

    it('A06 A23 A32 P1 P13 runs the handler with a verdict only, and finds the fault with the client', async () => {
      // The request line stays: of other routes applications say what they like, Express only once the body has come.
      const request = formRequest(GOOD_FORM);
      const line = request.subarray(0, request.indexOf('\r\n') + 2);
      const rest = request.subarray(line.length);
      const handledBefore = arena.host.handled();
      await fc.assert(
        fc.asyncProperty(mutationsOf(rest.length), fc.integer({ min: 50, max: 900 }), async (mutations, pieceBytes) => {
          const damaged = Buffer.concat([line, mutations.reduce(mutate, rest)]);
          const client = await arena.open();

          await client.writeInPieces(damaged, pieceBytes);
          // Ends a head that lost its end; between requests it means nothing.
          await client.write('\r\n\r\n');
          const { answers } = await within(WATCHDOG_MS, 'The answer to a damaged request', client.answered());
          client.close();

          expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
        }),
        { numRuns: 30, endOnFailure: true },
      );

      await arena.emptied();
      const approved = arena.events.filter((event) => event.type === 'decided' && event.outcome === 'approved').length;
      const paid = arena.emulator.calls().filter(({ billed }) => billed).length;
      const aborted = arena.events.filter(({ type }) => type === 'aborted').length;
      expect(arena.host.handled() - handledBefore).toBe(approved);
      expect(paid).toBeGreaterThanOrEqual(approved);
      expect(paid).toBeLessThanOrEqual(approved + aborted);
      await expectAlive(arena);
    });
  });
}

/** Uploads whose client was gone, or whose beginning was enough to refuse them. */
function endedWithoutVerdict({ events }: Arena): number {
  return events.filter(({ type }) => type === 'aborted' || type === 'refused').length;
}

/** The handler has run as often as somebody paid for it to run, and no more. */
function expectVerdictEach(arena: Arena): void {
  const passed = arena.events.filter((event) => event.type === 'decided' && event.outcome === 'approved').length;
  expect(arena.emulator.calls().filter(({ billed }) => billed)).toHaveLength(passed);
}

async function expectAlive(arena: Arena): Promise<void> {
  const before = arena.host.handled();
  const { answers } = await arena.send(formRequest(GOOD_FORM));
  expect(answers[0]?.status).toBe(201);
  expect(arena.host.handled()).toBe(before + 1);
}

/** Begins uploads and breaks them off, in each way there is, once the server has their heads. */
async function breakOffMany(arena: Arena, sent: Buffer): Promise<void> {
  let arrived = 0;
  const onRequest = (): void => {
    arrived += 1;
  };
  arena.server.on('request', onRequest);
  const clients = await Promise.all(Array.from({ length: BROKEN_OFF }, () => arena.open()));
  await Promise.all(clients.map((client) => client.write(formRequest(sent, { 'Content-Length': 200_000 }))));
  await within(
    WATCHDOG_MS,
    'The arrival of the heads',
    until(() => arrived === BROKEN_OFF),
  );
  arena.server.off('request', onRequest);
  for (const [index, client] of clients.entries()) WAYS[index % WAYS.length]?.(client);
  await arena.emptied();
  for (const client of clients) client.close();
}

/** Connections and open files of this process. */
function heldByProcess(): { readonly sockets: number; readonly files: number } {
  // The copy that tests see of the process has no such method.
  const { getActiveResourcesInfo } = runInThisContext('process') as NodeJS.Process;
  const sockets = getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length;
  return { sockets, files: process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0 };
}
