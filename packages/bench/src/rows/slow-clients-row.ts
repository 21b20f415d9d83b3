import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { requireLiveness } from '@didit-liveness/express';
import { BENCH_KEY } from '../design.js';
import { Load, nextSerial } from '../load.js';
import { createPicture } from '../picture.js';
import type { Plan } from '../plan.js';
import { notBuilt, type Row, toRow } from '../row.js';
import { formatSize, SIZES } from '../size.js';
import { onStage } from '../stage.js';
import { uploadRequest } from '../upload-request.js';
import type { Measured } from './measured.js';

const CLIENTS = 200;
const BUDGET_BYTES = 64 * 1024 * 1024;
/** Nothing more is read when nothing was for so long; well below the time that an upload may take. */
const QUIET_MS = 1_000;

const FACTS = {
  id: 'P8' as const,
  figure: 'slow clients: RSS growth / budget of 64 MB',
  at: `${CLIENTS} x ${formatSize(SIZES.largest)}`,
  goal: { atMost: 1.25 },
};

/** P8: what many uploads that never end can take, under a budget for all of them together. */
export async function measureSlowClients({ timing }: Plan): Promise<Measured> {
  if (!hasBudget()) return { rows: [notBuilt({ ...FACTS, remark: 'there is no maxBufferedBytes yet' })], cells: [] };
  const rounds: number[] = [];
  for (let round = 0; round < timing.rounds; round += 1) rounds.push(await measureOnce());
  const row: Row = toRow({ ...FACTS, rounds });
  return { rows: [row], cells: [] };
}

/** Whether guards know the option: they refuse what they do not know. */
function hasBudget(): boolean {
  const options = { apiKey: BENCH_KEY, maxBufferedBytes: BUDGET_BYTES };
  try {
    requireLiveness(options);
    return true;
  } catch {
    // The refusal of an unknown option is the answer to the question.
    return false;
  }
}

async function measureOnce(): Promise<number> {
  const settings = { maxBufferedBytes: BUDGET_BYTES };
  return onStage({ designs: ['guard-express'], settings }, async (stage) => {
    const server = stage.server('guard-express');
    // One small upload, so that what is loaded once is loaded.
    const first = await Load.open({ url: server.url, picture: createPicture(SIZES.small) }, 1);
    first.close();
    const before = await server.ask<number>('reset-peak');
    const sockets = await Promise.all(Array.from({ length: CLIENTS }, async () => sendAllButTheEnd(server.url)));
    await untilQuiet(sockets);
    const peak = await server.ask<number>('peak-rss');
    for (const socket of sockets) socket.destroy();
    return (peak - before) / BUDGET_BYTES;
  });
}

/** An upload that lacks its last bytes, for ever. */
async function sendAllButTheEnd(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  // A budget may well be kept by hanging up.
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'connect');
  const pieces = uploadRequest('/signup', createSlowPicture(), nextSerial()).slice(0, -1);
  for (const piece of pieces) socket.write(piece);
  return socket;
}

let picture: ReturnType<typeof createPicture> | undefined;

function createSlowPicture(): ReturnType<typeof createPicture> {
  picture ??= createPicture(SIZES.largest);
  return picture;
}

async function untilQuiet(sockets: readonly Socket[]): Promise<void> {
  const sent = () => sockets.reduce((sum, { bytesWritten, writableLength }) => sum + bytesWritten - writableLength, 0);
  for (let before = -1, now = sent(); now !== before; now = sent()) {
    before = now;
    await sleep(QUIET_MS);
  }
}
