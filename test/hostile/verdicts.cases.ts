import { approvedAnswer, warningOf } from '../../packages/core/test/support/answers.js';
import { answer } from '../../packages/core/test/support/server.js';
import { AUTO_DECLINE_TAGS } from '../../packages/core/test/support/verdicts.js';
import { badResponse, DECLINED, RETAKE, REVIEW, type UpstreamCase } from './upstream-expectations.js';
import type { ExpectedRefusal, UpstreamOptions } from './upstream-bench.js';

type Expectation = ExpectedRefusal | 'handled';

const BAD = badResponse('yes');

function said(row: string, what: string, body: string | object, expected: Expectation): UpstreamCase {
  return { row, what, replies: [answer({ body })], expected };
}

/** An answer that says Approved, with one thing changed that the types of the API may not allow. */
function approved(row: string, what: string, part: object, expected: Expectation): UpstreamCase {
  return said(row, what, approvedAnswer(part), expected);
}

/** An approved answer with what is around the verdict changed. */
function around(row: string, what: string, part: object, expected: Expectation): UpstreamCase {
  return said(row, what, { ...approvedAnswer(), ...part }, expected);
}

function scored(score: number, threshold: number, expected: Expectation): UpstreamCase {
  const options: Partial<UpstreamOptions> = { threshold };
  return {
    ...approved('C21', `a score of ${score} where more than ${threshold} is asked`, { score }, expected),
    options,
  };
}

const text = JSON.stringify(approvedAnswer());
const [face] = approvedAnswer().liveness.user_image.entities;
const without = (name: string) => ({ [name]: undefined });
const unknown = (logType: unknown) => ({ warnings: [{ ...warningOf('SOMETHING_NEW', 'error'), log_type: logType }] });
const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;

/** Answers with 200 that are JSON. */
export const VERDICTS: readonly UpstreamCase[] = [
  ...['null', '[]', '"Approved"', 'true', '1', '{}', `[${text}]`].map((body) =>
    said('C16', `${body.slice(0, 20)} in place of an answer`, body, BAD),
  ),
  ...([undefined, null, [], 'Approved', true] as const).map((liveness) =>
    around('C16', `${JSON.stringify(liveness)} in place of the verdict`, { liveness }, BAD),
  ),
  approved('C16', 'faces that are a text', { user_image: { entities: 'one', best_angle: 0 } }, BAD),
  approved('C16', 'a quality that is a text', { face_quality: '81' }, BAD),
  ...['approved', 'APPROVED', 'Approved ', ' Approved', '', 'Verified', 1, true, null, ['Approved'], undefined].map(
    (status) => approved('C17', `the status ${JSON.stringify(status)}`, { status }, BAD),
  ),
  approved('C17', 'the status "In Review"', { status: 'In Review' }, REVIEW),
  ...AUTO_DECLINE_TAGS.flatMap((tag) =>
    (['error', 'warning', 'information'] as const).map((logType) =>
      approved('C18', `Approved with ${tag} as ${logType}`, { warnings: [warningOf(tag, logType)] }, DECLINED),
    ),
  ),
  ...['DUPLICATED_FACE', 'MULTIPLE_FACES_DETECTED', 'LOW_FACE_QUALITY', 'SOMETHING_NEW'].map((tag) =>
    approved('C19', `Approved with ${tag} as error`, { warnings: [warningOf(tag, 'error')] }, DECLINED),
  ),
  ...[null, '95', -1, 100.01, 140, [95], true, undefined].map((score) =>
    approved('C20', `Approved with the score ${JSON.stringify(score)}`, { score }, BAD),
  ),
  ...['NaN', 'Infinity', '1e999', '-1e999'].map((score) =>
    said('C20', `Approved with the score ${score}`, text.replace('96.37', score), BAD),
  ),
  approved('C20', 'Approved with the score 95.5', { score: 95.5 }, 'handled'),
  scored(79, 80, DECLINED),
  scored(80, 80, DECLINED),
  scored(80.01, 80, 'handled'),
  scored(81, 80, 'handled'),
  approved('C22', 'Declined without a warning', { status: 'Declined' }, DECLINED),
  approved('C22', 'Declined with the score 99', { status: 'Declined', score: 99 }, DECLINED),
  approved('C23', 'an unknown tag as error', unknown('error'), DECLINED),
  approved('C23', 'an unknown tag of an unknown severity', unknown('fatal'), DECLINED),
  approved('C23', 'an unknown tag without a severity', unknown(undefined), DECLINED),
  approved('C23', 'an unknown tag as warning', unknown('warning'), REVIEW),
  approved('C23', 'an unknown tag as information', unknown('information'), 'handled'),
  ...([undefined, null, {}, 'none'] as const).map((warnings) =>
    approved('C24', `${JSON.stringify(warnings)} in place of the warnings`, { warnings }, BAD),
  ),
  approved('C24', '101 warnings', { warnings: Array.from({ length: 101 }, () => warningOf('X', 'information')) }, BAD),
  approved('C24', '100,000 warnings', { warnings: Array.from({ length: 100_000 }, () => 0) }, BAD),
  said('C24', 'two statuses, the last one Declined', text.replace('"score"', '"status":"Declined","score"'), DECLINED),
  said(
    'C24',
    'two verdicts, the last one Declined',
    text.replace(/}$/, `,"liveness":${JSON.stringify(approvedAnswer({ status: 'Declined' }).liveness)}}`),
    DECLINED,
  ),
  around('C25', 'fields that nobody knows', { approved: true, nested: { status: 'Declined' } }, 'handled'),
  said('C25', 'a field 20,000 lists deep', text.replace('{', `{"deep":${nested},`), 'handled'),
  said('C25', 'its verdict under __proto__', text.replace('"liveness"', '"__proto__"'), BAD),
  said(
    'C25',
    'a Declined that has an Approved under __proto__',
    text.replace('"status":"Approved"', '"status":"Declined","__proto__":{"status":"Approved"}'),
    DECLINED,
  ),
  said(
    'C25',
    'a status under __proto__',
    text.replace('"status":"Approved"', '"__proto__":{"status":"Approved"}'),
    BAD,
  ),
  ...['ACTIVE', 'passive', null, undefined].map((method) =>
    approved('C26', `the method ${JSON.stringify(method)}`, { method }, BAD),
  ),
  ...[undefined, null, 7, 'x'.repeat(10_000), 'a\r\nX-Evil: 1', '${jndi:ldap://x}'].map((id) =>
    around('C27', `the request id ${JSON.stringify(id)?.slice(0, 30)}`, { request_id: id }, 'handled'),
  ),
  approved('C28', 'Approved without a face', { user_image: { entities: [], best_angle: 0 } }, DECLINED),
  approved('C28', 'Approved without a picture', without('user_image'), DECLINED),
  approved(
    'C28',
    'two faces and the tag for it',
    {
      user_image: { entities: [face, face], best_angle: 0 },
      warnings: [warningOf('MULTIPLE_FACES_DETECTED', 'warning')],
    },
    RETAKE,
  ),
  approved('C28', 'two faces without a tag', { user_image: { entities: [face, face], best_angle: 0 } }, 'handled'),
  ...['1970-01-01T00:00:00Z', '9999-12-31T23:59:59Z', 'yesterday', 0, null, undefined].map((time) =>
    around('C42', `the time ${JSON.stringify(time)}`, { created_at: time }, 'handled'),
  ),
];
