import 'reflect-metadata';
import type { Server } from 'node:http';
import type { LivenessEvent } from '@didit-liveness/core';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { AppModule } from './app.module.js';

/** Where the app listens, and whom it asks. */
export interface StartOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly apiKey: string;
  /** URL of a running emulator; undefined asks the real Didit. */
  readonly emulatorUrl: string | undefined;
  /** Gets what the gate tells. @defaultValue nobody does */
  readonly onEvent?: (event: LivenessEvent) => void;
  /** What Nest runs on. @defaultValue 'express' */
  readonly platform?: 'express' | 'fastify' | undefined;
}

/** A running app. */
export interface RunningApp {
  readonly url: string;
  /** Lets running requests finish. */
  readonly close: () => Promise<void>;
}

/** Starts the example on a loopback address. Rejects when the port is taken. */
export async function start({ port, apiKey, emulatorUrl, onEvent, platform }: StartOptions): Promise<RunningApp> {
  const module = AppModule.with({
    apiKey,
    ...(emulatorUrl === undefined ? {} : { baseUrl: emulatorUrl, allowInsecure: true }),
    policy: { warnings: { DUPLICATED_FACE: 'decline', POSSIBLE_DUPLICATED_FACE: 'decline' } },
    ...(onEvent ? { onEvent } : {}),
  });
  const adapter = platform === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
  const app = await NestFactory.create(module, adapter, { logger: ['warn', 'error', 'fatal'], abortOnError: false });
  app.use(setHeaders);
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, DOCUMENT));
  await app.listen(port, '127.0.0.1');
  return { url: await app.getUrl(), close: () => close(app) };
}

const DOCUMENT = new DocumentBuilder().setTitle('Signup with a liveness check').build();

/** What the middleware uses of a request and its answer, which are Node's own on both platforms. */
type Middleware = (
  request: { readonly url?: string },
  response: { setHeader: (name: string, value: string) => void; removeHeader: (name: string) => void },
  next: () => void,
) => void;

const setHeaders: Middleware = ({ url = '' }, response, next) => {
  // The page of Swagger brings its styles and pictures along in the text.
  const policy = url.startsWith('/docs') ? "default-src 'self' 'unsafe-inline' data:" : "default-src 'self'";
  response.setHeader('content-security-policy', policy);
  response.setHeader('x-content-type-options', 'nosniff');
  response.removeHeader('x-powered-by');
  next();
};

async function close(app: INestApplication): Promise<void> {
  const server: Server = app.getHttpServer();
  // Again and again: a connection whose answer was only just sent does not count as idle yet.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  await app.close();
  clearInterval(sweep);
}
