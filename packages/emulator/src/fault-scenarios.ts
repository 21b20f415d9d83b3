import { noCredits } from './account.js';
import type { Answer, Delivery } from './answer.js';
import { html, json } from './answer.js';
import { NO_PERMISSION } from './api-key.js';
import type { CheckBody } from './check-body.js';
import { toWire } from './check-body.js';
import { tooManyRequests } from './rate-limiter.js';
import { redirectTargetOf } from './paths.js';
import type { Picture } from './picture.js';
import type { RefusalScenario, Scenario } from './scenario.js';
import type { FaultScenarioName } from './scenario-names.js';
import { makeWarning } from './warnings.js';

const RETRY_AFTER_SECONDS = 30;

/** The scenarios in which the API misbehaves. */
export const FAULT_SCENARIOS: Readonly<Record<FaultScenarioName, Scenario>> = {
  '400-image': refusal('400, the picture cannot be decoded.', () => json(400, { error: 'Invalid user image format.' })),
  '400-detail': refusal('400 with a detail text.', () =>
    json(400, { detail: 'Multipart form parse error - Invalid boundary in multipart: None' }),
  ),
  '401': refusal('401, wrong key.', () => json(401, { detail: 'Invalid API Key.' })),
  '402': refusal('402, the check could not be paid for.', () => json(402, { detail: 'Payment required.' })),
  '403-credits': refusal('403, not enough credits.', noCredits),
  '403-permission': refusal('403, the key lacks permission.', () => json(403, { detail: NO_PERMISSION })),
  '404': refusal('404.', () => json(404, { detail: 'Not found.' })),
  '408': refusal('408, the request did not arrive in time.', () => json(408, { detail: 'Request timeout.' })),
  '413': refusal('413 from a proxy, in HTML.', () => errorPage(413, 'Request Entity Too Large')),
  '429': refusal('429 with Retry-After: 30 and the three X-RateLimit headers.', ({ nowMs }) =>
    tooManyRequests({ scope: 'Write request', limit: 300, freeAtMs: nowMs + RETRY_AFTER_SECONDS * 1000, nowMs }),
  ),
  '500': refusal('500 without a body.', () => html(500, '')),
  '500-html': refusal('500 in HTML.', () => errorPage(500, 'Server Error (500)')),
  '502': refusal('502 from a proxy, in HTML.', () => errorPage(502, 'Bad Gateway')),
  '503': refusal('503 with Retry-After: 30.', () =>
    json(503, { detail: 'Service unavailable.' }, { 'retry-after': String(RETRY_AFTER_SECONDS) }),
  ),
  'slow-headers': delivered('The answer begins after ten minutes.', 'slow-headers'),
  'slow-body': delivered('Headers at once, then one byte every quarter of a second.', 'slow-body'),
  hang: delivered('No answer; the socket stays open.', 'hang'),
  'reset-before-response': delivered('The connection is reset after the request was read.', 'reset-before-response'),
  'reset-mid-body': delivered('The connection is reset after half of the body.', 'reset-mid-body'),
  'truncated-json': delivered('Half of the JSON, ended like a whole answer.', 'truncated'),
  'html-200': replaced('200 with an HTML page.', () => html(200, '<!doctype html><title>Sign in</title>')),
  'empty-200': replaced('200 with an empty body.', () => ({ ...json(200, {}), body: '' })),
  'unknown-status': shown('A status that is not documented: "Verified".', { forcedStatus: 'Verified' }),
  'in-review': shown('Status "In Review", which only sessions have.', { forcedStatus: 'In Review' }),
  'unknown-warning': shown('Approved with an undocumented tag (warning).', {
    warnings: [makeWarning('LOW_FACE_QUALITY', { risk: 'FACE_PARTLY_COVERED', short_description: 'Covered face' })],
  }),
  contradiction: shown('Approved together with LIVENESS_FACE_ATTACK (error).', {
    forcedStatus: 'Approved',
    warnings: [makeWarning('LIVENESS_FACE_ATTACK')],
  }),
  'error-warning': shown('Approved together with DUPLICATED_FACE, here of severity error.', {
    forcedStatus: 'Approved',
    warnings: [makeWarning('DUPLICATED_FACE', { log_type: 'error' })],
  }),
  'null-score': shown('Approved with score null.', { forcedStatus: 'Approved', score: null, similarity: null }),
  'string-score': rewritten('The score is a string.', withStringScore),
  'score-out-of-range': shown('Approved with score 140.', { forcedStatus: 'Approved', score: 140, similarity: 140 }),
  'missing-liveness': rewritten(
    'The body has no "liveness", or whatever the result of the check is called.',
    (body) => {
      const { [body.resultKey]: _result, ...rest } = toWire(body);
      return rest;
    },
  ),
  'huge-body': delivered('64 MiB of blanks in front of the verdict.', 'huge'),
  'gzip-body': delivered('The body of huge-body, gzipped whatever the request accepts.', 'gzip'),
  redirect: refusal('307 to <path>redirected/ on another origin; a check that follows it is billed.', (context) =>
    json(307, {}, { location: context.otherOrigin + redirectTargetOf(context.path) }),
  ),
  'early-401': refusal('401 before the body was read; not recorded.', earlyRefusal),
};

/** The answer of `early-401`, sent while the request is still on its way. */
export function earlyRefusal(): Answer {
  return json(401, { detail: 'Invalid API Key.' });
}

function refusal(about: string, refuse: RefusalScenario['refuse']): Scenario {
  return { kind: 'refusal', about, refuse };
}

function delivered(about: string, delivery: Delivery): Scenario {
  return { kind: 'verdict', about, delivery };
}

function shown(about: string, picture: Partial<Picture>): Scenario {
  return { kind: 'verdict', about, picture };
}

function replaced(about: string, replace: () => Answer): Scenario {
  return { kind: 'verdict', about, replace };
}

function rewritten(about: string, rewrite: (body: CheckBody) => unknown): Scenario {
  return { kind: 'verdict', about, rewrite };
}

/** Face search has no score; its one number is that of the matches. */
function withStringScore(body: CheckBody): unknown {
  const name = 'score' in body.result ? 'score' : 'total_matches';
  return toWire({ ...body, result: { ...body.result, [name]: String(body.result[name]) } });
}

function errorPage(status: number, title: string): Answer {
  return html(status, `<!doctype html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`);
}
