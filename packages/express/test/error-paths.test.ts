import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { LivenessRefusal } from '@didit-liveness/core';
import express5, { type ErrorRequestHandler, type RequestHandler } from 'express';
import express4 from 'express4';
import { pictureOf, sample } from '../../../test/support/pictures.js';
import { getLiveness, type LivenessOptions, requireLiveness } from '../src/index.js';
import { type Fixture, post, startFixture } from './host.js';

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture();
});

afterEach(() => {
  fixture.emulator.reset();
});

afterAll(async () => {
  await fixture.close();
});

describe.each([
  ['Express 4', express4],
  ['Express 5', express5],
])('errors of the guard on %s', (_, express) => {
  let handled = 0;
  afterEach(() => {
    handled = 0;
  });
  const guard = (options: LivenessOptions = {}) => requireLiveness({ ...fixture.options, ...options });
  const handler: RequestHandler = (request, response) => {
    handled += 1;
    response.status(201).json({ outcome: getLiveness(request).outcome });
  };
  /** Express tells errors in tests on standard error unless the application takes them. */
  const quiet: ErrorRequestHandler = (error: { readonly status?: number }, _request, response, _next) => {
    response.status(error.status ?? 500).end();
  };

  it('G06 reach next with status, expose and headers, for others to answer', async () => {
    const errors: LivenessRefusal[] = [];
    const url = await fixture.serve((app) => {
      app.post('/', guard(), handler);
      app.use(((error: LivenessRefusal, _request, response, _next) => {
        errors.push(error);
        response.status(error.status).end();
      }) satisfies ErrorRequestHandler);
    }, express);

    const answer = await post(url, pictureOf('503'));

    expect(answer.status).toBe(503);
    expect(errors).toMatchObject([{ status: 503, expose: true, headers: { 'cache-control': 'no-store' } }]);
    expect(handled).toBe(0);
  });

  it.each(['onDeclined', 'onError', 'validate', 'subject'] as const)(
    'G06 reach next when %s throws or rejects, and leave the server up',
    async (option) => {
      const failures = [
        () => {
          throw Object.assign(new Error('thrown'), { status: 418 });
        },
        () => Promise.reject(Object.assign(new Error('rejected'), { status: 418 })),
      ];
      const url = await fixture.serve((app) => {
        for (const [index, fail] of failures.entries()) app.post(`/${index}`, guard({ [option]: fail }), handler);
        app.post('/good', guard(), handler);
        app.use(quiet);
      }, express);
      const picture = option === 'onError' ? pictureOf('500') : pictureOf('spoof');

      expect((await post(`${url}/0`, picture)).status).toBe(418);
      expect((await post(`${url}/1`, picture)).status).toBe(418);
      expect(handled).toBe(0);
      expect((await post(`${url}/good`, sample('approved.jpg'))).status).toBe(201);
    },
  );

  it('G07 do not run the handler of the route when an error handler swallows them', async () => {
    const swallow: ErrorRequestHandler = (_error, _request, _response, next) => next();
    const url = await fixture.serve((app) => {
      app.post('/', guard(), handler);
      app.use(swallow);
      app.use((_request, response) => {
        response.status(404).end();
      });
    }, express);

    expect((await post(url, pictureOf('spoof'))).status).toBe(404);
    expect((await post(url, pictureOf('500'))).status).toBe(404);
    expect(handled).toBe(0);
  });

  it('G07 G12 leave no result for a handler that an error handler inside the route leads to', async () => {
    const swallow: ErrorRequestHandler = (_error, _request, _response, next) => next();
    const url = await fixture.serve((app) => {
      app.post('/', guard(), swallow, handler);
      app.use(quiet);
    }, express);

    const answer = await post(url, pictureOf('spoof'));

    // It runs, as Express promises, and fails at the first question after the result.
    expect(handled).toBe(1);
    expect(answer.status).toBe(500);
  });

  it('E21 E20 run each handler once behind middleware that calls next twice, and pay once', async () => {
    const others: unknown[] = [];
    const hasty: RequestHandler = (_request, _response, next) => {
      next();
      next();
    };
    const url = await fixture.serve((app) => {
      app.use(hasty);
      app.post('/', guard(), handler);
      // Where the second call of next leads.
      app.post('/', guard(), (request) => {
        others.push(getLiveness(request).outcome);
      });
    }, express);

    const answer = await post(url, sample('approved.jpg'));

    expect(answer.status).toBe(201);
    await until(() => others.length > 0);
    expect(handled).toBe(1);
    expect(others).toEqual(['approved']);
    expect(fixture.emulator.calls()).toHaveLength(1);
  });
});

/** Waits for what another part of this process brings about. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
