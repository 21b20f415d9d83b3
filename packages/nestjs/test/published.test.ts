import { describe, expect, it } from '@jest/globals';
import type { LivenessResult } from '@didit-liveness/core';
import { SelfieFile } from '@didit-liveness/upload';
import { getLiveness, getSelfie } from '../src/index.js';
import { publish } from '../src/published.js';

const liveness = Object.freeze({ outcome: 'approved' }) as LivenessResult;
const file = new SelfieFile({ fieldname: 'selfie', originalname: 'selfie.png', mimetype: 'image/png', chunks: [] });

describe('publish', () => {
  it('puts everything where handlers look for it', () => {
    const request = {};

    publish(request, { liveness, file }, { email: 'ada@example.org' });

    expect(request).toEqual({ liveness, file, body: { email: 'ada@example.org' } });
    expect(getLiveness(request)).toBe(liveness);
    expect(getSelfie(request)).toBe(file);
  });

  it('keeps the file when an interceptor resets it, and gives it up for another', () => {
    const request: { file?: unknown } = {};
    publish(request, { liveness, file }, {});

    request.file = undefined;
    expect(request.file).toBe(file);
    request.file = 'another';
    expect(request.file).toBe('another');
    expect(getSelfie(request)).toBe(file);
  });
});

describe('getLiveness and getSelfie', () => {
  it('G12 cannot be forged by what is on the request', () => {
    expect(() => getLiveness({ liveness })).toThrow('This request has not passed @LivenessGuard()');
    expect(() => getSelfie({ liveness, file })).toThrow('This request has not passed @LivenessGuard()');
  });

  it('says so when a stand-in let the request pass without a picture', () => {
    const request = {};
    publish(request, { liveness, file: undefined }, {});

    expect(() => getSelfie(request)).toThrow('without a picture');
  });
});
