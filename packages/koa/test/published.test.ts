import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Middleware } from 'koa';
import { sample } from '../../../test/support/pictures.js';
import { getFields, getLiveness, getSelfie } from '../src/index.js';
import { KOAS, post, useBench } from './support/koa-app.js';

const bench = useBench();

describe.each(KOAS)('what a handler finds on %s', (_, Koa) => {
  it('is the same by name and by function', async () => {
    const { url } = await bench.serve(Koa, bench.guard(), (ctx) => {
      const request = ctx.request as { readonly file?: unknown; readonly body?: unknown };
      ctx.body = {
        liveness: ctx.state.liveness === getLiveness(ctx),
        file: ctx['file'] === getSelfie(ctx),
        requestFile: request.file === getSelfie(ctx),
        fields: request.body === getFields(ctx),
      };
    });

    const response = await post(url, sample('approved.jpg'));

    expect(await response.json()).toEqual({ liveness: true, file: true, requestFile: true, fields: true });
  });

  it('P4 is the picture that was judged, and the fields that came with it', async () => {
    const picture = sample('approved.webp');
    const { url } = await bench.serve(Koa, bench.guard({ field: 'face' }), (ctx) => {
      const file = getSelfie(ctx);
      const sha256 = createHash('sha256').update(file.buffer).digest('hex');
      ctx.body = { file, sha256, judged: getLiveness(ctx).imageSha256, fields: getFields(ctx) };
    });

    const response = await post(url, picture, { files: ['face'], fields: { email: 'ada@example.org', plan: 'free' } });

    const sha256 = createHash('sha256').update(picture).digest('hex');
    expect(await response.json()).toEqual({
      file: {
        fieldname: 'face',
        originalname: 'selfie.webp',
        encoding: '7bit',
        mimetype: 'image/webp',
        size: picture.length,
      },
      sha256,
      judged: sha256,
      fields: { email: 'ada@example.org', plan: 'free' },
    });
  });

  it('G12 cannot be changed, nor made up', async () => {
    const { url } = await bench.serve(Koa, bench.guard(), (ctx) => {
      const { liveness } = ctx.state;
      Object.assign(ctx.state, { liveness: { outcome: 'approved', requestId: 'forged' } });
      ctx.body = { frozen: Object.isFrozen(liveness), kept: getLiveness(ctx) === liveness };
    });

    const response = await post(url, sample('approved.jpg'));

    expect(await response.json()).toEqual({ frozen: true, kept: true });
  });

  it.each([
    ['getLiveness', getLiveness],
    ['getSelfie', getSelfie],
    ['getFields', getFields],
  ])('is nothing on a route without a guard: %s throws', async (__, read) => {
    const { url, errors } = await bench.serve(Koa, forge, (ctx) => {
      ctx.body = read(ctx);
    });

    const response = await post(url, sample('approved.jpg'));

    expect(response.status).toBe(500);
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining('requireLiveness()') })]);
  });
});

const forge: Middleware = (ctx, next) => {
  Object.assign(ctx.state, { liveness: { outcome: 'approved' } });
  return next();
};
