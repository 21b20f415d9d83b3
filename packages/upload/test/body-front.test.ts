import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { type BodySink, pourBody, type ReportOutcome } from '../src/body-front.js';
import { createManualSchedule } from './support/manual-schedule.js';

/** A sink that writes down what happens to it. */
function recordingSink(onWrite: (report: ReportOutcome) => void = () => undefined) {
  const events: string[] = [];
  const open = (report: ReportOutcome): BodySink => ({
    write: (chunk) => {
      events.push(chunk.toString());
      onWrite(report);
    },
    end: () => {
      events.push('end');
      report({ kind: 'refused', code: 'selfie-missing' });
    },
    abandon: () => events.push('abandon'),
  });
  return { events, open };
}

const time = createManualSchedule();
const BOUNDS = { maxBytes: 100, overflowCode: 'malformed-upload', timeoutMs: 15_000, schedule: time.schedule } as const;
const OURS = ['data', 'end', 'close', 'error'];

/** Listeners per event, to compare before and after; the stream's own are in both. */
const listeners = (body: Readable) => OURS.map((event) => body.listenerCount(event));

describe('pourBody', () => {
  it('pours everything and reports what the sink says', async () => {
    const { events, open } = recordingSink();

    const outcome = await pourBody(Readable.from([Buffer.from('a'), Buffer.from('b')]), BOUNDS, open);

    expect(outcome).toEqual({ kind: 'refused', code: 'selfie-missing' });
    expect(events).toEqual(['a', 'b', 'end', 'abandon']);
    expect(time.pending()).toEqual([]);
  });

  it('A21 stops at the first byte too many and reads no further', async () => {
    const { events, open } = recordingSink();
    const body = new PassThrough();
    body.write(Buffer.alloc(100, 'x'));
    const poured = pourBody(body, BOUNDS, open);
    body.write('y');

    expect(await poured).toEqual({ kind: 'refused', code: 'malformed-upload' });
    body.write('z');
    expect(events.at(-1)).toBe('abandon');
    expect(body.isPaused()).toBe(true);
    expect(body.readableLength).toBe(1);
  });

  it('A22 A24 stops at the deadline, however the bytes drip in', async () => {
    const { events, open } = recordingSink();
    const body = new PassThrough();
    const poured = pourBody(body, BOUNDS, open);
    body.write('a');

    time.pass(15_000);

    expect(await poured).toEqual({ kind: 'refused', code: 'upload-timeout' });
    expect(events.at(-1)).toBe('abandon');
  });

  it.each(['close', 'error'])('A25 lets go of everything on %s before the end', async (event) => {
    const { events, open } = recordingSink();
    const body = new PassThrough();
    const before = listeners(body);
    const poured = pourBody(body, BOUNDS, open);

    body.destroy(event === 'error' ? new Error('reset') : undefined);

    expect(await poured).toEqual({ kind: 'aborted' });
    expect(events).toEqual(['abandon']);
    expect(listeners(body)).toEqual(before);
    expect(time.pending()).toEqual([]);
  });

  it('A25 knows a client that was gone before', async () => {
    const { events, open } = recordingSink();
    const body = new PassThrough();
    body.destroy();

    expect(await pourBody(body, BOUNDS, open)).toEqual({ kind: 'aborted' });
    expect(events).toEqual([]);
  });

  it('ends at once a body that had ended before, and was empty', async () => {
    const { events, open } = recordingSink();
    const body = Readable.from([]);
    await body.toArray();

    await pourBody(body, BOUNDS, open);

    expect(events).toEqual(['end', 'abandon']);
  });

  it('waits for a sink that decides after the body has closed, as a parser may', async () => {
    const body = Readable.from([Buffer.from('a')]);
    const closed = once(body, 'close');

    const outcome = await pourBody(body, BOUNDS, (report) => ({
      write: () => undefined,
      end: () => void closed.then(() => report({ kind: 'refused', code: 'selfie-missing' })),
      abandon: () => undefined,
    }));

    expect(outcome).toEqual({ kind: 'refused', code: 'selfie-missing' });
  });

  it('leaves a body that was read to its end to whoever comes next', async () => {
    const body = Readable.from([Buffer.from('a')]);

    await pourBody(body, BOUNDS, recordingSink().open);

    expect(body.isPaused()).toBe(false);
  });

  it('hears the first outcome only', async () => {
    const { events, open } = recordingSink((report) => {
      report({ kind: 'refused', code: 'unsupported-media-type' });
      report({ kind: 'refused', code: 'selfie-too-large' });
    });
    const body = new PassThrough();
    const before = listeners(body);
    body.write('a');

    const outcome = await pourBody(body, BOUNDS, open);

    expect(outcome).toEqual({ kind: 'refused', code: 'unsupported-media-type' });
    expect(events).toEqual(['a', 'abandon']);
    expect(body.isPaused()).toBe(true);
    expect(listeners(body)).toEqual(before);
  });

  it('reads a body that someone paused', async () => {
    const { events, open } = recordingSink();
    const body = Readable.from([Buffer.from('a')]);
    body.pause();

    await pourBody(body, BOUNDS, open);

    expect(events).toEqual(['a', 'end', 'abandon']);
  });

  it('lets go of a sink that had its outcome while it was opened', async () => {
    const { events, open } = recordingSink();

    const outcome = await pourBody(new PassThrough(), BOUNDS, (report) => {
      report({ kind: 'refused', code: 'malformed-upload' });
      return open(report);
    });

    expect(outcome).toEqual({ kind: 'refused', code: 'malformed-upload' });
    expect(events).toEqual(['abandon']);
  });
});
