import { describe, expect, it } from '@jest/globals';
import type { Context, Middleware } from 'koa';
import { pictureOf, sample } from '../../../test/support/pictures.js';
import { getLiveness, livenessErrorHandler } from '../src/index.js';
import { KOAS, post, until, useBench } from './support/koa-app.js';

const bench = useBench();

describe.each(KOAS)('the guard in the flow of %s', (_, Koa) => {
  it('G10 has ended when its promise has: nothing runs behind the back of middleware that waits', async () => {
    const order: string[] = [];
    const { url } = await bench.serve(Koa, livenessErrorHandler(), noting(order), bench.guard(), answering(order));

    await post(url, sample('approved.jpg'));
    await post(url, pictureOf('spoof'));

    expect(order).toEqual(['before', 'handler', 'resolved', 'before', 'rejected']);
  });

  it('G10 stays closed where nobody waits for it, and its refusal is there for whoever looks later', async () => {
    const order: string[] = [];
    const refusals: unknown[] = [];
    const careless: Middleware = (ctx, next) => {
      ctx.status = 202;
      void next().catch((error: unknown) => refusals.push(error));
    };
    const { url } = await bench.serve(Koa, careless, bench.guard(), answering(order));

    const response = await post(url, pictureOf('spoof'));
    await until(() => refusals.length === 1);

    expect(response.status).toBe(202);
    expect(refusals).toMatchObject([{ code: 'liveness-declined', status: 403 }]);
    expect(order).toEqual([]);
  });

  it('G10 runs the handler with a verdict also where nobody waits for it', async () => {
    const outcomes: string[] = [];
    const careless: Middleware = (ctx, next) => {
      ctx.status = 202;
      void next();
    };
    const { url } = await bench.serve(Koa, careless, bench.guard(), (ctx) => {
      outcomes.push(getLiveness(ctx).outcome);
    });

    await post(url, sample('approved.jpg'));
    await until(() => outcomes.length === 1);

    expect(outcomes).toEqual(['approved']);
  });

  it.each([true, false])('G10 answers refusals alike where the application is silent: %s', async (silent) => {
    const order: string[] = [];
    const quiet: Middleware = (ctx, next) => {
      ctx.app.silent = silent;
      return next();
    };
    const { url, errors } = await bench.serve(Koa, quiet, bench.guard(), answering(order));

    const response = await post(url, pictureOf('no-face'));

    expect(response.status).toBe(422);
    expect(errors).toMatchObject([{ code: 'selfie-retake', expose: true }]);
    expect(order).toEqual([]);
  });

  it('G10 answers a refusal although the application meant to write the answer by itself', async () => {
    const takeOver: Middleware = (ctx, next) => {
      ctx.respond = false;
      return next();
    };
    const { url } = await bench.serve(Koa, livenessErrorHandler(), takeOver, bench.guard());

    const response = await post(url, pictureOf('spoof'));

    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'liveness-declined' });
  });

  it('E21 does not run again when middleware calls next twice', async () => {
    const order: string[] = [];
    const { url, errors } = await bench.serve(Koa, twice, bench.guard(), answering(order));

    const response = await post(url, sample('approved.jpg'));

    expect(response.status).toBe(500);
    expect(errors).toMatchObject([{ message: 'next() called multiple times' }]);
    expect(order).toEqual(['handler']);
    expect(bench.emulator.calls()).toHaveLength(1);
  });

  it('G11 G10 reads neither the host nor an address from headers to decide', async () => {
    const asked: unknown[] = [];
    const { url } = await bench.serve(Koa, watching(asked), bench.guard(), answering([]));

    await post(url, sample('approved.jpg'));

    expect(asked).toEqual([]);
  });
});

function noting(order: string[]): Middleware {
  return async (_, next) => {
    order.push('before');
    try {
      await next();
      order.push('resolved');
    } catch (error) {
      order.push('rejected');
      throw error;
    }
  };
}

function answering(order: string[]): Middleware {
  return async (ctx) => {
    await new Promise(setImmediate);
    order.push('handler');
    ctx.body = getLiveness(ctx).outcome;
  };
}

const twice: Middleware = async (_, next) => {
  await next();
  await next();
};

/** Notes every question after something that a client can write as it likes. */
function watching(asked: unknown[]): Middleware {
  return (ctx: Context, next) => {
    for (const name of [
      'host',
      'hostname',
      'origin',
      'href',
      'ip',
      'ips',
      'protocol',
      'subdomains',
      'secure',
    ] as const) {
      const get = (): undefined => void asked.push(name);
      Object.defineProperty(ctx, name, { get });
      Object.defineProperty(ctx.request, name, { get });
    }
    return next();
  };
}
