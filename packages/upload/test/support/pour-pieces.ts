import { Readable } from 'node:stream';
import { type OpenSink, pourBody } from '../../src/body-front.js';
import type { BodyOutcome } from '../../src/reading.js';
import { nodeTimers } from '../../src/schedule.js';

const BOUNDS = {
  maxBytes: Infinity,
  overflowCode: 'malformed-upload',
  timeoutMs: 5_000,
  schedule: nodeTimers,
} as const;

/** Gives a body to a sink in pieces of the given size, without a connection. */
export function pourPieces(body: Buffer, pieceBytes: number, openSink: OpenSink): Promise<BodyOutcome> {
  const pieces = Array.from({ length: Math.ceil(body.length / pieceBytes) }, (_, index) =>
    body.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  );
  return pourBody(Readable.from(pieces), BOUNDS, openSink);
}
