import { randomUUID } from 'node:crypto';
import type { WireWarning } from '@didit-liveness/core';
import { noCredits } from './account.js';
import type { Answer } from './answer.js';
import { json } from './answer.js';
import { isSandboxKey, NO_PERMISSION, refuseKey } from './api-key.js';
import type { ApiRequest } from './api-request.js';
import type { CheckBody, CheckResult, ResultKey } from './check-body.js';
import { toWire } from './check-body.js';
import type { DecisionSteps } from './decision-body.js';
import type { PictureEndpointName } from './endpoint-names.js';
import type { CheckFields } from './field-parsers.js';
import type { FieldReader } from './field-reader.js';
import { validateForm } from './field-reader.js';
import type { UploadedFile } from './form.js';
import { looksLikeImage } from './image-format.js';
import type { Script, ScriptMistake } from './marker.js';
import { readFaceId, readScript } from './marker.js';
import type { Picture } from './picture.js';
import { applyScript, pictureOf, SANDBOX_PICTURE } from './picture.js';
import type { VerdictScenario } from './scenario.js';
import { SCENARIOS } from './scenarios.js';
import { announceCheck } from './session-event.js';
import type { State } from './state.js';
import { isKnownRisk } from './warnings.js';

/** What one check with a picture has of its own; all else is the same for every one. */
export interface PictureEndpoint<Fields extends CheckFields> {
  readonly name: PictureEndpointName;
  readonly resultKey: ResultKey;
  readonly readFields: (reader: FieldReader) => Fields;
  /** The picture that this one is compared with. */
  readonly otherImage?: (fields: Fields) => UploadedFile;
  /** A 400 that depends on what the picture shows; nothing is billed. */
  readonly refuse?: (picture: Picture) => Answer | undefined;
  readonly judge: (check: Check<Fields>, picture: Picture) => CheckResult;
  /** How a saved check reads as a session. */
  readonly toSteps: (result: CheckResult) => DecisionSteps;
  /** Approved faces are found by later searches when saved. */
  readonly enrols?: true;
  /** Shapes of early 2026 are known for this endpoint. */
  readonly hasSeedShape?: true;
}

/** A check whose fields are good, and where it came from. */
export interface Check<Fields extends CheckFields> {
  readonly fields: Fields;
  readonly request: ApiRequest;
  readonly state: State;
  /** The person in `user_image`. */
  readonly faceId: string;
  readonly isSandbox: boolean;
}

/** A request to an endpoint, and how its scenario is chosen. */
interface Job<Fields extends CheckFields> {
  readonly endpoint: PictureEndpoint<Fields>;
  readonly request: ApiRequest;
  readonly state: State;
  readonly choose: (image: Buffer) => Script | ScriptMistake;
}

/**
 * Answers a check. The order is limiter, key, fields, balance, sandbox, picture, scenario; the API's own order is
 * documented only in part (balance before any work on the picture, sandbox after the fields).
 */
export function answerPictureCheck<Fields extends CheckFields>(
  endpoint: PictureEndpoint<Fields>,
  request: ApiRequest,
  state: State,
): Answer {
  return answerJob({ endpoint, request, state, choose: (image) => nextScript(endpoint.name, image, state) });
}

/** Where a followed redirect ends: an approval that nobody should have asked for. */
export function answerRedirectedCheck<Fields extends CheckFields>(
  endpoint: PictureEndpoint<Fields>,
  request: ApiRequest,
  state: State,
): Answer {
  return answerJob({ endpoint, request, state, choose: () => ({ scenario: 'approved' }) });
}

function answerJob<Fields extends CheckFields>(job: Job<Fields>): Answer {
  const { endpoint, request, state } = job;
  const refused = state.writes.refuse(request.client) ?? refuseKey(request.apiKey, state, NO_PERMISSION);
  if (refused !== undefined) {
    return refused;
  }
  if (request.form.problem !== undefined) {
    return json(400, { detail: `Multipart form parse error - ${request.form.problem}` });
  }
  const validation = validateForm(request.form, endpoint.readFields);
  if (validation.kind === 'invalid') {
    return json(400, validation.errors);
  }
  const { fields } = validation;
  const faceId = readFaceId(fields.image.bytes, fields.image.sha256);
  const check = { fields, request, state, faceId, isSandbox: isSandboxKey(request.apiKey) };
  if (check.isSandbox) {
    // A static approval: no look at the picture, nothing saved, nothing billed.
    return json(200, toWire(judge(endpoint, check, SANDBOX_PICTURE)));
  }
  return state.account.canPay() ? answerPaid(job, check) : noCredits();
}

function answerPaid<Fields extends CheckFields>(job: Job<Fields>, check: Check<Fields>): Answer {
  const { endpoint, request, state } = job;
  const { image } = check.fields;
  const otherImage = endpoint.otherImage?.(check.fields) ?? image;
  // Assumption: the text for a reference that cannot be decoded is the same.
  if (!looksLikeImage(image.bytes) || !looksLikeImage(otherImage.bytes)) {
    return json(400, { error: 'Invalid user image format.' });
  }
  const script = job.choose(image.bytes);
  if ('mistake' in script) {
    return json(500, { detail: script.mistake });
  }
  const scenario = SCENARIOS[script.scenario];
  if (scenario.kind === 'refusal') {
    return scenario.refuse({ path: request.path, otherOrigin: request.otherOrigin, nowMs: state.options.now() });
  }
  const picture = applyScript(pictureOf(image.sha256), scenario, script);
  return endpoint.refuse?.(picture) ?? answerVerdict(endpoint, check, { scenario, picture });
}

function nextScript(endpoint: PictureEndpointName, image: Buffer, { queue }: State): Script | ScriptMistake {
  const scenario = queue.take(endpoint);
  return scenario === undefined ? (readScript(image) ?? { scenario: 'approved' }) : { scenario };
}

interface Sight {
  readonly scenario: VerdictScenario;
  readonly picture: Picture;
}

/** Bills, judges and saves: what the API does even when its answer is lost on the way. */
function answerVerdict<Fields extends CheckFields>(
  endpoint: PictureEndpoint<Fields>,
  check: Check<Fields>,
  { scenario, picture }: Sight,
): Answer {
  check.state.account.charge();
  const body = judge(endpoint, check, picture);
  if (check.fields.saveApiRequest) {
    save(endpoint, check, body);
  }
  const answer = scenario.replace?.() ?? json(200, scenario.rewrite?.(body) ?? toWire(body));
  return { ...answer, billed: true, delivery: scenario.delivery ?? 'whole' };
}

function judge<Fields extends CheckFields>(
  endpoint: PictureEndpoint<Fields>,
  check: Check<Fields>,
  picture: Picture,
): CheckBody {
  const { seedShape, now } = check.state.options;
  const isSeedShape = seedShape && endpoint.hasSeedShape === true;
  const time = new Date(now()).toISOString();
  return {
    requestId: randomUUID(),
    resultKey: endpoint.resultKey,
    result: endpoint.judge(check, picture),
    vendorData: check.fields.vendorData,
    metadata: check.fields.metadata,
    createdAt: isSeedShape ? time : time.replace('Z', '000+00:00'),
    isSeedShape,
  };
}

function save<Fields extends CheckFields>(
  endpoint: PictureEndpoint<Fields>,
  { state, faceId }: Check<Fields>,
  { requestId, result, vendorData, metadata, createdAt }: CheckBody,
): void {
  const isEnrolled = endpoint.enrols === true && result.status === 'Approved' && result.user_image.entities.length > 0;
  const saved = {
    sessionId: requestId,
    sessionNumber: state.sessionNumbers.next(),
    status: result.status,
    steps: endpoint.toSteps(result),
    vendorData,
    metadata,
    createdAt,
  };
  state.saved.add(saved, isEnrolled ? faceId : undefined);
  announceCheck(saved, state);
}

/** The warnings of a scenario that this endpoint knows; what a fault makes up passes everywhere. */
export function scriptedWarnings({ warnings, forcedStatus }: Picture, known: readonly string[]): WireWarning[] {
  return warnings.filter(({ risk }) => forcedStatus !== undefined || !isKnownRisk(risk) || known.includes(risk));
}

/** `Declined` when a warning is an error, unless the scenario says otherwise. */
export function statusOf({ forcedStatus }: Picture, warnings: readonly WireWarning[]): string {
  const isDeclined = warnings.some((warning) => warning.log_type === 'error');
  return forcedStatus ?? (isDeclined ? 'Declined' : 'Approved');
}
