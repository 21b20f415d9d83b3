import { AsyncLocalStorage } from 'node:async_hooks';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { createLivenessGate, DiditClient, type LivenessRefusal } from '@didit-liveness/core';
import type { Context, Middleware } from 'koa';
import { pictureOf, sample } from '../../../test/support/pictures.js';
import { getFields, getLiveness, getSelfie, livenessErrorHandler, requireLiveness } from '../src/index.js';
import { KOAS, post, until, useBench } from './support/koa-app.js';

const bench = useBench();

describe('making a guard', () => {
  it('gives a middleware with a name', () => {
    expect(bench.guard().name).toBe('livenessMiddleware');
  });

  it('D01 throws without a key, and names the variable', () => {
    expect(() => requireLiveness({ apiKey: '' })).toThrow(/DIDIT_API_KEY/);
  });

  it.each([
    ['an unknown option', { treshold: 80 }, /threshold/],
    ['a threshold out of range', { threshold: 101 }, /101/],
    ['a timeout that is no number', { uploadTimeoutMs: '15s' }, /uploadTimeoutMs/],
    ['a format that does not exist', { accept: ['xml'] }, /accept/],
    [
      'a URL that is not https',
      { baseUrl: 'http://example.org' },
      /^requireLiveness\.baseUrl is http:\/\/example\.org/,
    ],
    ['a wrong circuit', { circuitBreaker: { openMs: 1 } }, /^requireLiveness\.circuitBreaker\.openMs is 1/],
  ])('throws for %s', (_, options, message) => {
    expect(() => requireLiveness({ apiKey: 'key', ...(options as object) })).toThrow(message);
  });

  it('shows a warning about the configuration where nobody listens for it', () => {
    // A process of its own: Jest gives tests another `process` than the one that gets warnings.
    const program = `
      import { requireLiveness } from '${new URL('../dist/esm/index.js', import.meta.url).href}';
      requireLiveness({ apiKey: 'key', policy: { warnings: { DUPLICATED_FACE: 'decline' } } });`;

    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });

    expect(stderr).toMatch(/DiditLivenessWarning: .*saveApiRequest/);
  });
});

describe.each(KOAS)('requireLiveness on %s', (_, Koa) => {
  it('runs the handler once for an approved selfie', async () => {
    const { handler, runs } = countingHandler();
    const { url } = await bench.serve(Koa, bench.guard(), handler);

    const response = await post(url, sample('approved.jpg'));

    expect(response.status).toBe(200);
    expect(await response.text()).toBe('approved');
    expect(runs()).toBe(1);
  });

  it.each([
    ['spoof', 403],
    ['no-face', 422],
    ['503', 503],
  ])('lets Koa answer %s with %i by itself, without an error handler', async (scenario, status) => {
    const { handler, runs } = countingHandler();
    const { url, errors } = await bench.serve(Koa, bench.guard(), handler);

    const response = await post(url, pictureOf(scenario));

    const [refusal] = errors;
    expect(refusal).toMatchObject({ name: 'LivenessRefusal', status, expose: true });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.has('retry-after')).toBe(status === 503);
    expect(await response.text()).toBe(refusal?.message);
    expect(runs()).toBe(0);
  });

  it('throws a refusal that middleware around it can catch', async () => {
    const { url } = await bench.serve(Koa, answerWithCode, bench.guard());

    const response = await post(url, pictureOf('low-score'));

    expect(response.status).toBe(400);
    expect(await response.text()).toBe('liveness-declined');
  });

  it('hands on what is thrown behind it as it is, and does not answer it with a refusal', async () => {
    const failure = Object.assign(new Error('The cup is short and stout'), { status: 418, expose: true });
    const { url, errors } = await bench.serve(Koa, livenessErrorHandler(), bench.guard({ onError: fail }), () =>
      Promise.reject(failure),
    );

    const response = await post(url, sample('approved.jpg'));

    expect(response.status).toBe(418);
    expect(errors).toEqual([failure]);
  });

  it('waits for what runs behind it', async () => {
    const order: string[] = [];
    const around: Middleware = async (__, next) => {
      await next();
      order.push('around');
    };
    const { url } = await bench.serve(Koa, around, bench.guard(), async (ctx) => {
      await new Promise(setImmediate);
      order.push('handler');
      ctx.body = 'done';
    });

    await post(url, sample('approved.jpg'));

    expect(order).toEqual(['handler', 'around']);
  });

  it('E22 keeps the context of asynchronous work', async () => {
    const storage = new AsyncLocalStorage<string>();
    const { url } = await bench.serve(
      Koa,
      (__, next) => storage.run('request-7', next),
      bench.guard({ validate: () => (storage.getStore() === 'request-7' ? {} : { context: 'lost' }) }),
      (ctx) => {
        ctx.body = storage.getStore();
      },
    );

    const response = await post(url, sample('approved.jpg'));

    expect(await response.text()).toBe('request-7');
  });

  it('gives the functions of the application the context', async () => {
    const guard = bench.guard({
      validate: ({ email }, ctx) => (email === 'ada@example.org' ? undefined : { email: ctx.path }),
      subject: async (ctx) => ctx.state['user'].id as string,
      hintText: (code, ctx) => `${code} (${ctx.state['user'].language})`,
    });
    const { url } = await bench.serve(Koa, livenessErrorHandler(), signIn, guard);

    const retake = await post(url, pictureOf('no-face'));
    const invalid = await post(url, sample('approved.jpg'), { fields: { email: 'nobody' } });

    expect(bench.emulator.calls()).toMatchObject([{ fields: { vendor_data: 'user-7' } }]);
    expect(await retake.json()).toMatchObject({ hints: [{ message: 'show-your-face (de)' }] });
    expect(await invalid.json()).toMatchObject({
      code: 'invalid-fields',
      hints: [{ code: 'email', message: '/signup' }],
    });
  });

  it.each(['validate', 'subject'])('stays closed when %s throws', async (name) => {
    const { handler, runs } = countingHandler();
    const { url, errors } = await bench.serve(Koa, livenessErrorHandler(), bench.guard({ [name]: fail }), handler);

    const response = await post(url, sample('approved.jpg'));

    expect(response.status).toBe(500);
    expect(errors).toEqual([expect.objectContaining({ message: 'This must not decide anything' })]);
    expect(runs()).toBe(0);
    expect(bench.emulator.calls()).toEqual([]);
  });

  it('lets onDeclined answer a decision that is no, and onError every other refusal', async () => {
    const { handler, runs } = countingHandler();
    const guard = bench.guard({
      onDeclined: (refusal, ctx) => {
        ctx.status = refusal.status;
        ctx.body = { declined: refusal.decision?.outcome, state: ctx.state.liveness ?? null };
      },
      onError: async (refusal, ctx) => {
        await Promise.resolve();
        ctx.status = refusal.status;
        ctx.body = { error: refusal.code };
      },
    });
    const { url } = await bench.serve(Koa, livenessErrorHandler(), guard, handler);

    const declined = await post(url, pictureOf('spoof'));
    const failed = await post(url, pictureOf('500'));

    expect([declined.status, await declined.json()]).toEqual([403, { declined: 'declined', state: null }]);
    expect([failed.status, await failed.json()]).toEqual([503, { error: 'liveness-unavailable' }]);
    expect(runs()).toBe(0);
  });

  it('leaves Koa to answer 404 when an override answers nothing', async () => {
    const { handler, runs } = countingHandler();
    const { url } = await bench.serve(Koa, bench.guard({ onDeclined: () => {} }), handler);

    const response = await post(url, pictureOf('spoof'));

    expect(response.status).toBe(404);
    expect(runs()).toBe(0);
  });

  it('A19 closes the connection with an early answer, also with that of an override', async () => {
    const { url } = await bench.serve(Koa, bench.guard({ onError: answerTooLarge }));

    const upload = httpRequest(url, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg', 'content-length': 50_000_000 },
    });
    upload.write(sample('approved.jpg'));
    const [response] = (await once(upload, 'response')) as [{ statusCode: number; headers: Record<string, string> }];
    upload.destroy();

    expect(response.statusCode).toBe(413);
    expect(response.headers['connection']).toBe('close');
  });

  it('A26 answers nothing and runs nothing when the client hung up during the call', async () => {
    const { handler, runs } = countingHandler();
    const { around, left } = recordRespond();
    const { url, errors } = await bench.serve(Koa, livenessErrorHandler(), around, bench.guard(), handler);
    const hangUp = new AbortController();
    const form = new FormData();
    form.set('selfie', new Blob([pictureOf('hang')]), 'selfie.jpg');

    const request = fetch(url, { method: 'POST', body: form, signal: hangUp.signal });
    await until(() => bench.emulator.calls().length === 1);
    hangUp.abort();

    await expect(request).rejects.toThrow();
    await until(() => left.length === 1);
    expect(left).toEqual([false]);
    expect(bench.events).toMatchObject([{ type: 'aborted', billed: 'unknown' }]);
    expect(runs()).toBe(0);
    expect(errors).toEqual([]);
  });

  it('A26 answers nothing and runs nothing when the client hung up during the upload', async () => {
    const { handler, runs } = countingHandler();
    const { around, left, entered } = recordRespond();
    const { url } = await bench.serve(Koa, around, bench.guard(), handler);
    const upload = httpRequest(url, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg', 'content-length': 100_000 },
    });
    upload.on('error', () => {}).write(sample('approved.jpg').subarray(0, 1_000));
    await until(() => entered() === 1);

    upload.destroy();

    await until(() => left.length === 1);
    expect(left).toEqual([false]);
    expect(bench.events).toMatchObject([{ type: 'aborted', billed: 'no' }]);
    expect(runs()).toBe(0);
    expect(bench.emulator.calls()).toEqual([]);
  });

  it('keeps requests that come at the same time apart', async () => {
    const { url } = await bench.serve(Koa, bench.guard(), (ctx) => {
      ctx.body = { email: getFields(ctx)['email'], type: getSelfie(ctx).mimetype };
    });
    const types = ['jpg', 'png', 'webp', 'tiff', 'jpg', 'webp'];

    const responses = await Promise.all(
      types.map((type, index) => post(url, sample(`approved.${type}`), { fields: { email: `${index}@example.org` } })),
    );

    const mimetypes = types.map((type) => `image/${type.replace('jpg', 'jpeg')}`);
    expect(await Promise.all(responses.map((response) => response.json()))).toEqual(
      mimetypes.map((type, index) => ({ email: `${index}@example.org`, type })),
    );
  });

  it('shares a gate with other routes', async () => {
    const client = new DiditClient({ apiKey: 'key', baseUrl: bench.emulator.url, allowInsecure: true });
    const gate = createLivenessGate({ client });
    const { handler, runs } = countingHandler();
    const { url } = await bench.serve(Koa, requireLiveness({ gate }), handler);

    const response = await post(url, sample('approved.jpg'));
    await gate.close();

    expect(response.status).toBe(200);
    expect(runs()).toBe(1);
  });

  it('E20 runs the handler only when both of two guards let the request pass', async () => {
    const { handler, runs } = countingHandler();
    const { url } = await bench.serve(
      Koa,
      livenessErrorHandler(),
      bench.guard(),
      bench.guard({ validate: ({ email }) => (email === 'ada@example.org' ? {} : { email: 'Unknown' }) }),
      handler,
    );

    const known = await post(url, sample('approved.jpg'));
    const unknown = await post(url, sample('approved.jpg'), { fields: { email: 'eve@example.org' } });

    expect([known.status, unknown.status]).toEqual([200, 422]);
    expect(bench.emulator.calls()).toHaveLength(2);
    expect(runs()).toBe(1);
  });

  it('guards over HTTP/2 as well', async () => {
    const { handler, runs } = countingHandler();
    const app = new Koa();
    app
      .use(livenessErrorHandler())
      .use(bench.guard({ uploadTimeoutMs: 5_000 }))
      .use(handler);
    const handle = app.callback();
    const server = createHttp2Server((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

    const statuses: unknown[] = [];
    for (const picture of [sample('approved.jpg'), pictureOf('spoof'), Buffer.from('%PDF-1.7')]) {
      const stream = session.request({ ':method': 'POST', ':path': '/signup', 'content-type': 'image/jpeg' });
      stream.end(picture);
      const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
      statuses.push(headers[':status']);
      stream.resume();
      await once(stream, 'close');
    }
    session.close();
    server.close();
    await once(server, 'close');

    expect(statuses).toEqual([200, 403, 415]);
    expect(runs()).toBe(1);
  });
});

/** A handler that counts how often it ran. */
function countingHandler(): { readonly handler: Middleware; readonly runs: () => number } {
  let runs = 0;
  const handler: Middleware = (ctx) => {
    runs += 1;
    ctx.body = getLiveness(ctx).outcome;
  };
  return { handler, runs: () => runs };
}

/** Middleware around a guard that notes what was left in `ctx.respond`. */
function recordRespond(): {
  readonly around: Middleware;
  readonly entered: () => number;
  readonly left: readonly (boolean | undefined)[];
} {
  const left: (boolean | undefined)[] = [];
  let entered = 0;
  const around: Middleware = async (ctx, next) => {
    entered += 1;
    await next();
    left.push(ctx.respond);
  };
  return { around, entered: () => entered, left };
}

const signIn: Middleware = (ctx, next) => {
  ctx.state['user'] = { id: 'user-7', language: 'de' };
  return next();
};

const answerWithCode: Middleware = async (ctx, next) => {
  try {
    await next();
  } catch (error) {
    ctx.status = 400;
    ctx.body = (error as { readonly code?: unknown }).code;
  }
};

function answerTooLarge(_: LivenessRefusal, ctx: Context): void {
  ctx.status = 413;
  ctx.body = 'Smaller, please';
}

function fail(): never {
  throw new Error('This must not decide anything');
}
