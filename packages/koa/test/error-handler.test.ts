import { describe, expect, it } from '@jest/globals';
import type { Middleware } from 'koa';
import { pictureOf, sample } from '../../../test/support/pictures.js';
import { livenessErrorHandler } from '../src/index.js';
import { KOAS, post, until, useBench } from './support/koa-app.js';

const bench = useBench();

describe.each(KOAS)('livenessErrorHandler on %s', (_, Koa) => {
  it('answers a refusal with its status, headers and problem', async () => {
    const { url, errors } = await bench.serve(Koa, livenessErrorHandler(), bench.guard());

    const response = await post(url, pictureOf('503'));

    expect(response.status).toBe(503);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'retry-after': expect.stringMatching(/^\d+$/),
    });
    expect(await response.json()).toMatchObject({ code: 'liveness-unavailable', status: 503, retryable: false });
    expect(errors).toEqual([]);
  });

  it('keeps what middleware before it set', async () => {
    const { url } = await bench.serve(Koa, withPolicy, livenessErrorHandler(), bench.guard());

    const response = await post(url, pictureOf('spoof'));

    expect(response.status).toBe(403);
    expect(response.headers.get('content-security-policy')).toBe("default-src 'self'");
  });

  it('replaces what a route had begun to answer', async () => {
    const { url } = await bench.serve(Koa, livenessErrorHandler(), hasty, bench.guard());

    const response = await post(url, pictureOf('spoof'));

    expect(response.status).toBe(403);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await response.json()).toMatchObject({ code: 'liveness-declined' });
  });

  it('throws every other error on', async () => {
    const failure = new Error('The database is gone');
    const { url, errors } = await bench.serve(Koa, livenessErrorHandler(), bench.guard(), () => {
      throw failure;
    });

    const response = await post(url, sample('approved.jpg'));

    expect(response.status).toBe(500);
    expect(await response.text()).toBe('Internal Server Error');
    expect(errors).toEqual([failure]);
  });

  it('throws a refusal on when the answer has begun', async () => {
    const { url } = await bench.serve(Koa, begun, livenessErrorHandler(), bench.guard());

    const response = await post(url, pictureOf('spoof'));

    expect(await response.text()).toBe('begun, LivenessRefusal');
  });

  it('throws a refusal on when nobody is left to answer', async () => {
    const guard = bench.guard({
      validate: (_fields, ctx) => {
        ctx.res.destroy();
        return { email: 'Too late to say so.' };
      },
    });
    const { url, errors } = await bench.serve(Koa, livenessErrorHandler(), guard);

    await expect(post(url, sample('approved.jpg'))).rejects.toThrow();

    await until(() => errors.length > 0);
    expect(errors[0]).toMatchObject({ name: 'LivenessRefusal', code: 'invalid-fields' });
  });

  it('answers where the handler would have written to the response by itself', async () => {
    const { url } = await bench.serve(Koa, livenessErrorHandler(), bypass, bench.guard());

    const response = await post(url, pictureOf('no-face'));

    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: 'selfie-retake' });
  });
});

const withPolicy: Middleware = (ctx, next) => {
  ctx.set('content-security-policy', "default-src 'self'");
  return next();
};

const hasty: Middleware = (ctx, next) => {
  ctx.body = '<p>Welcome</p>';
  return next();
};

const begun: Middleware = async (ctx, next) => {
  ctx.respond = false;
  ctx.res.write('begun, ');
  await next().catch((error: Error) => ctx.res.end(error.name));
};

const bypass: Middleware = (ctx, next) => {
  ctx.respond = false;
  return next();
};
