import { randomUUID } from 'node:crypto';
import type { WirePassiveLivenessResponse, WireWarning } from '@didit-liveness/core';
import { noCredits } from './account.js';
import type { Answer } from './answer.js';
import { json } from './answer.js';
import { isSandboxKey, NO_PERMISSION, refuseKey } from './api-key.js';
import type { ApiRequest } from './api-request.js';
import type { CheckFields } from './field-validation.js';
import { validateFields } from './field-validation.js';
import { looksLikeImage } from './image-format.js';
import type { Script, ScriptMistake } from './marker.js';
import { readFaceId, readScript } from './marker.js';
import type { VerdictScenario } from './scenario.js';
import { SCENARIOS } from './scenarios.js';
import type { State } from './state.js';
import type { Picture } from './verdict.js';
import { judge, pictureOf, toSeedShape } from './verdict.js';
import { makeWarning } from './warnings.js';

/**
 * `POST /v3/passive-liveness/`. The order is limiter, key, fields, balance, sandbox, picture, scenario; the API's own
 * order is documented only in part (balance before any work on the picture, sandbox after the fields).
 */
export function answerPassiveLiveness(request: ApiRequest, state: State): Answer {
  return answerCheck(request, state, (image) => nextScript(image, state));
}

/** Where a followed redirect ends: an approval that nobody should have asked for. */
export function answerRedirected(request: ApiRequest, state: State): Answer {
  return answerCheck(request, state, () => ({ scenario: 'approved' }));
}

type ChooseScript = (image: Buffer) => Script | ScriptMistake;

/** A check whose fields are good, and where it came from. */
interface Check {
  readonly fields: CheckFields;
  readonly request: ApiRequest;
  readonly state: State;
}

function answerCheck(request: ApiRequest, state: State, choose: ChooseScript): Answer {
  const refused = state.writes.refuse(request.client) ?? refuseKey(request.apiKey, state.options, NO_PERMISSION);
  if (refused !== undefined) {
    return refused;
  }
  if (request.form.problem !== undefined) {
    return json(400, { detail: `Multipart form parse error - ${request.form.problem}` });
  }
  const validation = validateFields(request.form);
  if (validation.kind === 'invalid') {
    return json(400, validation.errors);
  }
  const check = { fields: validation.fields, request, state };
  if (isSandboxKey(request.apiKey)) {
    return answerSandbox(check);
  }
  return state.account.canPay() ? answerPaid(check, choose) : noCredits();
}

/** The static approval of sandbox keys: no look at the picture, nothing saved, nothing billed. */
function answerSandbox(check: Check): Answer {
  const picture: Picture = { score: 99, faces: 1, faceQuality: 90, faceLuminance: 50, warnings: [] };
  return json(200, judgeCheck(check, { ...picture, forcedStatus: 'Approved' }));
}

function answerPaid(check: Check, choose: ChooseScript): Answer {
  const { fields, request, state } = check;
  if (!looksLikeImage(fields.image.bytes)) {
    return json(400, { error: 'Invalid user image format.' });
  }
  const script = choose(fields.image.bytes);
  if ('mistake' in script) {
    return json(500, { detail: script.mistake });
  }
  const scenario = SCENARIOS[script.scenario];
  if (scenario.kind === 'refusal') {
    return scenario.refuse({ otherOrigin: request.otherOrigin, nowMs: state.options.now() });
  }
  return answerVerdict(check, scenario, script.score);
}

function nextScript(image: Buffer, { queue }: State): Script | ScriptMistake {
  const scenario = queue.take();
  return scenario === undefined ? (readScript(image) ?? { scenario: 'approved' }) : { scenario };
}

/** Bills, screens for duplicates, judges and saves: what the API does even when its answer is lost on the way. */
function answerVerdict(check: Check, scenario: VerdictScenario, score: number | undefined): Answer {
  const { fields, state } = check;
  const faceId = readFaceId(fields.image.bytes, fields.image.sha256);
  const scripted = { ...pictureOf(fields.image.sha256), ...scenario.picture };
  const picture = score === undefined || scripted.score === null ? scripted : { ...scripted, score };
  state.account.charge();
  const body = judgeCheck(check, {
    ...picture,
    warnings: [...picture.warnings, ...findDuplicate(check, faceId, picture)],
  });
  if (fields.saveApiRequest) {
    state.saved.add(faceId, { vendorData: fields.vendorData, metadata: fields.metadata, body });
  }
  const answer = scenario.write?.(body) ?? json(200, body);
  return { ...answer, billed: true, delivery: scenario.delivery ?? 'whole' };
}

function findDuplicate({ fields, state }: Check, faceId: string, picture: Picture): WireWarning[] {
  const other = state.saved.findOther(faceId, fields.vendorData);
  const isKnown = picture.warnings.some(({ risk }) => risk === 'DUPLICATED_FACE');
  if (other === undefined || picture.faces === 0 || isKnown) {
    return [];
  }
  const hit = {
    duplicated_session_id: other.body.request_id,
    duplicated_session_number: other.sessionNumber,
    api_service: 'PASSIVE_LIVENESS',
  };
  return [makeWarning('DUPLICATED_FACE', { additional_data: hit })];
}

function judgeCheck({ fields, state }: Check, picture: Picture): WirePassiveLivenessResponse {
  const { seedShape, thresholdMode, now } = state.options;
  const { threshold, vendorData, metadata } = fields;
  const context = { requestId: randomUUID(), threshold, thresholdMode, vendorData, metadata, nowMs: now() };
  return seedShape ? toSeedShape(judge(withWholeScore(picture), context)) : judge(picture, context);
}

/** Rounded before it is compared, so that score and status of one answer agree. */
function withWholeScore(picture: Picture): Picture {
  return { ...picture, score: picture.score === null ? null : Math.round(picture.score) };
}
