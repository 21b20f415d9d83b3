import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  decodeApplications,
  decodeCredentials,
  decodeLogin,
  decodeOrganizations,
  decodeRegisteredAccount,
  decodeRegistration,
  decodeTokens,
} from '../src/wire/account.js';
import { decodeAgeEstimation } from '../src/wire/age-estimation.js';
import { decodeBalance, decodeTopUp } from '../src/wire/billing.js';
import { decodeCreatedSession } from '../src/wire/created-session.js';
import { decodeJson, UndecodableError } from '../src/wire/decoding.js';
import { decodeFaceMatch } from '../src/wire/face-match.js';
import { decodeFaceSearch } from '../src/wire/face-search.js';
import { decodeHealth } from '../src/wire/health.js';
import { decodePassiveLiveness } from '../src/wire/passive-liveness.js';
import { decodeSessionDecision } from '../src/wire/session.js';
import { decodeCreatedWorkflow } from '../src/wire/workflow.js';
import { approvedAnswer, bodyOf, type JsonPath, pathsOf, replacedAt, warningOf } from './support/answers.js';
import {
  ageAnswer,
  applicationAnswer,
  balanceAnswer,
  challengeAnswer,
  createdSessionAnswer,
  decisionAnswer,
  faceMatchAnswer,
  faceSearchAnswer,
  livenessCheck,
  organizationAnswer,
  registrationAnswer,
  tokensAnswer,
  topUpAnswer,
  workflowAnswer,
} from './support/endpoint-answers.js';

interface Decoder {
  readonly name: string;
  readonly decode: (body: Uint8Array) => unknown;
  readonly answers: readonly unknown[];
  /** What the names of places begin with. */
  readonly root?: string;
}

const warnings = [
  warningOf('MULTIPLE_FACES_DETECTED', 'warning'),
  warningOf('DUPLICATED_FACE', 'information', { duplicated_session_number: 7 }),
];

const DECODERS: readonly Decoder[] = [
  { name: 'decodePassiveLiveness', decode: decodePassiveLiveness, answers: [approvedAnswer({ warnings })] },
  {
    name: 'decodeFaceMatch',
    decode: decodeFaceMatch,
    answers: [faceMatchAnswer({ warnings }), faceMatchAnswer({ status: 'Declined', score: null })],
  },
  {
    name: 'decodeAgeEstimation',
    decode: decodeAgeEstimation,
    answers: [ageAnswer({ warnings }), ageAnswer({ status: 'Declined', age_estimation: null })],
  },
  { name: 'decodeFaceSearch', decode: decodeFaceSearch, answers: [faceSearchAnswer({ warnings })] },
  {
    name: 'decodeSessionDecision',
    decode: (body) => decodeSessionDecision(decodeJson(body), 'the body'),
    root: 'the body',
    answers: [
      { ...decisionAnswer, liveness_checks: [{ ...livenessCheck, warnings }] },
      { ...decisionAnswer, liveness_checks: null, face_matches: null, status: 'In Progress' },
    ],
  },
  { name: 'decodeCreatedSession', decode: decodeCreatedSession, answers: [createdSessionAnswer] },
  { name: 'decodeBalance', decode: decodeBalance, answers: [balanceAnswer] },
  { name: 'decodeTopUp', decode: decodeTopUp, answers: [topUpAnswer] },
  { name: 'decodeCreatedWorkflow', decode: decodeCreatedWorkflow, answers: [workflowAnswer] },
  { name: 'decodeHealth', decode: decodeHealth, answers: [{ status: 'ok', timestamp: '2026-11-20T09:20:00Z' }] },
  { name: 'decodeRegisteredAccount', decode: decodeRegisteredAccount, answers: [{ message: 'Hi.', email: 'a@b.co' }] },
  { name: 'decodeRegistration', decode: decodeRegistration, answers: [registrationAnswer] },
  { name: 'decodeLogin', decode: decodeLogin, answers: [tokensAnswer, challengeAnswer] },
  { name: 'decodeTokens', decode: decodeTokens, answers: [tokensAnswer] },
  { name: 'decodeOrganizations', decode: decodeOrganizations, answers: [[organizationAnswer]], root: 'the body' },
  {
    name: 'decodeApplications',
    decode: decodeApplications,
    answers: [[applicationAnswer, applicationAnswer]],
    root: 'the body',
  },
  {
    name: 'decodeCredentials',
    decode: (body) => decodeCredentials(body, 'an-organization'),
    root: 'the body',
    answers: [applicationAnswer],
  },
];

describe.each(DECODERS)('$name', ({ decode, answers, root }) => {
  it('C14 reads its answers, and no part of one', () => {
    for (const answer of answers) {
      const body = bodyOf(answer);
      expect(outcomeOf(decode, body)).not.toBe('undecodable');
      expect([...body.keys()].map((length) => outcomeOf(decode, body.subarray(0, length)))).toEqual(
        Array.from(body, () => 'undecodable'),
      );
    }
  });

  it('C16 gives a value or the one error for any bytes and any JSON', () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    const json = fc.json().map((text) => bodyOf(text));

    fc.assert(
      fc.property(fc.oneof(bytes, json), (body) => {
        expect(outcomeOf(decode, body)).toBeDefined();
      }),
    );
  });

  it('C16 C18 C19 C20 P1 approves with any place changed only if every invariant holds', () => {
    const changes = answers.flatMap((answer) => pathsOf(answer).map((path) => ({ answer, path })));
    const telling = fc.constantFrom('Approved', 'error', 'information', 'NO_FACE_DETECTED', 0, 100, 101, null, [], {});

    fc.assert(
      fc.property(fc.constantFrom(...changes), fc.oneof(fc.jsonValue(), telling), ({ answer, path }, replacement) => {
        const outcome = outcomeOf(decode, bodyOf(replacedAt(answer, path, replacement) ?? null));

        expect(approvalsIn(outcome).filter((approval) => !isBorneOut(approval))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('says where in its messages, and never repeats what the answer holds (P8)', () => {
    const canary = 'canary-7f3a';
    const texts = answers
      .flatMap((answer) => pathsOf(answer).map((path) => replacedAt(answer, path, { [canary]: canary })))
      .map((answer) => failureText(decode, bodyOf(answer)));

    expect(texts.some((text) => text !== '')).toBe(true);
    expect(texts.filter((text) => text.includes(canary))).toEqual([]);
  });

  it('C16 names the place that it cannot read, and what belongs there', () => {
    const complaints = answers
      .flatMap((answer) =>
        pathsOf(answer).map((path) => ({
          start: `${placeOf(path, root)} is not `,
          message: messageOf(decode, bodyOf(replacedAt(answer, path, strangeAt(answer, path)))),
        })),
      )
      .filter(({ message }) => message !== '');

    expect(complaints.length).toBeGreaterThan(0);
    expect(complaints.filter(({ start, message }) => !message.startsWith(start) || message === start)).toEqual([]);
  });

  it('freezes what it gives, and all that is in it but an echo', () => {
    const unfrozen = answers.flatMap((answer) => unfrozenIn(decode(bodyOf(answer))));

    expect(unfrozen).toEqual([]);
  });
});

function outcomeOf(decode: Decoder['decode'], body: Uint8Array): unknown {
  try {
    return decode(body) ?? 'nothing';
  } catch (error) {
    expect(error).toBeInstanceOf(UndecodableError);
    return 'undecodable';
  }
}

function failureText(decode: Decoder['decode'], body: Uint8Array): string {
  try {
    decode(body);
    return '';
  } catch (error) {
    return `${String((error as Error).stack)} ${String((error as Error).cause)} ${JSON.stringify(error)}`;
  }
}

function messageOf(decode: Decoder['decode'], body: Uint8Array): string {
  const outcome = failureOf(() => decode(body));
  return outcome instanceof UndecodableError ? outcome.message : '';
}

function failureOf(decode: () => unknown): unknown {
  try {
    return decode();
  } catch (error) {
    return error;
  }
}

/** What is not there in any answer: a number for what has members, and an object for what has none. */
function strangeAt(answer: unknown, path: JsonPath): unknown {
  const value = path.reduce((outer, name) => (outer as Readonly<Record<string | number, unknown>>)[name], answer);
  return typeof value === 'object' && value !== null ? 7 : {};
}

/** A key may stand beside its application, too; and what asks for no second factor has to bring a token. */
const COMPLAINED_OF: Readonly<Record<string, string>> = {
  'application,api_key': 'api_key',
  '2fa_required': 'access_token',
};

/** How messages call a place. */
function placeOf(path: JsonPath, root = ''): string {
  if (path.length === 0) return 'the body';
  const steps = path.map((name) => (typeof name === 'number' ? `[${name}]` : `.${name}`));
  return COMPLAINED_OF[path.join()] ?? `${root}${steps.join('')}`.replace(/^\./, '');
}

/** Every object within that says Approved and can be contradicted. */
function approvalsIn(value: unknown): readonly Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const object = value as Record<string, unknown>;
  const own = object['status'] === 'Approved' && 'contradictions' in object ? [object] : [];
  return [...own, ...Object.values(object).flatMap(approvalsIn)];
}

const AUTO_DECLINE = [
  'NO_FACE_DETECTED',
  'LIVENESS_FACE_ATTACK',
  'FACE_IN_BLOCKLIST',
  'POSSIBLE_FACE_IN_BLOCKLIST',
  'NO_REFERENCE_IMAGE',
];

function isBorneOut(approval: Record<string, unknown>): boolean {
  const listed = approval['warnings'] as readonly { risk: string; logType: string }[];
  const pictures = [approval['userImage'], approval['refImage']] as ({ entities: unknown[] } | undefined)[];
  const measured = ['score', 'age'].filter((name) => name in approval).map((name) => approval[name]);
  return (
    (approval['contradictions'] as unknown[]).length === 0 &&
    listed.every(({ risk, logType }) => logType !== 'error' && !AUTO_DECLINE.includes(risk)) &&
    pictures.every((picture) => picture === undefined || picture.entities.length > 0) &&
    measured.every((value) => typeof value === 'number' && value >= 0 && value <= 150)
  );
}

function unfrozenIn(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const members = Object.entries(value).filter(([name]) => name !== 'metadata');
  return [...(Object.isFrozen(value) ? [] : [value]), ...members.flatMap(([, inner]) => unfrozenIn(inner))];
}
