import { createHash } from 'node:crypto';
import type { INestApplication, ModuleMetadata, Type } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import { MARKED_FILE_NAME, MARKED_KEY } from '../../../../test/support/canary.js';
import { createEmulator, type Emulator } from '@didit-liveness/emulator';

/** A running application and the emulator it asks. */
export interface TestApp {
  readonly app: INestApplication;
  readonly emulator: Emulator;
  readonly url: string;
  readonly paidCalls: () => number;
  readonly close: () => Promise<void>;
}

/** How the emulator is reached. */
export interface Connection {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly allowInsecure: true;
}

/** How to start one; `metadata` gets the options that lead to the emulator. */
export interface TestAppOptions {
  readonly adapter: AbstractHttpAdapter;
  readonly metadata: (liveness: Connection) => ModuleMetadata;
  /** Runs before the application listens. */
  readonly configure?: (app: INestApplication) => unknown;
}

/** Starts an application with real HTTP on both sides. */
export async function startApp({ adapter, metadata, configure }: TestAppOptions): Promise<TestApp> {
  const emulator = await createEmulator();
  const options = { apiKey: MARKED_KEY, baseUrl: emulator.url, allowInsecure: true } as const;
  const app = await NestFactory.create(moduleOf(metadata(options)), adapter, { logger: false, abortOnError: false });
  await configure?.(app);
  await app.listen(0, '127.0.0.1');
  return {
    app,
    emulator,
    url: await app.getUrl(),
    paidCalls: () => emulator.calls().filter(({ billed }) => billed).length,
    close: async () => {
      app.getHttpServer().closeAllConnections();
      await app.close();
      await emulator.close();
    },
  };
}

/** A module class with this metadata. */
export function moduleOf(metadata: ModuleMetadata): Type {
  @Module(metadata)
  class TestModule {}
  return TestModule;
}

/** A form with a picture and text fields. */
export function formOf(picture: Uint8Array | undefined, fields: Readonly<Record<string, string>> = {}): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  if (picture) form.append('selfie', new Blob([picture], { type: 'image/jpeg' }), MARKED_FILE_NAME);
  return form;
}

/** Status and JSON of an answer. */
export async function post(
  url: string,
  body: NonNullable<RequestInit['body']>,
  headers: Record<string, string> = {},
): Promise<{ readonly status: number; readonly headers: Headers; readonly body: Record<string, unknown> }> {
  const response = await fetch(url, { method: 'POST', body, headers });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

/** SHA-256 in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
