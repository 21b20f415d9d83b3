import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DESIGN_NAMES, DESIGNS } from '../src/catalogue.js';
import type { Spent } from '../src/collections.js';
import { checkForwarding } from '../src/forwarding-check.js';
import { HttpConnection } from '../src/http-connection.js';
import { Load } from '../src/load.js';
import { createPicture, digestOf } from '../src/picture.js';
import { Stage } from '../src/stage.js';
import { uploadRequest } from '../src/upload-request.js';

const PICTURE = createPicture(200 * 1024);

describe('the servers of the bench', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open({ designs: DESIGN_NAMES });
  }, 120_000);

  afterAll(async () => {
    await stage.close();
  });

  it.each(DESIGN_NAMES)('%s sends on exactly the picture that it was given, once, and answers 201', async (name) => {
    await stage.behave({ checks: true });
    const connection = await HttpConnection.open(stage.server(name).url);

    const { status } = await connection.exchange(uploadRequest('/signup', PICTURE, 7));
    connection.close();

    expect(status).toBe(201);
    expect(await stage.upstream.ask('digests')).toEqual(DESIGNS[name].calls ? [digestOf(PICTURE, 7)] : []);
  });

  it('tell the CPU and the memory that they have used', async () => {
    const server = stage.server('guard-express');

    expect(await server.ask<number>('cpu')).toBeGreaterThan(1);
    expect(await server.ask<number>('peak-rss')).toBeGreaterThan((await server.ask<number>('rss')) / 2);
  });

  it('tell how often they have collected garbage, and what of their CPU is that of JavaScript', async () => {
    const server = stage.server('guard-express');
    const before = await server.ask<Spent>('spent');
    const load = await Load.open({ url: server.url, picture: PICTURE }, 1);
    await load.oneByOne(400);
    load.close();

    const after = await server.ask<Spent>('spent');

    expect(after.minor).toBeGreaterThan(before.minor);
    expect(after.mainMs).toBeGreaterThan(before.mainMs);
    // The main thread is counted in ticks of 10 ms.
    expect(after.cpuMs - before.cpuMs).toBeGreaterThan(after.mainMs - before.mainMs - 20);
  });

  it('fail a question that they do not know', async () => {
    await expect(stage.upstream.ask('fortune')).rejects.toThrow('nobody answers fortune');
  });
});

describe('a stage with TLS', () => {
  it('is reached by the guard and by global fetch, which trust its certificate', async () => {
    const stage = await Stage.open({ designs: ['guard-express', 'express-fetch'], tls: true });

    try {
      expect(stage.upstream.url).toMatch(/^https:/);
      await expect(checkForwarding(stage, [50 * 1024])).resolves.toBeUndefined();
    } finally {
      await stage.close();
    }
  }, 60_000);
});
