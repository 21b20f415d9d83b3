import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createLivenessGate, DiditClient, type LivenessRefusal } from '@didit-liveness/core';
import express, { type RequestHandler } from 'express';
import multer from 'multer';
import { pictureOf, sample } from '../../../test/support/pictures.js';
import { getLiveness, getSelfie, getStepUp, livenessErrorHandler, requireLiveness } from '../src/index.js';
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

const answerOutcome: RequestHandler = (request, response) => {
  response.json({ outcome: request.liveness?.outcome });
};

describe('requireLiveness', () => {
  it('D01 throws when it is made without a key, and names the variable', () => {
    expect(() => requireLiveness()).toThrow(/DIDIT_API_KEY/);
  });

  it('P23 throws when it is made with options that cannot be used', () => {
    expect(() => requireLiveness({ ...fixture.options, threshold: 101 })).toThrow(
      'requireLiveness.threshold is 101, which is not allowed; allowed: 0, or a number from 1 to 100',
    );
    expect(() => requireLiveness({ ...fixture.options, treshold: 80 } as object)).toThrow('did you mean "threshold"?');
    expect(() => requireLiveness({ ...fixture.options, field: '' })).toThrow(/requireLiveness\.field is ""/);
    expect(() => requireLiveness({ ...fixture.options, accept: [] })).toThrow(/requireLiveness\.accept is an array/);
    expect(() => requireLiveness({ apiKey: 'key', baseUrl: 'http://example.org' })).toThrow(
      /^requireLiveness\.baseUrl is http:\/\/example\.org/,
    );
    expect(() => requireLiveness({ ...fixture.options, circuitBreaker: { openMs: 1 } })).toThrow(
      /^requireLiveness\.circuitBreaker\.openMs is 1/,
    );
  });

  it('says so when it is mounted without being called', async () => {
    const errors: Error[] = [];
    const url = await fixture.serve((app) => {
      app.post('/', requireLiveness as unknown as RequestHandler, answerOutcome);
      app.use(((error, _request, response, _next) => {
        errors.push(error);
        response.status(500).end();
      }) satisfies express.ErrorRequestHandler);
    });

    expect((await post(url, sample('approved.jpg'))).status).toBe(500);
    expect(errors[0]?.message).toContain('write requireLiveness()');
  });

  it('is a named middleware', () => {
    expect(requireLiveness(fixture.options).name).toBe('livenessMiddleware');
  });

  it('G12 gives the handler a frozen result and the file that was judged', async () => {
    const seen: unknown[] = [];
    const url = await fixture.serve((app) => {
      app.post('/', requireLiveness(fixture.options), (request, response) => {
        const liveness = getLiveness(request);
        seen.push(Object.isFrozen(liveness), liveness === request.liveness);
        seen.push((request as { file?: unknown }).file === getSelfie(request), request.body);
        response.json({});
      });
    });

    await post(url, sample('approved.jpg'), { email: 'ada@example.org', plan: 'pro' });

    expect(seen).toEqual([true, true, true, { email: 'ada@example.org', plan: 'pro' }]);
  });

  it('shares a gate between routes, each with its own threshold', async () => {
    const client = new DiditClient({ apiKey: 'key', baseUrl: fixture.emulator.url, allowInsecure: true });
    const gate = createLivenessGate({ client });
    const url = await fixture.serve((app) => {
      app.post('/lax', requireLiveness({ gate, threshold: 40 }), answerOutcome);
      app.post('/strict', requireLiveness({ gate, threshold: 60 }), answerOutcome);
    });
    const picture = pictureOf('approved;score=50');

    expect((await post(`${url}/lax`, picture)).status).toBe(200);
    expect((await post(`${url}/strict`, picture)).status).toBe(403);
    await gate.close();
  });

  it('sends the subject of the server as vendor_data, and nothing of the form', async () => {
    const url = await fixture.serve((app) => {
      app.post('/', requireLiveness({ ...fixture.options, subject: () => 'user-7' }), answerOutcome);
    });

    await post(url, sample('approved.jpg'), { vendor_data: 'forged', face_liveness_score_decline_threshold: '0' });

    expect(fixture.emulator.calls()[0]?.fields).toEqual({ save_api_request: 'false', vendor_data: 'user-7' });
  });

  it('answers hints in the language of the request', async () => {
    const url = await fixture.serve((app) => {
      const hintText = (code: string, request: express.Request) =>
        request.acceptsLanguages('de') && code === 'more-light' ? 'Mehr Licht!' : undefined;
      app.post('/', requireLiveness({ ...fixture.options, hintText }), answerOutcome);
      app.use(livenessErrorHandler());
    });

    const answer = await post(url, pictureOf('too-dark'));

    expect(await answer.json()).toMatchObject({ hints: [{ code: 'more-light', message: 'Mehr Licht!' }] });
  });

  it('lets a review through only where the route says so', async () => {
    const url = await fixture.serve((app) => {
      app.post('/reject', requireLiveness(fixture.options), answerOutcome);
      app.post('/pass', requireLiveness({ ...fixture.options, onReview: 'pass' }), answerOutcome);
      app.use(livenessErrorHandler());
    });

    const rejected = await post(`${url}/reject`, pictureOf('duplicate'));
    const passed = await post(`${url}/pass`, pictureOf('duplicate'));

    expect(await rejected.json()).toMatchObject({ status: 403, code: 'review-required' });
    expect(await passed.json()).toEqual({ outcome: 'review' });
  });

  it('G06 hands what the functions of the application throw to next, and does not run the handler', async () => {
    const handled: string[] = [];
    const url = await fixture.serve((app) => {
      const failing = (name: 'validate' | 'subject') =>
        requireLiveness({
          ...fixture.options,
          [name]: () => {
            throw Object.assign(new Error(name), { status: 418 });
          },
        });
      for (const name of ['validate', 'subject'] as const) {
        app.post(`/${name}`, failing(name), (_request, response) => {
          handled.push(name);
          response.end();
        });
      }
    });

    const statuses = [];
    for (const name of ['validate', 'subject']) {
      statuses.push((await post(`${url}/${name}`, sample('approved.jpg'))).status);
    }

    expect(statuses).toEqual([418, 418]);
    expect(handled).toEqual([]);
    expect(fixture.emulator.calls()).toEqual([]);
  });
});

describe('refusals', () => {
  it('G06 get the right status from Express itself, and problem+json from the handler', async () => {
    const url = await fixture.serve((app) => {
      const guard = requireLiveness(fixture.options);
      app.post('/bare', guard, answerOutcome);
      app.use('/problem', express.Router().post('/', guard, answerOutcome), livenessErrorHandler());
    });

    const bare = await post(`${url}/bare`, pictureOf('spoof'));
    const problem = await post(`${url}/problem`, pictureOf('spoof'));

    expect(bare.status).toBe(403);
    expect(bare.headers.get('cache-control')).toBe('no-store');
    expect(problem.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await problem.json()).toMatchObject({ code: 'liveness-declined' });
  });

  it('carry the decision for the application, but show it to no logger', async () => {
    const refusals: LivenessRefusal[] = [];
    const url = await fixture.serve((app) => {
      const onDeclined = (refusal: LivenessRefusal, _request: express.Request, response: express.Response) => {
        refusals.push(refusal);
        response.status(409).end();
      };
      app.post('/', requireLiveness({ ...fixture.options, onDeclined }), answerOutcome);
    });

    const answer = await post(url, pictureOf('spoof;score=12.34'));

    expect(answer.status).toBe(409);
    expect(refusals[0]?.decision?.reasons).toContainEqual({
      rule: 'autoDecline',
      risk: 'LIVENESS_FACE_ATTACK',
      action: 'decline',
    });
    expect(inspect(refusals[0], { depth: 9, showHidden: true }) + JSON.stringify(refusals[0])).not.toMatch(
      /12\.34|ATTACK/,
    );
  });

  it('G07 cannot be turned into a pass by an override', async () => {
    const handled: string[] = [];
    const url = await fixture.serve((app) => {
      const answer =
        (status: number) => (_refusal: LivenessRefusal, _request: express.Request, response: express.Response) => {
          response.status(status).end();
        };
      const guard = requireLiveness({ ...fixture.options, onDeclined: answer(200), onError: answer(202) });
      app.post('/', guard, (_request, response) => {
        handled.push('ran');
        response.end();
      });
    });

    const declined = await post(url, pictureOf('spoof'));
    const unavailable = await post(url, pictureOf('503'));

    expect([declined.status, unavailable.status]).toEqual([200, 202]);
    expect(handled).toEqual([]);
  });

  it('A20 close the connection when an override answers without reading the rest', async () => {
    const url = await fixture.serve((app) => {
      const onError = (_refusal: LivenessRefusal, _request: express.Request, response: express.Response) => {
        response.status(413).end();
      };
      app.post('/', requireLiveness({ ...fixture.options, onError }), answerOutcome);
    });

    const answer = await post(url, Buffer.alloc(8_000_000));

    expect(answer.status).toBe(413);
    expect(answer.headers.get('connection')).toBe('close');
  });

  it('are left to others when they are not ours, or when the answer has begun', async () => {
    const others: unknown[] = [];
    const url = await fixture.serve((app) => {
      app.get('/other', () => {
        throw new TypeError('not a refusal');
      });
      app.post(
        '/begun',
        (_request, response, next) => {
          response.write('begun');
          next();
        },
        requireLiveness(fixture.options),
      );
      app.use(livenessErrorHandler());
      app.use(((error, _request, response, _next) => {
        others.push(error.name);
        response.end();
      }) satisfies express.ErrorRequestHandler);
    });

    await fetch(`${url}/other`);
    await (await post(`${url}/begun`, pictureOf('spoof'))).text();

    expect(others).toEqual(['TypeError', 'LivenessRefusal']);
  });
});

describe('other middleware', () => {
  it('G08 may have been multer before', async () => {
    const url = await fixture.serve((app) => {
      app.post('/', multer().single('selfie'), requireLiveness(fixture.options), (request, response) => {
        response.json({ body: request.body, size: getSelfie(request).size });
      });
    });

    const answer = await post(url, sample('approved.webp'), { email: 'ada@example.org' });

    expect(await answer.json()).toEqual({ body: { email: 'ada@example.org' }, size: sample('approved.webp').length });
  });

  it('G08 may not have consumed the body without leaving a file, and is told so at once', async () => {
    const errors: Error[] = [];
    const url = await fixture.serve((app) => {
      app.use(express.raw({ type: () => true, limit: '10mb' }));
      app.post('/', requireLiveness(fixture.options), answerOutcome);
      app.use(((error, _request, response, _next) => {
        errors.push(error);
        response.status(500).end();
      }) satisfies express.ErrorRequestHandler);
    });

    const answer = await post(url, sample('approved.jpg'));

    expect(answer.status).toBe(500);
    expect(errors[0]?.message).toMatch(/before the body parser/);
    expect(fixture.emulator.calls()).toEqual([]);
  });

  it('E22 keeps the async context of the request', async () => {
    const context = new AsyncLocalStorage<string>();
    const url = await fixture.serve((app) => {
      app.use((_request, _response, next) => context.run('of this request', next));
      app.post('/', requireLiveness(fixture.options), (_request, response) => {
        response.json({ context: context.getStore() });
      });
    });

    const answer = await post(url, sample('approved.jpg'));

    expect(await answer.json()).toEqual({ context: 'of this request' });
  });
});

describe('getLiveness, getSelfie and getStepUp', () => {
  it('throw on a request that has not passed, whatever is written on it', async () => {
    const messages: string[] = [];
    const url = await fixture.serve((app) => {
      app.post('/', (request, response) => {
        Object.assign(request, { liveness: { outcome: 'approved' }, file: {}, stepUp: { outcome: 'approved' } });
        for (const get of [getLiveness, getSelfie, getStepUp]) {
          try {
            get(request);
          } catch (error) {
            messages.push((error as Error).message);
          }
        }
        response.end();
      });
    });

    await fetch(url, { method: 'POST' });

    expect(messages).toHaveLength(3);
    expect(messages[0]).toContain('requireLiveness()');
    expect(messages[2]).toContain('requireStepUp()');
  });
});
