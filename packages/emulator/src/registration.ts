import type { Answer } from './answer.js';
import { html, json } from './answer.js';
import type { ApiRequest } from './api-request.js';
import { pushBounded } from './bounded.js';
import { throttled } from './rate-limiter.js';
import { brokenPasswordRule } from './password-rules.js';
import type { State } from './state.js';
import { readTextFields } from './text-fields.js';
import type { Application, User } from './users.js';
import { makeApplication } from './users.js';

/**
 * Mail is sent while the caller waits, and to these domains nobody can send any.
 *
 * Source: https://docs.didit.me/auth-api/register (read 2026-11-22)
 */
const RESERVED_DOMAIN = /@(?:.+\.)?(?:example\.(?:com|org)|test|example|invalid)$/iu;

const CODE_LENGTH = 6;

/** `POST /auth/v2/programmatic/register/`. Assumption: an address that was never verified may register again. */
export function answerRegister(request: ApiRequest, state: State): Answer {
  const throttle = state.registrations.refuse(request.address);
  if (throttle !== undefined) {
    return throttle;
  }
  const input = readTextFields(request, ['email', 'password']);
  if (input.kind === 'refused') {
    return input.answer;
  }
  const { email, password } = input.fields;
  const broken = brokenPasswordRule(password);
  if (broken !== undefined) {
    return json(400, { password: [broken] });
  }
  if (state.users.find(email)?.isVerified === true) {
    // Assumption: the shape and text of this refusal are not documented.
    return json(400, { email: ['A user with this email already exists.'] });
  }
  if (RESERVED_DOMAIN.test(email)) {
    return html(500, '');
  }
  sendCode(state.users.register(email, password), state);
  return json(201, { message: 'Registration successful. Check your inbox for a code.', email });
}

/** `POST /auth/v2/programmatic/resend-otp/`. Assumption: an unknown address is answered like a known one. */
export function answerResend(request: ApiRequest, state: State): Answer {
  const throttle = state.resends.refuse(request.address);
  if (throttle !== undefined) {
    return throttle;
  }
  const input = readTextFields(request, ['email']);
  if (input.kind === 'refused') {
    return input.answer;
  }
  const { email } = input.fields;
  const nowMs = state.options.now();
  const freeAtMs = state.resendCoolDowns.admit(email.toLowerCase(), nowMs);
  if (freeAtMs !== undefined) {
    return throttled(freeAtMs - nowMs);
  }
  const user = state.users.find(email);
  if (user !== undefined && !user.isVerified) {
    sendCode(user, state);
  }
  return json(200, {});
}

/** `POST /auth/v2/programmatic/verify-email/`: the first application comes with its key. */
export function answerVerifyEmail(request: ApiRequest, state: State): Answer {
  const input = readTextFields(request, ['email', 'code']);
  if (input.kind === 'refused') {
    return input.answer;
  }
  const { email, code } = input.fields;
  const user = state.users.find(email);
  const isRight = user?.code?.text === code && user.code.expiresAtMs > state.options.now();
  if (user === undefined || !isRight) {
    // Assumption: the shape and text of this refusal are not documented.
    const problem = code.length === CODE_LENGTH ? 'Invalid or expired code.' : 'The code has 6 characters.';
    return json(400, { code: [problem] });
  }
  user.isVerified = true;
  user.code = undefined;
  const application = addApplication(user, 'My app', state);
  return json(200, {
    ...state.users.issueTokens(user),
    organization: { uuid: user.organization.uuid, name: user.organization.name },
    application: {
      uuid: application.uuid,
      name: application.name,
      client_id: application.clientId,
      api_key: application.apiKey,
    },
  });
}

/** Gives the user an application whose key is accepted from now on. */
export function addApplication(user: User, name: string, { issuedKeys }: State): Application {
  const application = makeApplication(name);
  pushBounded(user.applications, application);
  issuedKeys.add(application.apiKey);
  return application;
}

function sendCode(user: User, { users, outbox, options }: State): void {
  const { text } = users.renewCode(user);
  outbox.add({ to: user.email, code: text, sentAt: new Date(options.now()).toISOString() });
}
