import { Readable, Writable } from 'node:stream';
import { describe, expect, it, jest } from '@jest/globals';
import { resolveUploadOptions } from '../src/options.js';
import { nodeTimers } from '../src/schedule.js';

interface Setup {
  streamHandler(request: unknown, parser: Writable): void;
}

// No body is known at which multer 2.5.0 throws; older ones did, and a newer one may.
class ThrowingParser extends Writable {
  override write(): boolean {
    throw new RangeError('Invalid array length');
  }
}
jest.unstable_mockModule('multer', () => ({
  default: (setup: Setup) => ({ single: () => () => setup.streamHandler(undefined, new ThrowingParser()) }),
}));

describe('a form parser that throws', () => {
  it('A12 makes the form malformed and nothing worse', async () => {
    const { multipartSink } = await import('../src/multipart-body.js');
    const { pourBody } = await import('../src/body-front.js');
    const bounds = { maxBytes: 100, overflowCode: 'malformed-upload', timeoutMs: 5_000, schedule: nodeTimers } as const;

    const outcome = await pourBody(
      Readable.from([Buffer.from('--x')]),
      bounds,
      multipartSink('x', resolveUploadOptions()),
    );

    expect(outcome).toEqual({ kind: 'refused', code: 'malformed-upload' });
  });
});
