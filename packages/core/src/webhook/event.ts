import { isPlainObject } from '../options.js';
import { decodeJson, member, type WireObject } from '../wire/decoding.js';

/** A session of a person, or one of a business, got another status or other data. */
export type SessionEventType = 'status.updated' | 'data.updated';
/** A person in Didit's records, known by `vendorData`, changed. */
export type UserEventType = 'user.status.updated' | 'user.data.updated';
/** A business in Didit's records changed. */
export type BusinessEventType = 'business.status.updated' | 'business.data.updated';
/** Something happened to a monitored transaction. */
export type TransactionEventType = 'transaction.created' | 'transaction.status.updated' | 'travel_rule.status.updated';
/** Reserved by Didit. */
export type ActivityEventType = 'activity.created';

/**
 * Every `type` that this version knows.
 *
 * Source: https://docs.didit.me/management-api/webhook (read 2026-11-22)
 */
export type KnownWebhookType =
  | SessionEventType
  | UserEventType
  | BusinessEventType
  | TransactionEventType
  | ActivityEventType;

/** What every event has. Fields that a delivery does not have, or has in another shape, are null. */
export interface WebhookFacts<Type extends string = string> {
  /** The `webhook_type` if this version knows it, else `'unknown'`, so that the compiler can tell events apart. */
  readonly type: Type;
  /** The `webhook_type` as Didit spells it. */
  readonly webhookType: string;
  /** The same in every attempt to deliver it; older deliveries have none. */
  readonly eventId: string | null;
  /** When it was sent, in seconds since 1970: what the freshness was judged by. */
  readonly timestamp: number;
  /** Seconds since 1970. */
  readonly createdAt: number | null;
  readonly applicationId: string | null;
  /** An approval in the sandbox says nothing about a person: look at this before acting on one. */
  readonly environment: 'live' | 'sandbox' | null;
  /** The status as Didit spells it; what is unknown is not an approval. */
  readonly status: string | null;
  /** Your id of the person, as it was given to Didit. */
  readonly vendorData: string | null;
  readonly metadata: WireObject | null;
  /** The whole body as Didit spells it, frozen: for fields that have no name here. */
  readonly body: WireObject;
}

/** A session changed. For standalone checks that Didit saved, `sessionId` is the request id. */
export interface SessionWebhookEvent extends WebhookFacts<SessionEventType> {
  readonly sessionId: string | null;
  readonly workflowId: string | null;
  /** Comes with Approved, Declined, In Review and Abandoned. As Didit spells it. */
  readonly decision: WireObject | null;
}

/** A person changed. */
export interface UserWebhookEvent extends WebhookFacts<UserEventType> {}
/** A business changed. */
export interface BusinessWebhookEvent extends WebhookFacts<BusinessEventType> {}
/** A transaction changed. */
export interface TransactionWebhookEvent extends WebhookFacts<TransactionEventType> {}
/** Reserved by Didit. */
export interface ActivityWebhookEvent extends WebhookFacts<ActivityEventType> {}
/** Genuine, but of a type that this version does not know: see `webhookType` and `body`. */
export interface UnknownWebhookEvent extends WebhookFacts<'unknown'> {}

/** What a verified delivery says, told apart by `type`. */
export type WebhookEvent =
  | SessionWebhookEvent
  | UserWebhookEvent
  | BusinessWebhookEvent
  | TransactionWebhookEvent
  | ActivityWebhookEvent
  | UnknownWebhookEvent;

/** Every type, and whether its events are about a session. */
const KNOWN_TYPES: Readonly<Record<KnownWebhookType, boolean>> = {
  'status.updated': true,
  'data.updated': true,
  'user.status.updated': false,
  'user.data.updated': false,
  'business.status.updated': false,
  'business.data.updated': false,
  'transaction.created': false,
  'transaction.status.updated': false,
  'travel_rule.status.updated': false,
  'activity.created': false,
};

/** The JSON object of a body, or undefined. */
export function parseBody(bytes: Uint8Array): WireObject | undefined {
  let body: unknown;
  try {
    body = decodeJson(bytes);
  } catch {
    // Whatever the decoder minds, it is no event; its message would not be shown before the signature is known.
  }
  return isPlainObject(body) ? body : undefined;
}

/** When a body says that it was sent. */
export function timestampOf(body: WireObject): number | null {
  return secondsOf(body, 'timestamp') ?? secondsOf(body, 'created_at');
}

/** A number of seconds since 1970, or null. */
export function secondsOf(body: WireObject, name: string): number | null {
  const value = member(body, name);
  return Number.isFinite(value) ? (value as number) : null; // Of what is no number, Number.isFinite says no.
}

/** The event in a verified body; undefined when it does not say of which type it is. */
export function toEvent(body: WireObject, timestamp: number): WebhookEvent | undefined {
  const webhookType = textOf(body, 'webhook_type');
  if (webhookType === null || webhookType === '') return undefined;
  freezeAll(body);
  const isOfSession = isKnown(webhookType) ? KNOWN_TYPES[webhookType] : undefined;
  const type = isOfSession === undefined ? 'unknown' : webhookType;
  const facts = { type, webhookType, timestamp, ...factsOf(body) };
  // The parts fit together by `type`, which the compiler cannot follow through a table.
  return Object.freeze(isOfSession ? { ...facts, ...sessionOf(body) } : facts) as WebhookEvent;
}

function isKnown(type: string): type is KnownWebhookType {
  return Object.hasOwn(KNOWN_TYPES, type);
}

function factsOf(body: WireObject): Omit<WebhookFacts, 'type' | 'webhookType' | 'timestamp'> {
  const environment = textOf(body, 'environment');
  return {
    eventId: toEventId(textOf(body, 'event_id')),
    createdAt: secondsOf(body, 'created_at'),
    applicationId: textOf(body, 'application_id'),
    environment: environment === 'live' || environment === 'sandbox' ? environment : null,
    status: textOf(body, 'status'),
    vendorData: textOf(body, 'vendor_data'),
    metadata: objectOf(body, 'metadata'),
    body,
  };
}

function sessionOf(body: WireObject): Pick<SessionWebhookEvent, 'sessionId' | 'workflowId' | 'decision'> {
  return {
    sessionId: textOf(body, 'session_id'),
    workflowId: textOf(body, 'workflow_id'),
    decision: decisionOf(body),
  };
}

/** The one place where the decision of a session is read. */
function decisionOf(body: WireObject): WireObject | null {
  return objectOf(body, 'decision');
}

/** The id if it can be a key of a store and stand in a log line, else null. */
function toEventId(value: string | null): string | null {
  return value?.match(/^[\x21-\x7e]{1,200}$/)?.[0] ?? null;
}

function textOf(body: WireObject, name: string): string | null {
  const value = member(body, name);
  return typeof value === 'string' ? value : null;
}

function objectOf(body: WireObject, name: string): WireObject | null {
  const value = member(body, name);
  return isPlainObject(value) ? value : null;
}

/** Freezes a JSON value to its last leaf; in a loop, since its depth is not ours to choose. */
function freezeAll(root: WireObject): void {
  const pending: object[] = [root];
  for (let value = pending.pop(); value; value = pending.pop()) {
    Object.freeze(value);
    for (const entry of Object.values(value)) if (typeof entry === 'object' && entry !== null) pending.push(entry);
  }
}
