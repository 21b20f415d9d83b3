import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEmulator, type Emulator } from '@didit-liveness/emulator';
import { file, form } from '../../packages/upload/test/support/forms.js';
import { formRequest, tell } from './arena.js';
import { GuardedProcess } from './guarded-process.js';
import { GOOD_FORM, pictureOfSize } from './pictures.js';
import { RawClient, within } from './raw-client.js';

const UPLOADS = 200;
const MEGABYTE = 1_000_000;
const LIMIT_MS = 120_000;
/** Of 5 MiB, each another: what is alike may share a call, and is not what is measured here. */
const pictureOf = (index: number): Buffer => pictureOfSize(5 * 1024 * 1024 - index);

describe('two hundred uploads of the largest picture at once, with 256 MB of heap', () => {
  let emulator: Emulator;
  let server: GuardedProcess;
  beforeAll(async () => {
    emulator = await createEmulator({ writesPerMinute: Infinity });
    // Patient: a gigabyte takes its time on a busy machine, and running late is not what is measured here.
    const flags = ['--max-old-space-size=256'];
    server = await GuardedProcess.start({ baseUrl: emulator.url, patienceMs: LIMIT_MS, flags });
  }, LIMIT_MS);
  afterAll(async () => {
    await server.kill();
    await emulator.close();
  });

  it('E18 P11 take no more than twice their size and a megabyte each, and are all answered', async () => {
    await statusOf(GOOD_FORM);
    const before = await server.figures();

    const statuses = await Promise.all(
      Array.from({ length: UPLOADS }, (_, index) => statusOf(form(file('selfie', pictureOf(index))))),
    );

    const { peakBytes, heapUsedBytes } = await server.figures();
    const passed = statuses.filter((status) => status === 201).length;
    const grownMb = (peakBytes - before.peakBytes) / MEGABYTE;
    tell(`${UPLOADS} uploads of 5 MiB at once: ${passed} passed; memory grew by ${grownMb.toFixed(0)} MB`);
    // Bytes of pictures lie outside the heap, so both are bounded: the heap by the flag, the whole by this.
    expect(grownMb).toBeLessThan(UPLOADS * (2 * 5 + 1) + 30);
    expect(heapUsedBytes).toBeLessThan(256 * MEGABYTE);
    // What finds no free call is refused, and nothing else happens to anyone.
    expect(statuses.filter((status) => status !== 201 && status !== 503)).toEqual([]);
    expect(passed).toBeGreaterThan(0);
    expect(await statusOf(GOOD_FORM)).toBe(201);
    expect(server.isAlive).toBe(true);
    expect(server.errors).toBe('');
  }, 180_000);

  async function statusOf(body: Buffer): Promise<number | undefined> {
    const client = await RawClient.open(server.url);
    void client.write(formRequest(body));
    try {
      const { answers } = await within(LIMIT_MS, 'The answer', client.answered());
      return answers[0]?.status;
    } finally {
      client.close();
    }
  }
});
