import { describe, expect, it } from '@jest/globals';
import { importsOf, read } from '../repo/source.js';
import { isWorthPaying, mayRun, type PlainPolicy, type UploadFacts, type UpstreamFacts } from './oracle.js';

const UPLOAD: UploadFacts = {
  isWhole: true,
  inField: 1,
  format: 'jpeg',
  isIntact: true,
  bytes: 1_000,
  frames: 1,
  width: 640,
  height: 480,
};

const POLICY: PlainPolicy = {
  score: { declineAtOrBelow: 50, reviewAtOrBelow: 80 },
  faceQuality: { reviewAtOrBelow: 40 },
  faceLuminance: { declineBelow: 20, declineAbove: 90 },
  warnings: { DUPLICATED_FACE: 'review', MULTIPLE_FACES: 'approve' },
  unknownWarning: 'review',
  unknownInformation: 'approve',
};

const LIVENESS = {
  status: 'Approved',
  method: 'PASSIVE',
  score: 96,
  user_image: { entities: [{}] },
  warnings: [],
  face_quality: 81,
  face_luminance: 48,
};

function said(liveness: unknown, parts: Partial<UpstreamFacts> = {}): UpstreamFacts {
  const headers = { 'content-type': 'application/json' };
  return { isWhole: true, status: 200, headers, body: Buffer.from(JSON.stringify({ liveness })), ...parts };
}

const warned = (risk: string, severity?: string) => ({ ...LIVENESS, warnings: [{ risk, log_type: severity }] });

describe('the oracle', () => {
  it.each([
    ['a flawless approval', LIVENESS, 'yes'],
    ['a score over the limit', { ...LIVENESS, score: 80.01 }, 'yes'],
    ['a score to be reviewed', { ...LIVENESS, score: 80 }, 'review'],
    ['a score at the limit', { ...LIVENESS, score: 50 }, 'no'],
    ['no score', { ...LIVENESS, score: null }, 'no'],
    ['a score in words', { ...LIVENESS, score: '96' }, 'no'],
    ['a score beyond all', { ...LIVENESS, score: 101 }, 'no'],
    ['a decline', { ...LIVENESS, status: 'Declined' }, 'no'],
    ['a review', { ...LIVENESS, status: 'In Review' }, 'review'],
    ['a status in other letters', { ...LIVENESS, status: 'approved' }, 'no'],
    ['another method', { ...LIVENESS, method: 'ACTIVE_3D' }, 'no'],
    ['no face', { ...LIVENESS, user_image: { entities: [] } }, 'no'],
    ['no picture', { ...LIVENESS, user_image: null }, 'no'],
    ['warnings that are none', { ...LIVENESS, warnings: null }, 'no'],
    ['a poor picture', { ...LIVENESS, face_quality: 40 }, 'review'],
    ['a picture without a measured quality', { ...LIVENESS, face_quality: null }, 'review'],
    ['a dark picture', { ...LIVENESS, face_luminance: 19 }, 'no'],
    ['a picture just bright enough', { ...LIVENESS, face_luminance: 20 }, 'yes'],
    ['a glaring picture', { ...LIVENESS, face_luminance: 91 }, 'no'],
    ['an attack that is only information', warned('LIVENESS_FACE_ATTACK', 'information'), 'no'],
    ['an error that nobody knows', warned('NEW_TAG', 'error'), 'no'],
    ['a warning that nobody knows', warned('NEW_TAG', 'warning'), 'review'],
    ['information that nobody knows', warned('NEW_TAG', 'information'), 'yes'],
    ['a tag that nobody knows, without a severity', warned('NEW_TAG'), 'no'],
    ['a severity that nobody knows', warned('DUPLICATED_FACE', 'loud'), 'no'],
    ['a tag of the policy', warned('DUPLICATED_FACE', 'information'), 'review'],
    ['a tag that the policy takes', warned('MULTIPLE_FACES'), 'yes'],
    ['a warning that the policy leaves out', warned('LOW_FACE_QUALITY'), 'review'],
    ['information that the policy leaves out', warned('POSSIBLE_DUPLICATED_FACE'), 'yes'],
    ['a warning without a tag', { ...LIVENESS, warnings: [{ log_type: 'information' }] }, 'no'],
    ['nothing', undefined, 'no'],
    ['a list', [], 'no'],
  ])('P2 P3 says of %s what it should', (_name, liveness, verdict) => {
    expect(mayRun(UPLOAD, said(liveness), POLICY)).toBe(verdict);
  });

  it.each<[string, Partial<UpstreamFacts>]>([
    ['a status beside 200', { status: 201 }],
    ['a part of an answer', { isWhole: false }],
    ['no media type', { headers: {} }],
    ['another media type', { headers: { 'content-type': 'application/jsonp' } }],
    ['an encoded body', { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } }],
    ['half a body', { body: Buffer.from('{"liveness":') }],
    ['bytes that are no text', { body: Buffer.from([0x22, 0xff, 0x22]) }],
    ['more than anybody sends', { body: Buffer.alloc(256 * 1024 + 1, ' ') }],
  ])('P2 says no to %s', (_name, parts) => {
    expect(mayRun(UPLOAD, said(LIVENESS, parts), POLICY)).toBe('no');
  });

  it.each<[string, Partial<UploadFacts>]>([
    ['half a form', { isWhole: false }],
    ['no selfie', { inField: 0 }],
    ['two selfies', { inField: 2 }],
    ['another format', { format: 'other' }],
    ['half a picture', { isIntact: false }],
    ['no bytes', { bytes: 0 }],
    ['a byte too many', { bytes: 5_242_881 }],
    ['two frames', { frames: 2 }],
    ['a pixel too few', { width: 63 }],
    ['a side too long', { height: 12_001 }],
    ['a pixel too many', { width: 8_000, height: 5_001 }],
  ])('P6 says of %s that it is not worth paying for', (_name, parts) => {
    expect(isWorthPaying({ ...UPLOAD, ...parts })).toBe(false);
    expect(mayRun({ ...UPLOAD, ...parts }, said(LIVENESS), POLICY)).toBe('no');
  });

  it('shares nothing with what it judges', () => {
    const path = 'test/oracle/oracle.ts';

    expect(importsOf({ path, text: read(path) })).toEqual([]);
  });

  it('P6 takes the largest and the smallest picture', () => {
    expect(isWorthPaying({ ...UPLOAD, bytes: 5_242_880, width: 64, height: 64 })).toBe(true);
    expect(isWorthPaying({ ...UPLOAD, width: 12_000, height: 3_333 })).toBe(true);
  });
});
