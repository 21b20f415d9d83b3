import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { type GateResult, type LivenessResult, type Picture } from '@didit-liveness/core';
import { resolveUploadOptions } from '@didit-liveness/upload';
import type { ExecutionContext } from '@nestjs/common';
import { GuardedRequest } from '../src/guarded-request.js';
import type { HttpExchange } from '../src/http-exchange.js';
import { getSelfie, LivenessService } from '../src/index.js';
import type { GuardedRoute } from '../src/route-table.js';
import { SELFIE } from '../src/testing.js';

const context = {} as ExecutionContext;

function requestOf(chunks: readonly Uint8Array[], options: GuardedRoute['options'] = {}) {
  const raw = Object.assign(Readable.from(chunks, { objectMode: false }), { headers: { 'content-type': 'image/png' } });
  const exchange = { request: raw, rawRequest: raw, response: {}, rawResponse: new EventEmitter() };
  const service = new LivenessService({ apiKey: 'key' });
  const guarded = { service, options, reading: resolveUploadOptions(), route: undefined, form: undefined };
  return { raw, guardedRequest: new GuardedRequest(exchange as unknown as HttpExchange, context, guarded) };
}

const passedWith = (picture?: Picture) =>
  ({ kind: 'passed', liveness: {} as LivenessResult, picture }) as Extract<GateResult, { kind: 'passed' }>;

describe('GuardedRequest', () => {
  it('reads the upload once', async () => {
    const { guardedRequest } = requestOf([SELFIE]);

    expect(guardedRequest.read()).toBe(guardedRequest.read());
    await expect(guardedRequest.read()).resolves.toMatchObject({ kind: 'selfie', selfie: { size: SELFIE.length } });
  });

  it('binds the functions of the application to the context', async () => {
    const { guardedRequest } = requestOf([SELFIE], {
      subject: (given) => Promise.resolve(String(given === context)),
      hintText: (code, given) => `${code} ${given === context}`,
      correlationId: (given) => `id ${given === context}`,
    });

    const options = guardedRequest.checkOptions();

    expect(options.correlationId).toBe('id true');
    expect(options.hintText?.('more-light')).toBe('more-light true');
    expect(await options.subject?.()).toBe('true');
    expect(await options.validate?.({})).toEqual({});
  });

  it.each([
    ['by its first bytes', [SELFIE], 'image/png'],
    ['as a JPEG when these say nothing', [SELFIE.subarray(0, 2), SELFIE.subarray(2)], 'image/jpeg'],
  ])('names a picture that a stand-in did not look at %s', async (_, chunks, mimetype) => {
    const { raw, guardedRequest } = requestOf([SELFIE]);

    await guardedRequest.publish({ ...passedWith(), selfie: { chunks, size: SELFIE.length, fields: {} } });

    expect(getSelfie(raw).mimetype).toBe(mimetype);
  });
});
