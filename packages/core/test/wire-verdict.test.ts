import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { UndecodableError } from '../src/wire/decoding.js';
import { decodeVerdict } from '../src/wire/verdict.js';
import { isAutoDeclineRisk, isKnownRisk, WARNING_TAGS } from '../src/wire/warning-tags.js';
import {
  advisoryAnswer,
  approvedAnswer,
  blocklistedAnswer,
  earlyAnswer,
  type LivenessPart,
  noFaceAnswer,
  pathsOf,
  replacedAt,
  spoofAnswer,
  warningOf,
} from './support/answers.js';
import { AUTO_DECLINE_TAGS, KNOWN_TAGS } from './support/verdicts.js';

const ABSENT = undefined;
const STATUSES = ['Approved', 'Declined', 'In Review', 'approved', 'Approved ', '', null, 1, true, ABSENT];
const LOG_TYPE_VALUES = ['error', 'warning', 'information', 'critical', null, ABSENT];
const SCORES = [null, ABSENT, 0, 30, 80, 95.5, 100, 101, -1, '95'];

describe('decodeVerdict', () => {
  it('decodes an approved answer, field by field', () => {
    expect(decodeVerdict(approvedAnswer().liveness, 'liveness')).toEqual({
      status: 'Approved',
      method: 'PASSIVE',
      score: 96.37,
      userImage: {
        entities: [{ bbox: [412, 288, 1190, 1402], confidence: 0.748112, age: 31.4, gender: 'female', race: null }],
        bestAngle: 0,
      },
      warnings: [],
      faceQuality: 81.06,
      faceLuminance: 47.9,
      contradictions: [],
    });
  });

  it('decodes a declined answer with both tags of an attack', () => {
    const verdict = decodeVerdict(spoofAnswer.liveness, 'liveness');

    expect(verdict).toMatchObject({ status: 'Declined', score: 8.25, contradictions: [] });
    expect(verdict.warnings).toEqual([
      {
        risk: 'LOW_LIVENESS_SCORE',
        logType: 'error',
        feature: 'LIVENESS',
        additionalData: null,
        shortDescription: 'Short words about LOW_LIVENESS_SCORE',
        longDescription: 'Long words about LOW_LIVENESS_SCORE',
      },
      expect.objectContaining({ risk: 'LIVENESS_FACE_ATTACK', logType: 'error' }),
    ]);
  });

  it('decodes the identifiers of a blocklist hit', () => {
    const [warning] = decodeVerdict(blocklistedAnswer.liveness, 'liveness').warnings;

    expect(warning?.additionalData).toEqual({
      blocklistedSessionId: '0e9c2a44-53d1-4a88-9a5e-6f0c1c7d2b19',
      blocklistedSessionNumber: 5120,
      duplicatedSessionId: null,
      duplicatedSessionNumber: null,
      apiService: null,
    });
  });

  it('decodes the identifiers of a duplicate', () => {
    const [, warning] = decodeVerdict(advisoryAnswer.liveness, 'liveness').warnings;

    expect(warning?.additionalData).toEqual({
      blocklistedSessionId: null,
      blocklistedSessionNumber: null,
      duplicatedSessionId: '77a3e1b0-20e7-4d0c-9a55-0bd94c6ef8f1',
      duplicatedSessionNumber: 2048,
      apiService: 'PASSIVE_LIVENESS',
    });
  });

  it('decodes an answer about a picture without a face', () => {
    expect(decodeVerdict(noFaceAnswer.liveness, 'liveness')).toMatchObject({
      status: 'Declined',
      score: null,
      userImage: { entities: [], bestAngle: null },
      faceQuality: null,
      faceLuminance: null,
      contradictions: [],
    });
  });

  it('decodes what early answers leave out as null', () => {
    const verdict = decodeVerdict(earlyAnswer.liveness, 'liveness');

    expect(verdict).toMatchObject({ status: 'Approved', score: 95, contradictions: [] });
    expect(verdict.warnings).toEqual([expect.objectContaining({ feature: null, additionalData: null })]);
    expect(verdict.userImage.entities).toEqual([expect.objectContaining({ race: null, age: 22.16 })]);
  });

  it('C28 keeps an approval with several faces, for the policy to judge', () => {
    const verdict = decodeVerdict(advisoryAnswer.liveness, 'liveness');

    expect(verdict).toMatchObject({ status: 'Approved', contradictions: [] });
    expect(verdict.userImage.entities).toHaveLength(2);
  });

  it.each([null, ABSENT, 'Approved', 1, [approvedAnswer().liveness], []])('C16 refuses %p', (value) => {
    expect(() => decodeVerdict(value, 'liveness')).toThrow('liveness is not an object');
  });

  it.each([
    'approved',
    'APPROVED',
    'Approved ',
    ' Approved',
    'Approved\0',
    'Accepted',
    '',
    1,
    true,
    null,
    ABSENT,
    ['Approved'],
    {},
  ])('C17 takes the status %j for no verdict', (status) => {
    const decode = () => decodeVerdict({ ...approvedAnswer().liveness, status }, 'liveness');

    expect(decode).toThrow("liveness.status is not 'Approved', 'Declined' or 'In Review'");
  });

  it('C17 approves under no status but the exact one', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.mixedCase(fc.constant('approved')), fc.anything()), (status) => {
        const outcome = outcomeOf({ ...approvedAnswer().liveness, status });

        expect(outcome === 'Approved').toBe(status === 'Approved');
      }),
    );
  });

  it('C17 decodes In Review as what it is', () => {
    expect(outcomeOf(approvedAnswer({ status: 'In Review' }).liveness)).toBe('In Review');
  });

  it.each([null, ABSENT])('C20 refuses Approved with the score %p', (score) => {
    const decode = () => decodeVerdict({ ...approvedAnswer().liveness, score }, 'liveness');

    expect(decode).toThrow('liveness.score is not a number, although the status is Approved');
  });

  it.each([
    ['a string', '95', 'liveness.score is not a number'],
    ['not a number', Number.NaN, 'liveness.score is not a number'],
    ['true', true, 'liveness.score is not a number'],
    ['negative', -1, 'liveness.score is not a number from 0 to 100'],
    ['over 100', 101, 'liveness.score is not a number from 0 to 100'],
  ])('C20 refuses a score that is %s, whatever the status', (_name, score, message) => {
    const decode = (status: string) => () => decodeVerdict({ ...approvedAnswer().liveness, status, score }, 'liveness');

    expect(decode('Approved')).toThrow(message);
    expect(decode('Declined')).toThrow(message);
  });

  it.each([0, 95.5, 100])('C20 takes the score %d as it is', (score) => {
    expect(decodeVerdict(approvedAnswer({ score }).liveness, 'liveness')).toMatchObject({ status: 'Approved', score });
  });

  it('C22 keeps a decline without warnings, and one with score 99, declined', () => {
    expect(decodeVerdict(approvedAnswer({ status: 'Declined', score: 99 }).liveness, 'liveness')).toMatchObject({
      status: 'Declined',
      score: 99,
      contradictions: [],
    });
  });

  it.each(['ACTIVE_3D', 'passive', '', null, ABSENT, 1])('C26 refuses the method %p', (method) => {
    const decode = () => decodeVerdict({ ...approvedAnswer().liveness, method }, 'liveness');

    expect(decode).toThrow("liveness.method is not 'PASSIVE'");
  });

  it.each([null, ABSENT, {}, '', 0])('C24 refuses the warnings %p', (warnings) => {
    const decode = () => decodeVerdict({ ...approvedAnswer().liveness, warnings }, 'liveness');

    expect(decode).toThrow('liveness.warnings is not an array');
  });

  it('C24 refuses more than a hundred warnings or faces', () => {
    const warnings = Array.from({ length: 101 }, () => warningOf('MULTIPLE_FACES', 'warning'));
    const entities = Array.from({ length: 101 }, () => spoofAnswer.liveness.user_image.entities).flat();

    expect(() => decodeVerdict(approvedAnswer({ warnings }).liveness, 'liveness')).toThrow(
      'liveness.warnings is not an array of at most 100 entries',
    );
    expect(() =>
      decodeVerdict(approvedAnswer({ user_image: { entities, best_angle: 0 } }).liveness, 'liveness'),
    ).toThrow('liveness.user_image.entities is not an array of at most 100 entries');
  });

  it.each([
    ['no-face', { user_image: { entities: [], best_angle: 0 } }],
    ['no-face', { user_image: null }],
    ['no-face', { user_image: ABSENT }],
    ['error-warning', { warnings: [warningOf('AGE_NOT_DETECTED', 'error')] }],
    ['error-warning', { warnings: [warningOf('NEVER_HEARD_OF', 'error')] }],
    ['auto-decline-tag', { warnings: [warningOf('LIVENESS_FACE_ATTACK', 'information')] }],
    [
      'auto-decline-tag',
      { warnings: [warningOf('DUPLICATED_FACE', 'information'), warningOf('FACE_IN_BLOCKLIST', 'warning')] },
    ],
  ])('C18 C19 C28 turns an approval into a decline for %s', (contradiction, part) => {
    const verdict = decodeVerdict({ ...approvedAnswer().liveness, ...part }, 'liveness');

    expect(verdict).toMatchObject({ status: 'Declined', score: 96.37, contradictions: [contradiction] });
  });

  it('C18 C19 C28 names every contradiction', () => {
    const part = { user_image: { entities: [], best_angle: 0 }, warnings: [warningOf('NO_FACE_DETECTED', 'error')] };

    expect(decodeVerdict(approvedAnswer(part).liveness, 'liveness').contradictions).toEqual([
      'auto-decline-tag',
      'error-warning',
      'no-face',
    ]);
  });

  it.each(['Declined', 'In Review'])('names no contradiction of %s', (status) => {
    const part = {
      status,
      user_image: { entities: [], best_angle: 0 },
      warnings: [warningOf('NO_FACE_DETECTED', 'error')],
    };

    expect(decodeVerdict(approvedAnswer(part).liveness, 'liveness')).toMatchObject({ status, contradictions: [] });
  });

  it('C18 C19 C20 C22 P2 P3 agrees with the rules in every case', () => {
    const cases = KNOWN_TAGS.flatMap((risk) =>
      LOG_TYPE_VALUES.flatMap((logType) =>
        STATUSES.flatMap((status) => SCORES.map((score) => ({ risk, logType, status, score }))),
      ),
    );

    const wrong = cases.filter((one) => outcomeOf(livenessOf(one)) !== expectedOutcome(one));

    expect(cases).toHaveLength(16 * 6 * 10 * 10);
    expect(wrong).toEqual([]);
  });

  it('C23 takes an unknown tag of unknown or missing severity for an error', () => {
    const tag = fc.string().filter((risk) => !KNOWN_TAGS.includes(risk));
    const severity = fc.oneof(fc.constantFrom(null, ABSENT, 'critical', 'ERROR', 1), fc.string());

    fc.assert(
      fc.property(tag, severity, (risk, logType) => {
        fc.pre(logType !== 'warning' && logType !== 'information');

        expect(outcomeOf(livenessOf({ risk, logType, status: 'Approved', score: 90 }))).toBe('Declined');
      }),
    );
  });

  it('C23 keeps an approval with an unknown tag that is a warning or information', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('warning', 'information'), (risk, logType) => {
        fc.pre(!AUTO_DECLINE_TAGS.includes(risk));

        expect(outcomeOf(livenessOf({ risk, logType, status: 'Approved', score: 90 }))).toBe('Approved');
      }),
    );
  });

  it.each(Object.entries(WARNING_TAGS))(
    'takes the documented severity of %s where it is missing',
    (risk, { logType }) => {
      const answer = (missing: null | undefined) => ({
        ...spoofAnswer.liveness,
        warnings: [{ risk, log_type: missing }],
      });

      expect(decodeVerdict(answer(null), 'liveness').warnings).toEqual([expect.objectContaining({ risk, logType })]);
      expect(decodeVerdict(answer(undefined), 'liveness').warnings).toEqual([
        expect.objectContaining({ risk, logType }),
      ]);
    },
  );

  it.each([[[1, 2, 3]], [[1, 2, 3, 4, 5]], [[]]])('C16 wants four numbers for a place, not %j', (bbox) => {
    const image = { entities: [{ bbox }], best_angle: 0 };

    expect(() => decodeVerdict({ ...approvedAnswer().liveness, user_image: image }, 'liveness')).toThrow(
      'bbox is not four numbers',
    );
  });

  it.each<[string, LivenessPart | Record<string, unknown>]>([
    ['liveness.user_image', { user_image: [] }],
    ['liveness.user_image.entities', { user_image: {} }],
    ['liveness.user_image.entities[0]', { user_image: { entities: [null] } }],
    ['liveness.user_image.entities[0].bbox', { user_image: { entities: [{}] } }],
    ['liveness.user_image.entities[0].bbox', { user_image: { entities: [{ bbox: [1, 2, 3] }] } }],
    ['liveness.user_image.entities[0].bbox', { user_image: { entities: [{ bbox: [1, 2, 3, 4, 5] }] } }],
    ['liveness.user_image.entities[0].bbox[2]', { user_image: { entities: [{ bbox: [1, 2, '3', 4] }] } }],
    [
      'liveness.user_image.entities[0].confidence',
      { user_image: { entities: [{ bbox: [1, 2, 3, 4], confidence: '1' }] } },
    ],
    ['liveness.user_image.entities[0].age', { user_image: { entities: [{ bbox: [1, 2, 3, 4], age: '31' }] } }],
    ['liveness.user_image.entities[0].gender', { user_image: { entities: [{ bbox: [1, 2, 3, 4], gender: 1 }] } }],
    ['liveness.user_image.best_angle', { user_image: { entities: [], best_angle: '90' } }],
    ['liveness.warnings[0]', { warnings: [null] }],
    ['liveness.warnings[0].risk', { warnings: [{ log_type: 'warning' }] }],
    ['liveness.warnings[0].risk', { warnings: [{ risk: 1, log_type: 'warning' }] }],
    ['liveness.warnings[0].feature', { warnings: [{ risk: 'X', feature: 1 }] }],
    ['liveness.warnings[0].additional_data', { warnings: [{ risk: 'X', additional_data: [] }] }],
    [
      'liveness.warnings[0].additional_data.api_service',
      { warnings: [{ risk: 'X', additional_data: { api_service: 1 } }] },
    ],
    [
      'liveness.warnings[0].additional_data.duplicated_session_number',
      { warnings: [{ risk: 'X', additional_data: { duplicated_session_number: '1' } }] },
    ],
    ['liveness.warnings[0].short_description', { warnings: [{ risk: 'X', short_description: {} }] }],
    ['liveness.warnings[0].long_description', { warnings: [{ risk: 'X', long_description: false }] }],
    ['liveness.face_quality', { face_quality: 100.1 }],
    ['liveness.face_luminance', { face_luminance: -0.1 }],
  ])('C16 names %s when it has another shape', (path, part) => {
    const decode = () => decodeVerdict({ ...approvedAnswer().liveness, ...part }, 'liveness');

    expect(decode).toThrow(UndecodableError);
    expect(decode).toThrow(new RegExp(`^${path.replaceAll(/[[\].]/g, '\\$&')} is not `));
  });

  it('C16 gives a verdict or the one error for anything', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (value) => {
        expect(['undecodable', 'Declined', 'In Review', 'Approved']).toContain(outcomeOf(value));
      }),
    );
  });

  it('C16 P1 approves an answer with any place changed only if every invariant holds', () => {
    const answers = [approvedAnswer().liveness, advisoryAnswer.liveness, earlyAnswer.liveness];
    const changes = answers.flatMap((answer) => pathsOf(answer).map((path) => ({ answer, path })));

    const telling = fc.constantFrom('Approved', 'error', 'information', 'NO_FACE_DETECTED', 0, 100, 101, null, [], {});

    fc.assert(
      fc.property(fc.constantFrom(...changes), fc.oneof(fc.jsonValue(), telling), ({ answer, path }, replacement) => {
        const changed = replacedAt(answer, path, replacement);

        expect(outcomeOf(changed) !== 'Approved' || everyInvariantHolds(changed)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('C25 copies known fields only', () => {
    const extra = { is_admin: true, toString: 'x' };
    const answer = {
      ...approvedAnswer().liveness,
      ...extra,
      user_image: { entities: [{ bbox: [1, 2, 3, 4], ...extra }], best_angle: 0, ...extra },
      warnings: [{ ...warningOf('MULTIPLE_FACES', 'warning', { ...extra }), ...extra }],
    };

    expect(JSON.stringify(decodeVerdict(answer, 'liveness'))).not.toMatch(/is_admin|toString/);
  });

  it('C25 reads no field through the prototype', () => {
    const inherited = Object.create(approvedAnswer().liveness) as unknown;
    const parsed: unknown = JSON.parse(`{"__proto__": ${JSON.stringify(approvedAnswer().liveness)}}`);

    expect(outcomeOf(inherited)).toBe('undecodable');
    expect(outcomeOf(parsed)).toBe('undecodable');
    expect(Object.hasOwn(Object.prototype, 'status')).toBe(false);
  });

  it('freezes the verdict and all that is in it', () => {
    const verdicts = [advisoryAnswer, blocklistedAnswer, noFaceAnswer].map(({ liveness }) =>
      decodeVerdict(liveness, 'x'),
    );
    const contradicted = decodeVerdict({ ...approvedAnswer().liveness, user_image: null }, 'x');

    expect([...verdicts, contradicted].flatMap(unfrozenIn)).toEqual([]);
  });

  it('says where in its messages, and never repeats what the answer holds', () => {
    const canary = 'canary-7f3a';
    const replacements = [canary, [canary], { [canary]: canary }];
    const leaks = pathsOf(advisoryAnswer.liveness)
      .flatMap((path) => replacements.map((replacement) => replacedAt(advisoryAnswer.liveness, path, replacement)))
      .filter((answer) => messageOf(answer).includes(canary));

    expect(leaks).toEqual([]);
  });
});

describe('the warning tags', () => {
  it('are the sixteen documented ones, of which four always decline', () => {
    expect(KNOWN_TAGS).toHaveLength(16);
    expect(KNOWN_TAGS.filter(isAutoDeclineRisk)).toEqual(AUTO_DECLINE_TAGS);
  });

  it.each([
    ['NO_FACE_DETECTED', 'error'],
    ['LIVENESS_FACE_ATTACK', 'error'],
    ['FACE_IN_BLOCKLIST', 'error'],
    ['POSSIBLE_FACE_IN_BLOCKLIST', 'error'],
    ['LOW_LIVENESS_SCORE', 'error'],
    ['MULTIPLE_FACES_DETECTED', 'warning'],
    ['DUPLICATED_FACE', 'information'],
    ['POSSIBLE_DUPLICATED_FACE', 'information'],
  ] as const)('give %s the severity that is documented: %s', (risk, logType) => {
    expect(WARNING_TAGS[risk].logType).toBe(logType);
  });

  it.each(['no_face_detected', 'NO_FACE', '', 'toString', '__proto__', 'constructor'])('do not know %j', (risk) => {
    expect(isKnownRisk(risk)).toBe(false);
    expect(isAutoDeclineRisk(risk)).toBe(false);
  });
});

interface Case {
  readonly risk: string;
  readonly logType: unknown;
  readonly status: unknown;
  readonly score: unknown;
}

function livenessOf({ risk, logType, status, score }: Case): unknown {
  return { ...approvedAnswer().liveness, status, score, warnings: [{ risk, log_type: logType }] };
}

function outcomeOf(liveness: unknown): string {
  try {
    return decodeVerdict(liveness, 'liveness').status;
  } catch (error) {
    expect(error).toBeInstanceOf(UndecodableError);
    return 'undecodable';
  }
}

function messageOf(liveness: unknown): string {
  try {
    decodeVerdict(liveness, 'liveness');
    return '';
  } catch (error) {
    return `${String(error)} ${JSON.stringify(error)}`;
  }
}

/** Severities where the answer leaves them out, copied from the documentation and not from the source. */
const ERRORS_BY_DEFAULT = [
  ...AUTO_DECLINE_TAGS,
  'LOW_LIVENESS_SCORE',
  'AGE_BELOW_MINIMUM',
  'AGE_NOT_DETECTED',
  'FRAME_INJECTION_SUSPECTED',
];

/** The rules, written a second time. */
function expectedOutcome({ risk, logType, status, score }: Case): string {
  if (typeof status !== 'string' || !['Approved', 'Declined', 'In Review'].includes(status)) return 'undecodable';
  if (!isPercentage(score) && (status === 'Approved' || typeof score === 'number' || typeof score === 'string')) {
    return 'undecodable';
  }
  return status === 'Approved' && isForbidden(risk, logType) ? 'Declined' : status;
}

function isPercentage(score: unknown): boolean {
  return typeof score === 'number' && score >= 0 && score <= 100;
}

function isForbidden(risk: string, logType: unknown): boolean {
  if (AUTO_DECLINE_TAGS.includes(risk)) return true;
  if (logType === null || logType === ABSENT) return !KNOWN_TAGS.includes(risk) || ERRORS_BY_DEFAULT.includes(risk);
  return logType !== 'warning' && logType !== 'information';
}

/** What has to hold of an answer that is taken for an approval. */
function everyInvariantHolds(liveness: unknown): boolean {
  const {
    status,
    method,
    score,
    user_image: image,
    warnings,
  } = liveness as ReturnType<typeof approvedAnswer>['liveness'];
  return [
    status === 'Approved',
    method === 'PASSIVE',
    typeof score === 'number' && score >= 0 && score <= 100,
    Array.isArray(image.entities) && image.entities.length > 0,
    Array.isArray(warnings),
    !warnings.some(({ risk, log_type: logType }) => isForbidden(risk, logType)),
  ].every(Boolean);
}

function unfrozenIn(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return [...(Object.isFrozen(value) ? [] : [value]), ...Object.values(value).flatMap(unfrozenIn)];
}
