import { type Answer, hangUp, isAnswerOver, onAnswerEnd } from './answer-end.js';
import type { BodySink, OpenSink } from './body-front.js';
import { Holding } from './buffer-budget.js';
import { type BodyOutcome, refused } from './reading.js';
import { sharedState } from './shared-state.js';
import type { UploadRequest } from './upload-request.js';

/** What is held until one answer has ended. */
interface Awaited {
  readonly answer: Answer;
  isOver: boolean;
  readonly holdings: Set<Pick<Holding, 'bytes' | 'release'>>;
}

const AWAITED = sharedState('upload.awaited/2', () => new WeakMap<UploadRequest, Awaited>());

/**
 * Counts what is read of this request as held until its answer was sent or its connection is gone, because its handler
 * holds the picture for so long. Call it before `readSelfie`; without it only uploads that still arrive are counted.
 *
 * A client that does not take its answer cannot stay for good: when others need the room, it has four seconds from then,
 * and is hung up on.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http';
 * import { holdUntilAnswered, readSelfie } from '@didit-liveness/upload';
 *
 * createServer(async (request, response) => {
 *   holdUntilAnswered(request, response);
 *   const reading = await readSelfie(request, { maxBufferedBytes: 64 * 1024 * 1024 });
 *   response.end(reading.kind);
 * }).listen(3000);
 * ```
 */
export function holdUntilAnswered(request: UploadRequest, response: Answer): void {
  if (AWAITED.has(request)) return;
  const awaited: Awaited = { answer: response, isOver: isAnswerOver(response), holdings: new Set() };
  AWAITED.set(request, awaited);
  onAnswerEnd(response, () => {
    awaited.isOver = true;
    for (const holding of awaited.holdings) holding.release();
    awaited.holdings.clear();
  });
}

/** Reads with a count of what is held, which goes on for the selfie of a request whose answer is awaited. */
export async function readCounted(
  request: UploadRequest,
  limitBytes: number,
  read: (holding: Holding) => Promise<BodyOutcome>,
): Promise<BodyOutcome> {
  const holding = new Holding(limitBytes);
  let isKept = false;
  try {
    const outcome = await read(holding);
    isKept = outcome.kind === 'selfie' && keepUntilAnswered(request, holding);
    return outcome;
  } finally {
    if (!isKept) holding.release();
  }
}

function keepUntilAnswered(request: UploadRequest, holding: Holding): boolean {
  const awaited = AWAITED.get(request);
  if (!awaited || awaited.isOver) return false;
  const { answer } = awaited;
  holding.startWaiting(
    () => answer.writableEnded,
    () => hangUp(answer),
  );
  awaited.holdings.add(holding);
  return true;
}

/** Whether an earlier guard read this request: what it left is counted already. */
export function isCountedBefore(request: UploadRequest): boolean {
  const awaited = AWAITED.get(request);
  return awaited !== undefined && [...awaited.holdings].some(({ bytes }) => bytes > 0);
}

/** The same sink, which gets only what there is room for, and is given up when its room is needed. */
export function countedSink(openSink: OpenSink, holding: Holding): OpenSink {
  return (report) => {
    const sink = openSink(report);
    holding.startArriving(() => report(refused('too-busy')));
    return {
      write: (chunk) => (holding.take(chunk.length) ? sink.write(chunk) : report(refused('too-busy'))),
      end: () => sink.end(),
      abandon: () => {
        holding.stopYielding();
        sink.abandon();
      },
    } satisfies BodySink;
  };
}
