import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { LivenessEvent } from '@didit-liveness/core';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import multer from 'multer';
import { pictureOf } from '../../../test/support/pictures.js';
import { getLiveness, getSelfie, livenessErrorHandler, requireLiveness } from '../src/index.js';
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

const answerNothing: RequestHandler = (_request, response) => {
  response.end();
};

describe('two guards of one request', () => {
  it.each([
    ['by themselves', []],
    ['after multer read one file', [multer().single('selfie')]],
    ['after multer read a list of files', [multer().array('selfie')]],
  ])('E20 pay once, %s, and both have to let it pass', async (_, before) => {
    const events: LivenessEvent[] = [];
    const url = await fixture.serve((app) => {
      const options = { ...fixture.options, onEvent: (event: LivenessEvent) => events.push(event) };
      app.use(...before, requireLiveness({ ...options, threshold: 40 }));
      app.post('/lax', requireLiveness({ ...options, threshold: 40 }), (request, response) => {
        response.json({ score: getLiveness(request).score, size: getSelfie(request).buffer.length });
      });
      app.post('/strict', requireLiveness({ ...options, threshold: 60 }), (_request, response) => {
        response.json({});
      });
      app.use(livenessErrorHandler());
    });
    const picture = pictureOf('approved;score=50');

    const lax = await post(`${url}/lax`, picture);
    const strict = await post(`${url}/strict`, picture);

    expect(await lax.json()).toEqual({ score: 50, size: picture.length });
    expect(strict.status).toBe(403);
    expect(fixture.emulator.calls()).toHaveLength(2);
    expect(events.map((event) => 'billed' in event && event.billed)).toEqual(['yes', 'no', 'yes', 'no']);
  });

  it('E20 D06 refuse, and pay nothing more, when the second would have asked otherwise', async () => {
    const errors: Error[] = [];
    const url = await fixture.serve((app) => {
      app.use(requireLiveness(fixture.options));
      app.post('/account', requireLiveness({ ...fixture.options, apiKey: 'another-key' }), answerNothing);
      app.post('/subject', requireLiveness({ ...fixture.options, subject: () => 'user-7' }), answerNothing);
      app.post('/save', requireLiveness({ ...fixture.options, saveApiRequest: true }), answerNothing);
      app.use(((error, _request, response, _next) => {
        errors.push(error);
        response.status(500).end();
      }) satisfies ErrorRequestHandler);
    });

    for (const path of ['account', 'subject', 'save']) {
      expect((await post(`${url}/${path}`, pictureOf('approved'))).status).toBe(500);
    }

    expect(errors.map(({ message }) => /\((.+?)\)/.exec(message)?.[1])).toEqual([
      'account',
      'vendorData',
      'saveApiRequest',
    ]);
    expect(fixture.emulator.calls()).toHaveLength(3);
  });
});
