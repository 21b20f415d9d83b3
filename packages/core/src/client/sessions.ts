import type { ImageInput } from '../image/picture.js';
import {
  aBoolean,
  anObject,
  aPageUrl,
  aString,
  aUuid,
  checkOptions,
  invalidOption,
  oneOf,
  type OptionCheck,
  type OptionChecks,
  required,
} from '../options.js';
import { type CreatedSession, decodeCreatedSession } from '../wire/created-session.js';
import { decodeJson, UndecodableError } from '../wire/decoding.js';
import { decodeSessionDecision, type SessionDecision } from '../wire/session.js';
import { encodeJson } from './body.js';
import type { Caller } from './caller.js';
import { anImage, aSignal, aVendorId, inspectPicture, toJson } from './picture-fields.js';

/** How the person of a session can be reached. */
export interface ContactDetails {
  readonly email?: string;
  /** In international form, for example `+34600000000`. */
  readonly phone?: string;
  /** Let Didit write to the address when the status changes. */
  readonly sendNotificationEmails?: boolean;
  /** Language of these mails. */
  readonly emailLanguage?: string;
}

/** Arguments of {@link Sessions.create}. What is left out is not sent, and Didit's own default holds. */
export interface SessionRequest {
  /** Of a published workflow; see {@link Workflows.create}. */
  readonly workflowId: string;
  /**
   * Your stable and opaque id of the person, up to 256 characters. Never take it from the client. An unfinished session
   * of the same id is used again.
   */
  readonly vendorData?: string;
  /** Where the browser goes afterwards. What it brings along is no proof: read the decision. */
  readonly callback?: string;
  /** Which device is sent to `callback`: the one that began, the one that finished, or both. */
  readonly callbackMethod?: 'initiator' | 'completer' | 'both';
  /** Any JSON object; kept with the session and echoed. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Of the pages, for example `es` or `pt-BR`. */
  readonly language?: string;
  /** The picture to compare the person with, in workflows that do; JPEG, PNG, WebP or TIFF, up to 2 MiB. */
  readonly portraitImage?: ImageInput;
  readonly contactDetails?: ContactDetails;
  /** What the documents should say, by the names of the API, for example `first_name`. */
  readonly expectedDetails?: Readonly<Record<string, unknown>>;
  /** The outcome to play, for example `decline_document_expired`; only for keys of a sandbox. */
  readonly sandboxScenario?: string;
  /** Ends the call early. Whether there is a session is then unknown. */
  readonly signal?: AbortSignal;
}

/** Arguments of {@link Sessions.decision} and {@link Sessions.delete} besides the id. */
export interface SessionCallOptions {
  /** Ends the call early. */
  readonly signal?: AbortSignal;
}

/** The check of an option that names the language of Didit's pages. */
export const aLanguage: OptionCheck = {
  allowed: "the code of a language, for example 'es' or 'pt-BR'",
  accepts: (value) => typeof value === 'string' && /^[a-z]{2,3}(-[A-Za-z]{2,4})?$/.test(value),
};
const someData: OptionCheck = { ...anObject, secret: true };
const someText: OptionCheck = { ...aString, secret: true };

const CHECKS: OptionChecks<SessionRequest> = {
  workflowId: required(aUuid),
  vendorData: aVendorId,
  callback: aPageUrl,
  callbackMethod: oneOf(['initiator', 'completer', 'both']),
  metadata: someData,
  language: aLanguage,
  portraitImage: anImage,
  contactDetails: someData,
  expectedDetails: someData,
  sandboxScenario: {
    allowed: 'letters, digits and _',
    accepts: (value) => typeof value === 'string' && /^\w{1,100}$/.test(value),
  },
  signal: aSignal,
};

const CONTACT_CHECKS: OptionChecks<ContactDetails> = {
  email: someText,
  phone: someText,
  sendNotificationEmails: aBoolean,
  emailLanguage: aLanguage,
};

const CALL_CHECKS: OptionChecks<SessionCallOptions> = { signal: aSignal };

/** Source: the OpenAPI document at https://github.com/api-evangelist/didit (read 2026-11-22). */
const MAX_PORTRAIT_BYTES = 2 * 1024 * 1024;

/** Sessions, in which Didit's own pages test the person in front of the camera. */
export class Sessions {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Makes a session to send a person to. Never sent twice by itself: when the answer is lost there may be a session.
   *
   * @throws {@link InvalidOptionError} for an argument that is not allowed; nothing is sent
   * @throws {@link ImageRefusedError} for a portrait that cannot be used; nothing is sent
   * @throws an {@link AnyCallError}; its `complaints` say what Didit does not like
   */
  async create(request: SessionRequest): Promise<CreatedSession> {
    const { signal, ...fields } = checkOptions('create', request, CHECKS);
    return this.#caller.run({
      method: 'POST',
      path: '/v3/session/',
      effect: 'write',
      topic: 'data',
      statuses: [201],
      body: encodeJson(await toWire(fields)),
      decode: decodeCreatedSession,
      signal,
    });
  }

  /**
   * What came of a session, or of a check that was saved. To be read by your server once the person is back: what the
   * browser brings along is no proof. A session that is not over is an answer like any other.
   *
   * @throws {@link InvalidOptionError} for an id that is none; nothing is sent
   * @throws {@link NotFoundError} when there is no such session, or not for this key
   * @throws an {@link AnyCallError}
   */
  async decision(sessionId: string, options: SessionCallOptions = {}): Promise<SessionDecision> {
    const path = `/v3/session/${checkSessionId('decision', sessionId)}/decision/`;
    const { signal } = checkOptions('decision', options, CALL_CHECKS);
    const decode = (body: Uint8Array) => decodeDecisionOf(sessionId, body);
    return this.#caller.run({ method: 'GET', path, effect: 'read', topic: 'data', decode, signal });
  }

  /**
   * Deletes a session with its pictures. The block list keeps what is on it, and nothing is paid back.
   *
   * @throws {@link InvalidOptionError} for an id that is none; nothing is sent
   * @throws {@link NotFoundError} when there is no such session, or no more
   * @throws an {@link AnyCallError}
   */
  async delete(sessionId: string, options: SessionCallOptions = {}): Promise<void> {
    const path = `/v3/session/${checkSessionId('delete', sessionId)}/delete/`;
    const { signal } = checkOptions('delete', options, CALL_CHECKS);
    await this.#caller.run({
      method: 'DELETE',
      path,
      effect: 'read',
      topic: 'data',
      statuses: [200, 204],
      decode: toNothing,
      signal,
    });
  }
}

/** Sources differ on what a deletion answers; nothing rests on it. */
function toNothing(): void {}

/** @throws {@link InvalidOptionError} for anything that could change the path it is put into */
function checkSessionId(method: string, sessionId: string): string {
  if (aUuid.accepts(sessionId)) return sessionId;
  throw invalidOption(`${method}.sessionId`, sessionId, aUuid);
}

/** A decision over another session decides nothing. @throws {@link UndecodableError} */
function decodeDecisionOf(sessionId: string, body: Uint8Array): SessionDecision {
  const decision = decodeSessionDecision(decodeJson(body), 'the body');
  if (decision.sessionId.toLowerCase() === sessionId.toLowerCase()) return decision;
  throw new UndecodableError('the body.session_id', 'the id that was asked for');
}

async function toWire(request: Omit<SessionRequest, 'signal'>): Promise<Record<string, unknown>> {
  const { metadata, expectedDetails, contactDetails, portraitImage } = request;
  if (metadata !== undefined) toJson(metadata, 'create.metadata');
  if (expectedDetails !== undefined) toJson(expectedDetails, 'create.expectedDetails');
  return {
    workflow_id: request.workflowId,
    vendor_data: request.vendorData,
    callback: request.callback,
    callback_method: request.callbackMethod,
    metadata,
    language: request.language,
    contact_details: contactDetails && toWireContact(contactDetails),
    expected_details: expectedDetails,
    portrait_image: portraitImage && (await toBase64(portraitImage)),
    sandbox_scenario: request.sandboxScenario,
  };
}

function toWireContact(contactDetails: ContactDetails): Record<string, unknown> {
  const { email, phone, sendNotificationEmails, emailLanguage } = checkOptions(
    'create.contactDetails',
    contactDetails,
    CONTACT_CHECKS,
  );
  return { email, phone, send_notification_emails: sendNotificationEmails, email_lang: emailLanguage };
}

async function toBase64(image: ImageInput): Promise<string> {
  const { chunks, size } = await inspectPicture(image, 'portraitImage');
  if (size <= MAX_PORTRAIT_BYTES) return Buffer.concat(chunks).toString('base64');
  const allowed = `a picture of at most ${MAX_PORTRAIT_BYTES} bytes`;
  throw invalidOption('create.portraitImage', image, { allowed, secret: true });
}
