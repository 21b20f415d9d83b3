import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EmulatorCall } from './call-log.js';
import { EmulatorError } from './emulator-error.js';
import type { EndpointName } from './endpoint-names.js';
import type { EmulatorOptions, ResolvedEmulatorOptions } from './options.js';
import { resolveEmulatorOptions } from './options.js';
import type { OutboxMessage } from './outbox.js';
import type { ScenarioName } from './scenario-names.js';
import { makeServer } from './server.js';
import type { WebhookDelivery } from './webhooks.js';
import type { State } from './state.js';
import { createState } from './state.js';

/** A running emulator. */
export interface Emulator {
  /** Base address, like `http://127.0.0.1:3999`. */
  readonly url: string;
  readonly port: number;
  /** The fully received API requests, oldest first. */
  calls(): readonly EmulatorCall[];
  /**
   * Scripts the next checks. A check uses up one only when it gets as far as the picture: one that is refused for its
   * key or its fields, or made with a sandbox key, leaves it.
   *
   * @param times - how many checks, 1 to 100,000. @defaultValue 1
   * @param endpoint - the only endpoint that it is for. @defaultValue any check with a picture
   * @throws {@link EmulatorError} `invalid-script`
   */
  next(scenario: ScenarioName, times?: number, endpoint?: EndpointName): void;
  /** The e-mails that would have been sent, oldest first. */
  outbox(): readonly OutboxMessage[];
  /** The webhooks that were sent or wait to be sent again, oldest first. */
  deliveries(): readonly WebhookDelivery[];
  /** Resolves once no webhook waits to be sent, be it again. */
  settled(): Promise<void>;
  /** Forgets everything, ends webhooks that wait, and refills the balance. */
  reset(): void;
  /** Stops listening and ends every connection at once, also those that a scenario keeps waiting; no webhook goes out after it. */
  close(): Promise<void>;
}

/** Loopback only: whoever reaches the emulator can make it approve anybody. */
const HOST = '127.0.0.1';

/**
 * Starts an emulator of the Didit API on 127.0.0.1.
 *
 * @throws {@link EmulatorError} when an option is wrong, `NODE_ENV` is `production`, or the port cannot be had.
 *
 * @example
 * ```ts
 * import { createEmulator } from '@didit-liveness/emulator';
 *
 * const emulator = await createEmulator();
 * emulator.next('spoof');
 * console.log(emulator.url);
 * await emulator.close();
 * ```
 */
export async function createEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const resolved = resolveEmulatorOptions(options);
  refuseProduction(resolved);
  const state = createState(resolved);
  const server = makeServer(state);
  await listen(server, resolved.port);
  // A server that listens on TCP has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return toEmulator(server, state, port);
}

function toEmulator(server: Server, state: State, port: number): Emulator {
  return {
    url: `http://${HOST}:${port}`,
    port,
    calls: () => state.calls.list(),
    next(scenario, times = 1, endpoint) {
      state.queue.add({ scenario, times, endpoint });
    },
    outbox: () => state.outbox.list(),
    deliveries: () => state.webhooks.list(),
    settled: () => state.webhooks.settled(),
    reset() {
      state.reset();
    },
    close() {
      state.webhooks.close();
      return close(server);
    },
  };
}

function refuseProduction({ allowProduction }: ResolvedEmulatorOptions): void {
  if (process.env['NODE_ENV'] === 'production' && !allowProduction) {
    throw new EmulatorError(
      'refused-in-production',
      'NODE_ENV is "production", where the emulator would approve everybody. To start it all the same, set allowProduction: true (--allow-production).',
    );
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${error.code})`;
      const message = `Port ${port} on ${HOST} ${reason}. Choose another with the option "port" (--port), or 0 for any free one.`;
      reject(new EmulatorError('port-unavailable', message, { cause: error }));
    });
    server.listen(port, HOST, resolve);
  });
}

/** Closing twice is no mistake: the second call finds nothing left to close. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
