import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** What a design is told when it starts. */
export interface DesignSettings {
  /** Origin of the stand-in for Didit. */
  readonly upstreamUrl: string;
  /** For guards, once they know such a limit: bytes of uploads held at a time in the whole process. */
  readonly maxBufferedBytes?: number;
}

/** A file of `designs/`: one way to guard `POST /signup`, as a server that listens on a free port of loopback. */
export interface Design {
  readonly start: (settings: DesignSettings) => Promise<Server>;
}

/** Path of the endpoint that every design asks. */
export const UPSTREAM_PATH = '/v3/passive-liveness/';

/** Name of the form field with the picture, towards a design. */
export const SELFIE_FIELD = 'selfie';

/** Name of the form field with the picture, towards the upstream. */
export const IMAGE_FIELD = 'user_image';

/** Obviously no key of anybody. */
export const BENCH_KEY = 'sk_live_bench-key';

/** Largest picture that any design takes, as the guards have it. */
export const MAX_PICTURE_BYTES = 5 * 1024 * 1024;

/** What the peers look at in an answer. */
export interface PeerAnswer {
  readonly request_id: string;
  readonly liveness: { readonly status: string };
}

/** What every design answers for an approval. */
export interface SignedUp {
  readonly outcome: 'approved';
}

/** The answer for an approval. */
export const SIGNED_UP: SignedUp = { outcome: 'approved' };

/** What answers requests: plain Node, or an application of a framework, whatever it returns. */
type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Listens on a free port of loopback. */
export async function listen(listener: Listener): Promise<Server> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
