import type { Clock } from '@didit-liveness/core';

/** A stream that is written to. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Everything outside the program that a command may touch, besides files and the network. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output & NodeJS.WritableStream;
  readonly clock: Clock;
  /** Of this package. */
  readonly version: string;
  /** Calls back on every SIGINT and SIGTERM; returns the function that stops it. */
  onSignal(callback: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
  /** Ends the process at once. */
  exit(code: number): never;
}
