import type { Answer } from './answer.js';
import { json, noContent } from './answer.js';
import { NO_PERMISSION, refuseKey } from './api-key.js';
import type { ApiRequest } from './api-request.js';
import { refuseMalformed } from './decision.js';
import type { Destination, DestinationSettings } from './destinations.js';
import type { JsonBody, JsonObject } from './json-body.js';
import { readJsonBody } from './json-body.js';
import type { MemberRules, Wrong } from './json-rules.js';
import { boolean, checkMembers, list, oneOf, text } from './json-rules.js';
import { isLoopback } from './loopback.js';
import type { State } from './state.js';
import { isWebAddress } from './web-address.js';
import { summarize } from './delivery-summary.js';

const EVENTS = [
  'status.updated',
  'data.updated',
  'user.status.updated',
  'user.data.updated',
  'business.status.updated',
  'business.data.updated',
  'activity.created',
  'transaction.created',
  'transaction.status.updated',
  'travel_rule.status.updated',
];

/** Source: https://docs.didit.me/management-api/webhook (read 2026-11-22) */
const DESTINATION: MemberRules = {
  label: text(255),
  url: checkUrl,
  enabled: boolean,
  webhook_version: oneOf(['v1', 'v2', 'v3']),
  subscribed_events: list(oneOf(EVENTS), 1),
};

type DestinationParams = Readonly<Record<string, string>>;

/** `POST /v3/webhook/destinations/`: an omitted list of events receives nothing. */
export function answerAddDestination(request: ApiRequest, state: State): Answer {
  const body = readSettings(request, state, ['label', 'url']);
  if (body.kind === 'refused') {
    return body.answer;
  }
  const defaults = { enabled: true, webhook_version: 'v3', subscribed_events: [] };
  const destination = state.destinations.add(pickSettings({ ...defaults, ...body.value }), timeOf(state));
  return destination === undefined
    ? json(400, { detail: 'emulator: too many webhook destinations.' })
    : json(201, toBody(destination, state));
}

/** `GET /v3/webhook/destinations/`. Assumption: a page of a list, without secrets. */
export function answerDestinations({ client, apiKey }: ApiRequest, state: State): Answer {
  const results = state.destinations.list().map((destination) => {
    const { secret_shared_key: _secret, ...shown } = toBody(destination, state);
    return shown;
  });
  return (
    state.reads.refuse(client) ??
    refuseKey(apiKey, state, NO_PERMISSION) ??
    json(200, { count: results.length, next: null, previous: null, results })
  );
}

/** `GET /v3/webhook/destinations/{uuid}/`, where the secret can be read. */
export function answerDestination(request: ApiRequest, state: State, { uuid = '' }: DestinationParams): Answer {
  const refused = state.reads.refuse(request.client) ?? refuseKey(request.apiKey, state, NO_PERMISSION);
  return refused ?? withDestination(uuid, state, (destination) => json(200, toBody(destination, state)));
}

/** `PATCH /v3/webhook/destinations/{uuid}/`: a list of events takes the place of the old one. */
export function answerChangeDestination(request: ApiRequest, state: State, { uuid = '' }: DestinationParams): Answer {
  const body = readSettings(request, state, []);
  if (body.kind === 'refused') {
    return body.answer;
  }
  return withDestination(uuid, state, (destination) => {
    destination.settings = pickSettings({ ...destination.settings, ...body.value });
    destination.updatedAt = timeOf(state);
    return json(200, toBody(destination, state));
  });
}

/** `DELETE /v3/webhook/destinations/{uuid}/`. */
export function answerDeleteDestination(request: ApiRequest, state: State, { uuid = '' }: DestinationParams): Answer {
  const refused = state.writes.refuse(request.client) ?? refuseKey(request.apiKey, state, NO_PERMISSION);
  return (
    refused ??
    withDestination(uuid, state, () => {
      state.destinations.delete(uuid);
      return noContent();
    })
  );
}

function readSettings(request: ApiRequest, state: State, required: readonly string[]): JsonBody {
  const refused = state.writes.refuse(request.client) ?? refuseKey(request.apiKey, state, NO_PERMISSION);
  if (refused !== undefined) {
    return { kind: 'refused', answer: refused };
  }
  const body = readJsonBody(request);
  const wrong = body.kind === 'object' ? checkMembers(body.value, { rules: DESTINATION, required }) : undefined;
  return wrong === undefined ? body : { kind: 'refused', answer: json(400, wrong) };
}

function withDestination(uuid: string, { destinations }: State, answer: (found: Destination) => Answer): Answer {
  const found = destinations.get(uuid);
  return refuseMalformed(uuid) ?? (found === undefined ? json(404, { detail: 'Not found.' }) : answer(found));
}

function checkUrl(value: unknown): Wrong | undefined {
  if (!isWebAddress(value)) {
    return ['Enter a valid URL.'];
  }
  return isLoopback(value)
    ? undefined
    : ['emulator: webhooks go to this machine only (localhost, 127.0.0.1 or [::1], without a user name).'];
}

/** Each member passed its rule, and members without a rule are left out. */
function pickSettings(value: JsonObject): DestinationSettings {
  const known = Object.entries(value).filter(([name]) => Object.hasOwn(DESTINATION, name));
  return Object.fromEntries(known) as unknown as DestinationSettings;
}

function timeOf({ options }: State): string {
  return new Date(options.now()).toISOString();
}

function toBody({ uuid, secret, createdAt, updatedAt, settings }: Destination, { webhooks }: State) {
  return {
    uuid,
    label: settings.label,
    url: settings.url,
    enabled: settings.enabled,
    webhook_version: settings.webhook_version,
    secret_shared_key: secret,
    subscribed_events: settings.subscribed_events,
    created_at: createdAt,
    updated_at: updatedAt,
    summary: summarize(webhooks.list().filter(({ destinationId }) => destinationId === uuid)),
  };
}
