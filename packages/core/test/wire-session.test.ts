import { describe, expect, it } from '@jest/globals';
import { decodePageUrl } from '../src/wire/decoding.js';
import { decodeCreatedSession } from '../src/wire/created-session.js';
import { decodeSessionDecision } from '../src/wire/session.js';
import { isSessionStatus, isTerminalStatus, SESSION_STATUSES } from '../src/wire/session-status.js';
import type { CheckVerdict } from '../src/wire/verdict.js';
import { bodyOf, warningOf } from './support/answers.js';
import { printed } from './support/canaries.js';
import {
  createdSessionAnswer,
  decisionAnswer,
  livenessCheck,
  SESSION_ID,
  sessionFaceMatch,
  WORKFLOW_ID,
} from './support/endpoint-answers.js';

function decoded(part: object = {}) {
  return decodeSessionDecision({ ...decisionAnswer, ...part }, 'decision');
}

/** The liveness step as the decoder gives it. */
function checked(part: object): CheckVerdict | undefined {
  return decoded({ liveness_checks: [{ ...livenessCheck, ...part }] }).livenessChecks?.[0];
}

describe('decodeSessionDecision', () => {
  it('decodes a decision, field by field', () => {
    expect(decoded()).toEqual({
      sessionId: SESSION_ID,
      sessionNumber: 1187,
      sessionKind: 'user',
      status: 'Approved',
      environment: 'live',
      workflowId: WORKFLOW_ID,
      features: ['LIVENESS', 'FACE_MATCH'],
      vendorData: 'acct_7719',
      metadata: { reason: 'step_up' },
      callback: 'https://app.example/kyc/return',
      livenessChecks: [
        {
          nodeId: 'feature_liveness_1',
          status: 'Approved',
          method: 'ACTIVE_3D',
          score: 91.7,
          warnings: [],
          faceQuality: null,
          faceLuminance: null,
          contradictions: [],
        },
      ],
      faceMatches: [
        {
          nodeId: 'feature_face_match_1',
          status: 'Approved',
          score: 88.2,
          sourceImageSessionId: null,
          warnings: [],
          contradictions: [],
        },
      ],
      createdAt: '2026-11-20T09:30:00Z',
      expiresAt: '2026-11-27T09:30:00Z',
    });
  });

  it('gives signed addresses of pictures by name, and to no printer (P8)', () => {
    const decision = decoded();
    const [check] = decision.livenessChecks ?? [];
    const [match] = decision.faceMatches ?? [];

    expect([check?.referenceImageUrl, check?.videoUrl]).toEqual([
      livenessCheck.reference_image,
      livenessCheck.video_url,
    ]);
    expect([match?.sourceImageUrl, match?.targetImageUrl]).toEqual([
      sessionFaceMatch.source_image,
      sessionFaceMatch.target_image,
    ]);
    expect(printed(decision)).not.toContain('CANARY');
    expect(JSON.stringify({ ...check })).not.toContain('CANARY');
  });

  it('decodes what only some steps have', () => {
    expect(checked({ method: 'PASSIVE', face_quality: 81, face_luminance: 48 })).toMatchObject({
      faceQuality: 81,
      faceLuminance: 48,
    });
    expect(
      decoded({ face_matches: [{ ...sessionFaceMatch, source_image_session_id: SESSION_ID }] }).faceMatches,
    ).toMatchObject([{ sourceImageSessionId: SESSION_ID }]);
  });

  it('takes media that the key may not see as null', () => {
    const [check] =
      decoded({ liveness_checks: [{ ...livenessCheck, reference_image: null, video_url: 7 }] }).livenessChecks ?? [];

    expect([check?.referenceImageUrl, check?.videoUrl]).toEqual([null, null]);
  });

  it('has no steps until they gave something', () => {
    expect(decoded({ status: 'Not Started', liveness_checks: null, face_matches: undefined })).toMatchObject({
      status: 'Not Started',
      livenessChecks: null,
      faceMatches: null,
    });
  });

  it.each([
    ['active_3d', 'ACTIVE_3D'],
    ['Passive', 'PASSIVE'],
    ['FLASHING', 'FLASHING'],
  ])('C26 reads the method %s in any case', (method, expected) => {
    expect(checked({ method })).toMatchObject({ method: expected });
  });

  it.each(['Not Finished', 'Resub Requested', 'approved', 'Accepted', ''])(
    'C17 keeps the status %j of a step, which is no pass',
    (status) => {
      expect(checked({ status, score: null })).toMatchObject({ status, contradictions: [] });
    },
  );

  it('C17 keeps a status of a session that it does not know, which is not over', () => {
    expect(decoded({ status: 'Approved ' }).status).toBe('Approved ');
    expect(isTerminalStatus('Approved ')).toBe(false);
  });

  it.each([
    ['no-score', { score: null }],
    ['error-warning', { warnings: [warningOf('LOW_LIVENESS_SCORE', 'error')] }],
    ['error-warning', { warnings: [{ risk: 'FRAME_INJECTION_SUSPECTED' }] }],
    ['auto-decline-tag', { warnings: [warningOf('FACE_IN_BLOCKLIST', 'information')] }],
  ])('C18 C19 C20 turns the approval of a step into a decline for %s: %j', (contradiction, part) => {
    const steps = {
      liveness_checks: [{ ...livenessCheck, ...part }],
      face_matches: [{ ...sessionFaceMatch, ...part }],
    };
    const { livenessChecks, faceMatches } = decoded(steps);

    for (const step of [...(livenessChecks ?? []), ...(faceMatches ?? [])]) {
      expect(step).toMatchObject({ status: 'Declined', contradictions: [contradiction] });
    }
  });

  it('C18 keeps an approval with a score that the workflow tells for information', () => {
    expect(checked({ warnings: [warningOf('LOW_LIVENESS_SCORE', 'information')] })).toMatchObject({
      status: 'Approved',
      contradictions: [],
    });
  });

  it.each([
    ['decision.session_id is not a string', { session_id: null }],
    ['decision.status is not a string', { status: null }],
    ['decision.liveness_checks is not an array', { liveness_checks: {} }],
    ['decision.liveness_checks[0] is not an object', { liveness_checks: ['Approved'] }],
    ['decision.liveness_checks[0].status is not a string', { liveness_checks: [{ ...livenessCheck, status: 1 }] }],
    ['decision.liveness_checks[0].score is not a number', { liveness_checks: [{ ...livenessCheck, score: '91' }] }],
    ['decision.liveness_checks[0].method is not', { liveness_checks: [{ ...livenessCheck, method: 'NEW' }] }],
    ['decision.liveness_checks[0].method is not', { liveness_checks: [{ ...livenessCheck, method: null }] }],
    ['decision.liveness_checks[0].warnings is not', { liveness_checks: [{ ...livenessCheck, warnings: null }] }],
    ['decision.liveness_checks[0].face_quality is not', { liveness_checks: [{ ...livenessCheck, face_quality: 101 }] }],
    ['decision.face_matches[0].score is not a number', { face_matches: [{ ...sessionFaceMatch, score: 101 }] }],
  ])('C16 refuses it when %s', (message, part) => {
    expect(() => decoded(part)).toThrow(message);
  });

  it.each([['LIVENESS + OCR'], [null], [{ LIVENESS: true }], [[{ feature: 'LIVENESS' }]]])(
    'names no features for %j',
    (features) => {
      expect(decoded({ features }).features).toEqual([]);
    },
  );
});

describe('decodeCreatedSession', () => {
  it('gives token and address by name, and to no printer (P8)', () => {
    const session = decodeCreatedSession(bodyOf(createdSessionAnswer));

    expect(session).toEqual({
      sessionId: SESSION_ID,
      sessionNumber: 1187,
      status: 'Not Started',
      workflowId: WORKFLOW_ID,
      workflowVersion: 2,
      vendorData: 'acct_7719',
      metadata: { reason: 'step_up' },
      callback: 'https://app.example/kyc/return',
    });
    expect([session.sessionToken, session.url]).toEqual([createdSessionAnswer.session_token, createdSessionAnswer.url]);
    expect(printed(session)).not.toContain('CANARY');
  });

  it('takes what a narrow key may not have as null', () => {
    const { sessionToken, url } = decodeCreatedSession(
      bodyOf({ ...createdSessionAnswer, session_token: null, url: null }),
    );

    expect([sessionToken, url]).toEqual([null, null]);
  });

  it.each(['javascript:alert(1)', '/session/x', 'data:text/html,x', 'xhttps://a.example', 7])(
    'refuses %j as an address for browsers',
    (url) => {
      expect(() => decodeCreatedSession(bodyOf({ ...createdSessionAnswer, url }))).toThrow('url is not');
    },
  );
});

describe('decodePageUrl', () => {
  it.each(['https://a.example/x?y=1', 'http://localhost:3000/'])('gives %j as it is', (url) => {
    expect(decodePageUrl(url, 'url')).toBe(url);
  });
});

describe('the statuses of a session', () => {
  it('are the ten documented ones, of which five are the end', () => {
    expect(SESSION_STATUSES).toHaveLength(10);
    expect(SESSION_STATUSES.filter(isTerminalStatus)).toEqual([
      'Approved',
      'Declined',
      'Expired',
      'Kyc Expired',
      'Abandoned',
    ]);
  });

  it.each(['approved', 'Approved ', '', 'toString', null, undefined, 7])('do not hold %j', (value) => {
    expect(isSessionStatus(value)).toBe(false);
    expect(SESSION_STATUSES.every(isSessionStatus)).toBe(true);
  });
});
