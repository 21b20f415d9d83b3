import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, rm, unlink } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Middleware } from 'koa';
import { koaBody } from 'koa-body';
import { sample } from '../../../test/support/pictures.js';
import { getLiveness, getSelfie, livenessErrorHandler } from '../src/index.js';
import { KOAS, post, useBench } from './support/koa-app.js';

/** @koa/multer has no types of its own. */
interface KoaMulter {
  (options?: {
    readonly dest: string;
  }): Readonly<
    Record<'single' | 'array', (field: string) => Middleware> &
      Record<'any' | 'none', () => Middleware> &
      Record<'fields', (fields: readonly { readonly name: string }[]) => Middleware>
  >;
}

const require = createRequire(import.meta.url);
const koaMulter = require('@koa/multer') as KoaMulter;
const multer = require('multer') as () => { single(field: string): NodeMiddleware };

type NodeMiddleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

/** Multer by hand: everything stays on the Node request. */
const plainMulter: Middleware = async (ctx, next) => {
  await new Promise((resolve) => multer().single('selfie')(ctx.req, ctx.res, resolve));
  await next();
};

const PICTURE = sample('approved.png');
const SHA256 = createHash('sha256').update(PICTURE).digest('hex');

const bench = useBench();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'didit-liveness-koa-'));
});

afterAll(() => rm(folder, { recursive: true }));

const onDisk = () => ({ formidable: { uploadDir: folder } });

describe.each(KOAS)('a guard after an upload middleware on %s', (_, Koa) => {
  const serve = (...middleware: readonly Middleware[]) =>
    bench.serve(Koa, livenessErrorHandler(), ...middleware, bench.guard(), (ctx) => {
      const { fieldname, mimetype, buffer } = getSelfie(ctx);
      const sha256 = createHash('sha256').update(buffer).digest('hex');
      const isPublished = ctx['file'] === getSelfie(ctx);
      const { body } = ctx.request as { readonly body?: unknown };
      ctx.body = { fieldname, mimetype, sha256, isPublished, judged: getLiveness(ctx).imageSha256, fields: body };
    });

  it.each<[string, () => Middleware]>([
    ['@koa/multer single()', () => koaMulter().single('selfie')],
    ['@koa/multer array()', () => koaMulter().array('selfie')],
    ['@koa/multer fields()', () => koaMulter().fields([{ name: 'selfie' }])],
    ['@koa/multer any()', () => koaMulter().any()],
    ['@koa/multer, stored on disk', () => koaMulter({ dest: folder }).single('selfie')],
    ['multer by hand', () => plainMulter],
    ['koa-body', () => koaBody({ multipart: true, ...onDisk() })],
    ['koa-body on the Node request', () => koaBody({ multipart: true, patchNode: true, patchKoa: false, ...onDisk() })],
    ['a parser that leaves forms alone', () => koaBody({ multipart: false })],
  ])('judges the file and keeps the fields of %s', async (__, parser) => {
    const { url } = await serve(parser());

    const response = await post(url, PICTURE);

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      fieldname: 'selfie',
      mimetype: 'image/png',
      sha256: SHA256,
      isPublished: true,
      judged: SHA256,
      fields: { email: 'ada@example.org' },
    });
    expect(bench.emulator.calls()).toMatchObject([{ image: { sha256: SHA256 }, billed: true }]);
  });

  it.each<[string, () => Middleware, readonly string[], string]>([
    ['no file', () => koaBody({ multipart: true, ...onDisk() }), [], 'selfie-missing'],
    ['no file', () => koaMulter().single('selfie'), [], 'selfie-missing'],
    ['a file in another field', () => koaBody({ multipart: true, ...onDisk() }), ['avatar'], 'selfie-missing'],
    ['a file in another field', () => koaMulter().any(), ['avatar'], 'selfie-missing'],
    ['two files', () => koaBody({ multipart: true, ...onDisk() }), ['selfie', 'selfie'], 'selfie-duplicated'],
    ['two files', () => koaMulter().array('selfie'), ['selfie', 'selfie'], 'selfie-duplicated'],
  ])('P6 refuses %s without a call', async (__, parser, files, code) => {
    const { url } = await serve(parser());

    const response = await post(url, PICTURE, { files });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code });
    expect(bench.emulator.calls()).toEqual([]);
  });

  it('refuses a stored file that is not as long as the one that was received', async () => {
    const { url } = await serve(koaBody({ multipart: true, ...onDisk() }), async (ctx, next) => {
      await appendFile(storedSelfie(ctx.request), 'more');
      await next();
    });

    const response = await post(url, PICTURE);

    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: 'selfie-unreadable' });
    expect(bench.emulator.calls()).toEqual([]);
  });

  it('says what is wrong when the stored file is gone, without its name', async () => {
    const { url, errors } = await serve(koaBody({ multipart: true, ...onDisk() }), async (ctx, next) => {
      await unlink(storedSelfie(ctx.request));
      await next();
    });

    const response = await post(url, PICTURE);

    expect(response.status).toBe(500);
    expect(errors).toEqual([expect.objectContaining({ code: 'request-body-consumed' })]);
    expect(String(errors[0])).not.toContain(folder);
  });

  it('G08 says at once that the body is gone when nothing was left of it', async () => {
    const { url, errors } = await serve(async (ctx, next) => {
      await text(ctx.req);
      await next();
    });

    const response = await post(url, PICTURE);

    expect(response.status).toBe(500);
    expect(errors).toEqual([expect.objectContaining({ code: 'request-body-consumed' })]);
    expect(bench.emulator.calls()).toEqual([]);
  });

  it('takes a picture out of JSON that was parsed before, where the route accepts it', async () => {
    const guard = bench.guard({ accept: ['json'] });
    const { url } = await bench.serve(Koa, koaBody({ jsonLimit: '10mb' }), guard, (ctx) => {
      ctx.body = getLiveness(ctx).imageSha256;
    });

    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ada@example.org', selfie: PICTURE.toString('base64') }),
    });

    expect(await response.text()).toBe(SHA256);
  });

  it('leaves the Node request as it found it', async () => {
    const { url } = await bench.serve(Koa, koaMulter().single('selfie'), bench.guard(), (ctx) => {
      ctx.body = ['file', 'files', 'body'].filter((name) => name in ctx.req);
    });

    const response = await post(url, PICTURE);

    expect(await response.json()).toEqual([]);
  });
});

/** Where koa-body stored the selfie. */
function storedSelfie(request: object): string {
  const { files } = request as { readonly files: { readonly selfie: { readonly filepath: string } } };
  return files.selfie.filepath;
}
