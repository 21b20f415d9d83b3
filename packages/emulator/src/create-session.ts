import { NO_CREDITS } from './account.js';
import type { Answer } from './answer.js';
import { json } from './answer.js';
import { isSandboxKey, NO_PERMISSION, refuseKey } from './api-key.js';
import type { ApiRequest } from './api-request.js';
import type { JsonObject } from './json-body.js';
import { readJsonBody } from './json-body.js';
import type { MemberRules, Wrong } from './json-rules.js';
import { anything, boolean, checkMembers, nullable, object, oneOf, text } from './json-rules.js';
import type { Session, SessionSettings } from './sessions.js';
import type { State } from './state.js';
import { isWebAddress } from './web-address.js';
import type { Workflow } from './workflows.js';

const MAX_PORTRAIT_BYTES = 2 * 2 ** 20;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/u;

/** The list of 54 languages is not public; anything that looks like one is taken. */
const LANGUAGE = /^[a-z]{2,3}(?:-[a-z]{2,4})?$/iu;

const SANDBOX_SCENARIOS = ['decline_document_expired', 'decline_aml_hit'];

const CONTACT_DETAILS: MemberRules = {
  email: nullable(text(254)),
  send_notification_emails: boolean,
  email_lang: nullable(text(12)),
  phone: nullable(text(32)),
};

/** Source: https://docs.didit.me/sessions-api/create-session (read 2026-11-22) */
const SESSION: MemberRules = {
  workflow_id: text(64),
  vendor_data: nullable(text(Infinity)),
  callback: nullable((value) => (isWebAddress(value) ? undefined : ['Enter a valid URL.'])),
  callback_method: nullable(oneOf(['initiator', 'completer', 'both'])),
  metadata: anything,
  language: nullable(checkLanguage),
  contact_details: nullable(object({ rules: CONTACT_DETAILS })),
  expected_details: nullable(object({ rules: {} })),
  portrait_image: nullable(checkPortrait),
};

/** `POST /v3/session/`: a new session, or the unfinished one of the same user. */
export function answerCreateSession(request: ApiRequest, state: State): Answer {
  const refused = state.sessionCreations.refuse(request.client) ?? refuseKey(request.apiKey, state, NO_PERMISSION);
  if (refused !== undefined) {
    return refused;
  }
  const body = readJsonBody(request);
  if (body.kind === 'refused') {
    return body.answer;
  }
  const isSandbox = isSandboxKey(request.apiKey);
  const wrong =
    checkMembers(body.value, { rules: SESSION, required: ['workflow_id'] }) ??
    checkScenario(body.value['sandbox_scenario'], isSandbox);
  if (wrong !== undefined) {
    return json(400, wrong);
  }
  // It passed its rule.
  const workflow = state.workflows.get(body.value['workflow_id'] as string);
  if (workflow?.status !== 'published') {
    // What is found after validation is a plain text instead of a list.
    return json(400, { workflow_id: 'Invalid workflow_id.' });
  }
  if (!isSandbox && !state.account.canPay()) {
    return json(400, { detail: NO_CREDITS });
  }
  const settings = toSettings(body.value, workflow, isSandbox);
  const session = state.sessions.open(settings, () => state.sessionNumbers.next());
  return json(201, toBody(session, request.origin));
}

/** The page of a session; a language is part of its path. */
export function sessionUrlOf({ language, token }: Session, origin: string): string {
  return `${origin}/${language === undefined ? '' : `${language}/`}session/${token}`;
}

function checkLanguage(value: unknown): Wrong | undefined {
  return typeof value === 'string' && LANGUAGE.test(value) ? undefined : [`"${String(value)}" is not a valid choice.`];
}

function checkPortrait(value: unknown): Wrong | undefined {
  if (typeof value !== 'string' || !BASE64.test(value)) {
    return ['Invalid base64 image.'];
  }
  return Buffer.byteLength(value, 'base64') > MAX_PORTRAIT_BYTES ? ['Image size exceeds 2MB.'] : undefined;
}

/** Assumption: the text for a live application is not documented. A known scenario has no effect here. */
function checkScenario(scenario: unknown, isSandbox: boolean): Wrong | undefined {
  if (scenario === undefined || scenario === null) {
    return undefined;
  }
  if (!isSandbox) {
    return { sandbox_scenario: ['Sandbox scenarios are only available to sandbox applications.'] };
  }
  if (typeof scenario !== 'string') {
    return { sandbox_scenario: ['Not a valid string.'] };
  }
  const isKnown = SANDBOX_SCENARIOS.includes(scenario);
  return isKnown ? undefined : { sandbox_scenario: [`Unknown sandbox scenario: '${scenario}'.`] };
}

function toSettings(value: JsonObject, workflow: Workflow, isSandbox: boolean): SessionSettings {
  // Each member passed its rule.
  return {
    workflow,
    environment: isSandbox ? 'sandbox' : 'live',
    vendorData: (value['vendor_data'] ?? null) as string | null,
    metadata: value['metadata'] ?? null,
    callback: (value['callback'] ?? null) as string | null,
    language: (value['language'] ?? undefined) as string | undefined,
    contactDetails: value['contact_details'] ?? null,
    expectedDetails: value['expected_details'] ?? null,
  };
}

function toBody(session: Session, origin: string): unknown {
  return {
    session_id: session.id,
    session_number: session.number,
    session_token: session.token,
    url: sessionUrlOf(session, origin),
    vendor_data: session.vendorData,
    metadata: session.metadata,
    status: session.status,
    workflow_id: session.workflow.uuid,
    workflow_version: 1,
    callback: session.callback,
  };
}
