import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createEmulator, type Emulator } from '@didit-liveness/emulator';
import { livenessErrorHandler, requireLiveness } from '@didit-liveness/express';
import { requireLiveness as requireLivenessInKoa } from '@didit-liveness/koa';
import express from 'express';
import Koa from 'koa';
import { FORM_TYPE } from '../../packages/upload/test/support/forms.js';
import { type ListeningHost, listen } from '../contract/listening.js';
import { GOOD_FORM } from './pictures.js';
import { RawClient } from './raw-client.js';
import { headOf, requestOf } from './raw-request.js';

const OWN_ORIGIN = 'https://shop.example';
const isForeign = (origin: string | undefined) => origin !== undefined && origin !== OWN_ORIGIN;

/** The same check in front of the guard in two frameworks, as the documents advise. */
const HOSTS: readonly (readonly [
  name: string,
  start: (baseUrl: string, onHandled: () => void) => Promise<ListeningHost>,
])[] = [
  [
    'Express',
    (baseUrl, onHandled) => {
      const app = express();
      app.use((request, response, next) => {
        if (isForeign(request.get('origin'))) response.status(403).end();
        else next();
      });
      app.post(
        '/signup',
        requireLiveness({ apiKey: 'hostile-key', baseUrl, allowInsecure: true }),
        (_request, response) => {
          onHandled();
          response.status(201).end();
        },
      );
      app.use(livenessErrorHandler());
      return listen(app, () => 0);
    },
  ],
  [
    'Koa',
    (baseUrl, onHandled) => {
      const app = new Koa();
      app.use(async (ctx, next) => {
        if (isForeign(ctx.get('origin') || undefined)) ctx.status = 403;
        else await next();
      });
      app.use(requireLivenessInKoa({ apiKey: 'hostile-key', baseUrl, allowInsecure: true }));
      app.use((ctx) => {
        onHandled();
        ctx.status = 201;
      });
      const handle = app.callback();
      return listen(
        (request, response) => void handle(request, response),
        () => 0,
      );
    },
  ],
];

describe.each(HOSTS)('a form of another site on %s', (_name, start) => {
  let emulator: Emulator;
  let host: ListeningHost;
  let handled = 0;
  beforeAll(async () => {
    emulator = await createEmulator();
    host = await start(emulator.url, () => (handled += 1));
  });
  afterEach(() => {
    handled = 0;
    emulator.reset();
  });
  afterAll(async () => {
    await host.close();
    await emulator.close();
  });

  async function statusOf(request: Uint8Array): Promise<number | undefined> {
    const client = await RawClient.open(host.url);
    await client.write(request);
    const { answers } = await client.answered();
    client.close();
    return answers[0]?.status;
  }

  it('A30 costs nothing behind a check of the origin, and is not even read', async () => {
    const headers = { 'Content-Type': FORM_TYPE, Origin: 'https://evil.example' };

    expect(await statusOf(requestOf(GOOD_FORM, { headers }))).toBe(403);
    expect(await statusOf(headOf({ headers: { ...headers, 'Content-Length': 5_000_000 } }))).toBe(403);
    expect(emulator.calls()).toEqual([]);
    expect(handled).toBe(0);
  });

  it.each([OWN_ORIGIN, undefined])('A30 lets a form from %s pass such a check', async (origin) => {
    expect(await statusOf(requestOf(GOOD_FORM, { headers: { 'Content-Type': FORM_TYPE, Origin: origin } }))).toBe(201);
    expect(handled).toBe(1);
  });
});
