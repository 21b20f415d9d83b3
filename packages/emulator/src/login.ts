import type { Answer } from './answer.js';
import { json } from './answer.js';
import type { ApiRequest } from './api-request.js';
import type { State } from './state.js';
import { readTextFields } from './text-fields.js';
import type { User } from './users.js';
import { hasPassword } from './users.js';

/** Addresses like `ada+2fa@acme.dev` have a second step. */
const TWO_FACTOR_MARK = /\+2fa@/iu;

/** `POST /auth/v2/programmatic/login/`. Assumption: shapes and texts of the refusals are not documented. */
export function answerLogin(request: ApiRequest, state: State): Answer {
  const input = readTextFields(request, ['email', 'password']);
  if (input.kind === 'refused') {
    return input.answer;
  }
  const { email, password } = input.fields;
  const waitMs = state.lockOut.waitMs(email);
  if (waitMs !== undefined) {
    return lockedOut(waitMs);
  }
  const user = state.users.find(email);
  if (user === undefined || !hasPassword(user, password)) {
    state.lockOut.fail(email);
    return json(401, { detail: 'Invalid email or password.' });
  }
  state.lockOut.succeed(email);
  if (!user.isVerified) {
    return json(403, { detail: 'Email is not verified.' });
  }
  return json(200, TWO_FACTOR_MARK.test(user.email) ? challenge(user, state) : state.users.issueTokens(user));
}

/** `POST /auth/v2/2fa/verify/`. */
export function answerVerifyTwoFactor(request: ApiRequest, { users }: State): Answer {
  const input = readTextFields(request, ['temp_token', 'otp_token']);
  if (input.kind === 'refused') {
    return input.answer;
  }
  const { temp_token: tempToken, otp_token: code } = input.fields;
  const found = users.findChallenge(tempToken);
  if (found === undefined) {
    // Assumption: the text for a token that is unknown or older than five minutes is not documented.
    return json(400, ['Invalid or expired temp token.']);
  }
  if (found.code.text !== code) {
    return json(400, ['Invalid OTP token.']);
  }
  users.endChallenge(tempToken);
  return json(200, users.issueTokens(found.user));
}

/** The code of the authenticator app is in the outbox, since the emulator has no app. */
function challenge(user: User, { users, outbox, options }: State): unknown {
  const { tempToken, code } = users.challenge(user);
  outbox.add({ to: user.email, code: code.text, sentAt: new Date(options.now()).toISOString() });
  return { '2fa_required': true, temp_token: tempToken, has_authenticator: true, has_passkeys: false };
}

function lockedOut(waitMs: number): Answer {
  const seconds = Math.ceil(waitMs / 1000);
  const detail = `Too many failed login attempts. Try again in ${seconds} seconds.`;
  return json(429, { detail }, { 'retry-after': String(seconds) });
}
