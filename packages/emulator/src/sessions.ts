import { randomBytes, randomUUID } from 'node:crypto';
import { setBounded } from './bounded.js';
import type { DecisionSteps } from './decision-body.js';
import { UNFINISHED_STATUSES } from './session-statuses.js';
import type { Workflow } from './workflows.js';

/** What a session is created from. */
export interface SessionSettings {
  readonly workflow: Workflow;
  readonly environment: 'live' | 'sandbox';
  readonly vendorData: string | null;
  readonly metadata: unknown;
  readonly callback: string | null;
  readonly language: string | undefined;
  readonly contactDetails: unknown;
  readonly expectedDetails: unknown;
}

/** A hosted verification session. */
export interface Session extends SessionSettings {
  readonly id: string;
  readonly number: number;
  readonly token: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  metadata: unknown;
  callback: string | null;
  status: string;
  steps: DecisionSteps;
  isBilled: boolean;
}

/** The newest 100,000 sessions. */
export interface Sessions {
  /** A new session, or the unfinished one of the same user and workflow with new callback and metadata. */
  open(settings: SessionSettings, number: () => number): Session;
  get(id: string): Session | undefined;
  findByToken(token: string): Session | undefined;
  delete(id: string): void;
}

/** Makes an empty register of sessions. */
export function createSessions(now: () => number): Sessions {
  const sessions = new Map<string, Session>();
  const tokens = new Map<string, Session>();
  const latest = new Map<string, Session>();
  return {
    open(settings, number) {
      const user = userKeyOf(settings);
      const known = user === undefined ? undefined : latest.get(user);
      if (known !== undefined && sessions.has(known.id) && isUnfinished(expireIfDue(known, now()))) {
        known.callback = settings.callback;
        known.metadata = settings.metadata;
        return known;
      }
      const session = makeSession(settings, number(), now());
      setBounded(sessions, session.id, session);
      setBounded(tokens, session.token, session);
      if (user !== undefined) {
        setBounded(latest, user, session);
      }
      return session;
    },
    get: (id) => expireIfDue(sessions.get(id.toLowerCase()), now()),
    findByToken(token) {
      const session = tokens.get(token);
      return session !== undefined && sessions.has(session.id) ? expireIfDue(session, now()) : undefined;
    },
    delete(id) {
      sessions.delete(id.toLowerCase());
    },
  };
}

/** Whether the session waits for its user. */
export function isUnfinished({ status }: Session): boolean {
  return UNFINISHED_STATUSES.includes(status);
}

/** Without `vendor_data` nobody is known to be the same user. */
function userKeyOf({ vendorData, workflow, environment }: SessionSettings): string | undefined {
  return vendorData === null ? undefined : JSON.stringify([environment, workflow.uuid, vendorData]);
}

/** Assumption: nobody is told when a session runs out by the clock. */
function expireIfDue<Found extends Session | undefined>(session: Found, nowMs: number): Found {
  if (session !== undefined && isUnfinished(session) && session.expiresAtMs <= nowMs) {
    session.status = 'Expired';
  }
  return session;
}

function makeSession(settings: SessionSettings, number: number, nowMs: number): Session {
  const features = settings.workflow.features.map(({ feature }) => feature);
  return {
    ...settings,
    id: randomUUID(),
    number,
    token: randomBytes(9).toString('base64url'),
    createdAtMs: nowMs,
    expiresAtMs: nowMs + settings.workflow.sessionSeconds * 1000,
    status: 'Not Started',
    steps: { features, livenessChecks: null, faceMatches: null },
    isBilled: false,
  };
}
