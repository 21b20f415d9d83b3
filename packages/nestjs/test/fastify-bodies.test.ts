import 'reflect-metadata';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, type INestApplication, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { LivenessGuard, LivenessModule } from '../src/index.js';
import { SELFIE } from '../src/testing.js';
import { formOf, moduleOf, post } from './support/app.js';

@Controller()
class EchoController {
  @Post('echo')
  echo(@Body() body: unknown) {
    return { body: Buffer.isBuffer(body) ? body.length : (body ?? null) };
  }

  @Post('guarded')
  @LivenessGuard()
  guarded() {}
}

let app: INestApplication | undefined;

afterEach(async () => {
  app?.getHttpServer().closeAllConnections();
  await app?.close();
});

async function start(configure: (adapter: FastifyAdapter) => unknown = () => {}): Promise<string> {
  const adapter = new FastifyAdapter();
  const imports = ['one', 'two'].map((name) => LivenessModule.forRoot({ apiKey: 'key', name }));
  imports.push(LivenessModule.forRoot({ apiKey: 'key' }));
  app = await NestFactory.create(moduleOf({ imports, controllers: [EchoController] }), adapter, { logger: false });
  await configure(adapter);
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

describe('FastifyBodies', () => {
  it('leaves JSON, text and what nobody parses to Fastify', async () => {
    const url = await start();

    const json = await post(`${url}/echo`, '{"a":1}', { 'content-type': 'application/json' });
    expect(json.body).toEqual({ body: { a: 1 } });
    expect((await post(`${url}/echo`, 'x', { 'content-type': 'text/plain' })).body).toEqual({ body: 'x' });
    expect((await post(`${url}/echo`, 'x', { 'content-type': 'application/pdf' })).status).toBe(415);
  });

  it('gives unguarded handlers no body of a form, as Express does', async () => {
    const url = await start();

    expect(await post(`${url}/echo`, formOf(SELFIE))).toMatchObject({ status: 201, body: { body: null } });
  });

  it('gives way to a parser of the application, named or for everything', async () => {
    const named = await start((adapter) =>
      adapter
        .getInstance()
        .addContentTypeParser('image/png', { parseAs: 'buffer' }, (_, body, done) => done(null, body)),
    );
    const png = await post(`${named}/echo`, SELFIE, { 'content-type': 'image/png' });
    expect(png.body).toEqual({ body: SELFIE.length });
    await app?.close();

    const everything = await start((adapter) =>
      adapter.getInstance().addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body)),
    );
    const webp = await post(`${everything}/echo`, SELFIE, { 'content-type': 'image/webp' });
    expect(webp.body).toEqual({ body: SELFIE.length });
    expect(await post(`${everything}/guarded`, 'GIF89a', { 'content-type': 'image/gif' })).toMatchObject({
      status: 415,
    });
  });
});
