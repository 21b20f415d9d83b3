import { watched } from '../../../../test/support/canary.js';
import type { DiditClient, DiditClientOptions } from '../../src/client/client.js';
import type { LivenessEvent } from '../../src/gate/events.js';
import { createLivenessGate, type LivenessGate } from '../../src/gate/gate.js';
import type { GateOptions } from '../../src/gate/options.js';
import type { SelfieReading } from '../../src/gate/reading.js';
import type { LivenessRefusal } from '../../src/gate/refusal.js';
import type { GateResult, LivenessResult } from '../../src/gate/result.js';
import { FakeClock } from './fake-clock.js';
import { baselineJpeg } from './pictures.js';
import { clientOf, type ReceivedRequest, type Reply, type ScriptedServer, startServer } from './server.js';

/** A gate before a scripted Didit. */
export interface GateBench {
  readonly gate: LivenessGate;
  readonly client: DiditClient;
  readonly server: ScriptedServer;
  /** Every event, oldest first. */
  readonly events: readonly LivenessEvent[];
  /** Time of the gate. */
  readonly clock: FakeClock;
  /** Time of the client. */
  readonly clientClock: FakeClock;
}

/** Options of the gate, and of the client behind it. */
export type BenchOptions = Partial<GateOptions> & { readonly clientOptions?: Partial<DiditClientOptions> };

/** Starts a server that follows the script, and a gate that asks it. */
export async function startGate(replies: Reply | readonly Reply[], options: BenchOptions = {}): Promise<GateBench> {
  const { clientOptions = {}, ...gateOptions } = options;
  const server = await startServer(replies);
  const clock = new FakeClock();
  const clientClock = new FakeClock();
  // A bench plays many failures, one after another; what stops calls after them has tests of its own.
  const client = clientOf(server, { clock: clientClock, circuitBreaker: { enabled: false }, ...clientOptions });
  const events: LivenessEvent[] = [];
  const gate = createLivenessGate({
    client,
    clock,
    onEvent: watched('an event', (event) => events.push(event)),
    ...gateOptions,
  });
  return { gate, client, server, events, clock, clientClock };
}

/** A function of the application that fails. */
export function throwsFault(): never {
  throw new Error('fault');
}

/** A reader that gives this picture and these fields. */
export function reads(
  picture: Uint8Array | readonly Uint8Array[] = baselineJpeg,
  fields: Readonly<Record<string, unknown>> = {},
): () => Promise<SelfieReading> {
  const chunks = picture instanceof Uint8Array ? [picture] : picture;
  const size = chunks.reduce((total, chunk) => total + chunk.length, 0);
  return async () => ({ kind: 'selfie', selfie: { chunks, size, fields } });
}

/** The refusal of a result. Fails when there is none. */
export function refusalIn(result: GateResult): LivenessRefusal {
  if (result.kind !== 'refused') throw new Error(`the result is not refused but ${result.kind}`);
  return result.refusal;
}

/** What the handler gets. Fails when it may not run. */
export function livenessIn(result: GateResult): LivenessResult {
  if (result.kind !== 'passed') throw new Error(`the result is not passed but ${result.kind}`);
  return result.liveness;
}

/** The form of a request, by the parser of the runtime. */
export async function formIn(request: ReceivedRequest): Promise<FormData> {
  const headers = { 'content-type': request.headers.get('content-type') ?? '' };
  return new Response(Uint8Array.from(request.body), { headers }).formData();
}

/** The text fields of a request, by their names. */
export async function textFieldsIn(request: ReceivedRequest): Promise<Record<string, string>> {
  const texts = [...(await formIn(request))].filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(texts) as Record<string, string>; // Files were left out.
}
