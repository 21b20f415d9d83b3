import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { setBounded } from './bounded.js';

/** An application of an organization. */
export interface Application {
  readonly uuid: string;
  readonly name: string;
  readonly clientId: string;
  readonly apiKey: string;
}

/** A code that was put into the outbox. */
export interface Code {
  readonly text: string;
  readonly expiresAtMs: number;
}

/** Somebody who registered; the password is kept as a digest only. */
export interface User {
  readonly email: string;
  passwordDigest: string;
  isVerified: boolean;
  code: Code | undefined;
  readonly organization: { readonly uuid: string; readonly name: string; readonly createdAt: string };
  readonly applications: Application[];
}

/** A login that waits for its second step. */
export interface Challenge {
  readonly user: User;
  readonly code: Code;
}

/** The newest 100,000 users, tokens and challenges. */
export interface Users {
  find(email: string): User | undefined;
  /** Adds somebody, or gives an unverified user another password. */
  register(email: string, password: string): User;
  /** A fresh code for the user, six letters and digits, good for ten minutes. */
  renewCode(user: User): Code;
  /** The answer to a login that is complete. */
  issueTokens(user: User): Readonly<Record<string, string | number>>;
  /** Whose access token it is, undefined when unknown or expired. */
  whoHas(accessToken: string): User | undefined;
  /** Begins the second step of a login. */
  challenge(user: User): { readonly tempToken: string; readonly code: Code };
  /** The challenge of a token, undefined when unknown or expired. */
  findChallenge(tempToken: string): Challenge | undefined;
  endChallenge(tempToken: string): void;
}

const MINUTE_MS = 60_000;
const CODE_LIFE_MS = 10 * MINUTE_MS;
const CHALLENGE_LIFE_MS = 5 * MINUTE_MS;
const TOKEN_LIFE_SECONDS = 86_400;
const CODE_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** Makes an empty register of users. */
export function createUsers(now: () => number): Users {
  const users = new Map<string, User>();
  const tokens = new Map<string, { readonly user: User; readonly expiresAtMs: number }>();
  const challenges = new Map<string, Challenge>();
  return {
    find: (email) => users.get(email.toLowerCase()),
    register(email, password) {
      const user = users.get(email.toLowerCase()) ?? makeUser(email, now());
      user.passwordDigest = digest(password);
      setBounded(users, email.toLowerCase(), user);
      return user;
    },
    renewCode(user) {
      user.code = { text: pick(6, CODE_LETTERS), expiresAtMs: now() + CODE_LIFE_MS };
      return user.code;
    },
    issueTokens(user) {
      const expiresAtMs = now() + TOKEN_LIFE_SECONDS * 1000;
      const accessToken = makeToken(user, expiresAtMs);
      setBounded(tokens, accessToken, { user, expiresAtMs });
      return {
        access_token: accessToken,
        refresh_token: makeToken(user, expiresAtMs),
        expires_in: TOKEN_LIFE_SECONDS,
      };
    },
    whoHas(accessToken) {
      const token = tokens.get(accessToken);
      return token !== undefined && token.expiresAtMs > now() ? token.user : undefined;
    },
    challenge(user) {
      const tempToken = randomBytes(24).toString('base64url');
      const code = { text: pick(6, '0123456789'), expiresAtMs: now() + CHALLENGE_LIFE_MS };
      setBounded(challenges, tempToken, { user, code });
      return { tempToken, code };
    },
    findChallenge(tempToken) {
      const challenge = challenges.get(tempToken);
      return challenge !== undefined && challenge.code.expiresAtMs > now() ? challenge : undefined;
    },
    endChallenge(tempToken) {
      challenges.delete(tempToken);
    },
  };
}

/** Whether the password is the user's. */
export function hasPassword(user: User, password: string): boolean {
  return user.passwordDigest === digest(password);
}

/** Makes an application with a key of its own. */
export function makeApplication(name: string): Application {
  const clientId = randomBytes(9).toString('base64url');
  // A prefix and 43 URL-safe characters, as new keys have.
  const apiKey = `sk_live_${randomBytes(32).toString('base64url')}`;
  return { uuid: randomUUID(), name, clientId, apiKey };
}

function makeUser(email: string, nowMs: number): User {
  const organization = {
    uuid: randomUUID(),
    name: `${email.replace(/@.*/su, '')}'s organization`,
    createdAt: new Date(nowMs).toISOString(),
  };
  return { email, passwordDigest: '', isVerified: false, code: undefined, organization, applications: [] };
}

/** Shaped like a JWT; the last part is no signature, since nobody but the emulator reads it. */
function makeToken(user: User, expiresAtMs: number): string {
  const claims = { sub: user.organization.uuid, exp: Math.floor(expiresAtMs / 1000) };
  const parts = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return [...parts, randomBytes(32).toString('base64url')].join('.');
}

function pick(length: number, letters: string): string {
  return Array.from({ length }, () => letters.charAt(randomInt(letters.length))).join('');
}

function digest(password: string): string {
  return createHash('sha256').update(password).digest('hex');
}
