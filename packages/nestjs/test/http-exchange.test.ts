import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { earlierParseOf, exchangeOf, hideForm } from '../src/http-exchange.js';

class SignupController {
  signup() {}
}

const rawRequest = (facts: object = {}) =>
  ({
    headers: { 'content-type': 'Multipart/form-data' },
    readableEnded: false,
    readableDidRead: true,
    ...facts,
  }) as unknown as IncomingMessage;
const rawResponse = { writableEnded: false, once: () => {} } as unknown as ServerResponse;

const contextOf = (request: object, response: object, type = 'http') =>
  ({
    getType: () => type,
    getClass: () => SignupController,
    getHandler: () => SignupController.prototype.signup,
    switchToHttp: () => ({ getRequest: () => request, getResponse: () => response }),
  }) as unknown as ExecutionContext;

describe('exchangeOf', () => {
  it('finds what Node has behind Express and behind Fastify', () => {
    const raw = rawRequest();

    expect(exchangeOf(contextOf(raw, rawResponse)).rawRequest).toBe(raw);
    expect(exchangeOf(contextOf({ raw }, { raw: rawResponse }))).toMatchObject({ rawRequest: raw, rawResponse });
  });

  it.each([
    [{}, rawResponse],
    [rawRequest(), {}],
    [{ raw: null }, rawResponse],
  ])('throws where there is nothing of Node behind it', (request, response) => {
    expect(() => exchangeOf(contextOf(request, response))).toThrow('has no Node request behind it');
  });

  it('G02 throws on everything but HTTP', () => {
    expect(() => exchangeOf(contextOf({}, {}, 'graphql'))).toThrow('is reached by graphql, not by HTTP');
  });
});

describe('earlierParseOf', () => {
  const earlierParse = (request: object, raw: IncomingMessage) =>
    earlierParseOf({ request, rawRequest: raw, response: {}, rawResponse }, 'selfie');

  it.each([
    ['a file', { file: { buffer: 1 }, body: { a: '1' } }],
    ['a list of files', { files: [{ buffer: 1 }], body: {} }],
    ['a parsed body', { body: { a: '1' } }],
  ])('finds %s on the request of the framework', (_, left) => {
    expect(earlierParse(left, rawRequest({ readableDidRead: false }))).toMatchObject(left);
  });

  it('takes methods of a plugin for no files', () => {
    expect(earlierParse({ file: () => {}, files: () => {} }, rawRequest())).toEqual({});
  });

  it('prefers what a middleware hung on the request of Node', () => {
    const left = { file: { buffer: 1 }, body: { a: '1' } };

    expect(earlierParse({ body: { b: '2' } }, rawRequest(left))).toMatchObject(left);
  });

  it('splits an attached form into picture and text', () => {
    const buffer = Buffer.from('x');
    const parts = {
      email: { value: 'ada' },
      selfie: { _buf: buffer },
      tags: [{ value: 'a' }],
      other: { _buf: buffer },
    };

    expect(earlierParse({ body: parts }, rawRequest())).toEqual({
      files: [{ fieldname: 'selfie', buffer, size: 1 }],
      body: { email: 'ada', tags: 'a' },
    });
  });
});

describe('hideForm', () => {
  it('makes a form look like none, to multer and to the plugin of Fastify', () => {
    const raw = rawRequest();
    const request = { raw, isMultipart: () => true };

    hideForm({ request, rawRequest: raw, response: {}, rawResponse });

    expect(raw.headers['content-type']).not.toContain('multipart');
    expect(request.isMultipart()).toBe(false);
  });

  it('leaves other bodies alone', () => {
    const raw = rawRequest({ headers: { 'content-type': 'image/png' } });

    hideForm({ request: raw, rawRequest: raw, response: rawResponse, rawResponse });

    expect(raw.headers['content-type']).toBe('image/png');
  });
});
