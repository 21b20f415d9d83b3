import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { LivenessEvent } from '@didit-liveness/core';
import { createEmulator, type Emulator } from '@didit-liveness/emulator';
import { MARKED_KEY, watched } from '../support/canary.js';
import { pictureOf } from '../support/pictures.js';

/** How a host is to guard its routes. Every request names its person in the header `x-user`. */
export interface IdentityOptions {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly allowInsecure: true;
  readonly timeoutMs: number;
  /** Off: these suites play one failure after another. */
  readonly circuitBreaker: { readonly enabled: false };
  readonly onEvent: (event: LivenessEvent) => void;
  readonly policy: { readonly score: { readonly declineAtOrBelow: number; readonly reviewAtOrBelow: number } };
  readonly stepUp: { readonly workflowId: string; readonly callback: string };
}

/** A server of the framework under test. */
export interface IdentityHost {
  readonly url: string;
  readonly handled: () => number;
  readonly close: () => Promise<void>;
}

/**
 * Starts a host with three guarded routes, refusals answered as problem+json and handlers with 201 and JSON.
 *
 * - `POST /match`: `match`, with the reference picture of the person; answers `{ faceMatch }`.
 * - `POST /doubt`: `onReview: 'step-up'`, for the person; answers `{ outcome }`.
 * - `GET /return`: a finished session of the person; answers `{ outcome, sessionId }`.
 */
export type StartIdentityHost = (
  options: IdentityOptions,
  referenceOf: (user: string | undefined) => Uint8Array | undefined,
) => Promise<IdentityHost>;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const face = (name: string, scenario = 'approved') => pictureOf(`${scenario};didit-face=${name};`);
const DOUBTFUL = pictureOf('approved;score=70;');
const API_KEY = MARKED_KEY;

/** What every host must do alike about a second picture, and about a second step. */
export function describeIdentity(name: string, start: StartIdentityHost): void {
  describe(`guard on ${name}`, () => {
    const events: LivenessEvent[] = [];
    const references = new Map<string, Uint8Array>([
      ['ada', face('ada')],
      ['bob', Buffer.from('not a picture')],
    ]);
    let emulator: Emulator;
    let host: IdentityHost;

    beforeAll(async () => {
      emulator = await createEmulator();
      const { uuid } = await callApi('/v3/workflows/', {
        workflow_label: 'step-up',
        status: 'published',
        features: [{ feature: 'LIVENESS', config: { face_liveness_method: 'ACTIVE_3D' } }],
      });
      host = await start(
        {
          apiKey: API_KEY,
          baseUrl: emulator.url,
          allowInsecure: true,
          timeoutMs: 1_000,
          circuitBreaker: { enabled: false },
          onEvent: watched('an event', (event) => events.push(event)),
          policy: { score: { declineAtOrBelow: 50, reviewAtOrBelow: 80 } },
          stepUp: { workflowId: String(uuid), callback: 'https://app.example.org/return' },
        },
        (user) => references.get(user ?? ''),
      );
    });

    afterEach(() => {
      events.length = 0;
    });

    afterAll(async () => {
      await host.close();
      await emulator.close();
    });

    async function callApi(path: string, body: object): Promise<Record<string, unknown>> {
      const headers = { 'x-api-key': API_KEY, 'content-type': 'application/json' };
      const response = await fetch(`${emulator.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return (await response.json()) as Record<string, unknown>;
    }

    async function ask(path: string, init: RequestInit & { readonly user: string }): Promise<Answer> {
      const response = await fetch(`${host.url}${path}`, { ...init, headers: { 'x-user': init.user } });
      const text = await response.text();
      return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : {} };
    }

    function post(path: string, user: string, picture: Uint8Array): Promise<Answer> {
      const form = new FormData();
      form.set('selfie', new Blob([picture]), 'selfie.jpg');
      return ask(path, { method: 'POST', user, body: form });
    }

    const back = (user: string, query: string) => ask(`/return?${query}`, { user });

    /** What the emulator was asked meanwhile, and how often the handler ran. */
    async function during<Value>(act: () => Promise<Value>) {
      const before = { calls: emulator.calls().length, handled: host.handled() };
      const value = await act();
      const calls = emulator.calls().slice(before.calls);
      return { value, paths: calls.map(({ path }) => path), handled: host.handled() - before.handled };
    }

    /** Sends a doubtful selfie: the session that it leads to. */
    async function doubt(user: string) {
      const { status, body } = await post('/doubt', user, DOUBTFUL);
      expect({ status, code: body['code'] }).toEqual({ status: 403, code: 'step-up-required' });
      return { id: String(body['sessionId']), url: String(body['sessionUrl']), body };
    }

    /** Chooses how a session ends, as on its page; gives where the browser is sent. */
    async function finish(url: string, outcome: string, score = '95'): Promise<string | null> {
      const body = new URLSearchParams({ outcome, score });
      const response = await fetch(url, { method: 'POST', body, redirect: 'manual' });
      return response.headers.get('location');
    }

    const codeOf = ({ status, body }: Answer) => ({ status, code: body['code'] });

    describe('match', () => {
      it('lets a live selfie of the same person through, for two paid calls', async () => {
        const { value, paths, handled } = await during(() => post('/match', 'ada', face('ada')));

        expect(value).toMatchObject({ status: 201, body: { faceMatch: { score: expect.any(Number) } } });
        expect(paths).toEqual(['/v3/passive-liveness/', '/v3/face-match/']);
        expect(handled).toBe(1);
        expect(events.at(-1)).toMatchObject({ type: 'decided', checks: ['liveness', 'face-match'], billed: 'yes' });
      });

      it('P22 answers another person as it answers an attack', async () => {
        const other = await during(() => post('/match', 'ada', face('eve')));
        const attack = await post('/match', 'ada', face('ada', 'spoof'));

        const { correlationId: _, ...problem } = other.value.body;
        const { correlationId: __, ...ofAttack } = attack.body;
        expect(other.value.status).toBe(403);
        expect(problem).toEqual(ofAttack);
        expect(other.handled).toBe(0);
      });

      it.each([
        ['spoof', 403, 'liveness-declined'],
        ['no-face', 422, 'selfie-retake'],
        ['in-review', 403, 'review-required'],
      ])('pays for no comparison after %s', async (scenario, status, code) => {
        const { value, paths, handled } = await during(() => post('/match', 'ada', pictureOf(scenario)));

        expect(codeOf(value)).toEqual({ status, code });
        expect(paths).toEqual(['/v3/passive-liveness/']);
        expect(handled).toBe(0);
      });

      it.each([
        ['nobody', 409, 'reference-missing'],
        ['bob', 500, undefined],
      ])('P6 pays for nothing without a usable picture of %s', async (user, status, code) => {
        const { value, paths, handled } = await during(() => post('/match', user, face('ada')));

        expect(value.status).toBe(status);
        if (code !== undefined) expect(value.body['code']).toBe(code);
        expect({ paths, handled }).toEqual({ paths: [], handled: 0 });
      });

      it.each([
        ['500', 503, 'liveness-unavailable'],
        ['403-credits', 503, 'liveness-unavailable'],
        ['hang', 504, 'liveness-timeout'],
        ['html-200', 502, 'liveness-bad-response'],
        ['unknown-status', 502, 'liveness-bad-response'],
        ['reset-before-response', 503, 'liveness-unavailable'],
      ] as const)('P1, P5 does not let through when the comparison meets %s', async (fault, status, code) => {
        emulator.next(fault, 1, 'face-match');

        const { value, paths, handled } = await during(() => post('/match', 'ada', face('ada')));

        expect(codeOf(value)).toEqual({ status, code });
        expect(value.body['retryable']).toBe(false);
        expect(paths).toEqual(['/v3/passive-liveness/', '/v3/face-match/']);
        expect(handled).toBe(0);
        expect(events.at(-1)).toMatchObject({ type: 'failed', billed: 'yes' });
      });
    });

    describe('step-up', () => {
      it('sends a doubtful selfie to a session, and lets the person through who finishes it', async () => {
        const { handled } = await during(async () => {
          const { id, url } = await doubt('user-1');
          const location = await finish(url, 'approve');
          const { search } = new URL(String(location));

          const answer = await back('user-1', search.slice(1));

          expect(answer).toEqual({ status: 201, body: { outcome: 'approved', sessionId: id } });
        });
        expect(handled).toBe(1);
        expect(events.at(-1)).toMatchObject({
          type: 'decided',
          checks: ['session'],
          outcome: 'approved',
          billed: 'no',
        });
      });

      it('P8 tells the address of a session to nobody but the browser', async () => {
        const { url } = await doubt('user-2');

        expect(url).toContain('/session/');
        expect(JSON.stringify(events)).not.toContain(url.slice(-12));
      });

      it.each([
        ['decline', 403, 'liveness-declined'],
        ['review', 403, 'review-required'],
        ['expire', 403, 'step-up-invalid'],
        ['abandon', 403, 'step-up-invalid'],
        ['await', 409, 'step-up-pending'],
      ])('believes the session and not the address: %s', async (outcome, status, code) => {
        const { id, url } = await doubt(`user-${outcome}`);
        await finish(url, outcome);

        const { value, handled } = await during(() =>
          back(`user-${outcome}`, `verificationSessionId=${id}&status=Approved`),
        );

        expect(codeOf(value)).toEqual({ status, code });
        expect(handled).toBe(0);
      });

      it('holds the session to the policy of selfies', async () => {
        const { id, url } = await doubt('user-3');
        await finish(url, 'approve', '65');

        expect(codeOf(await back('user-3', `verificationSessionId=${id}`))).toEqual({
          status: 403,
          code: 'review-required',
        });
      });

      it('does not say whether a session is of somebody else or of nobody', async () => {
        const { id, url } = await doubt('user-4');
        await finish(url, 'approve');

        const foreign = await back('user-5', `verificationSessionId=${id}`);
        const unknown = await back('user-5', 'verificationSessionId=00000000-0000-4000-8000-000000000000');

        const { correlationId: _, ...problem } = foreign.body;
        const { correlationId: __, ...ofUnknown } = unknown.body;
        expect(problem).toMatchObject({ status: 403, code: 'step-up-invalid' });
        expect(ofUnknown).toEqual(problem);
      });

      it.each([
        'status=Approved',
        'verificationSessionId=',
        'verificationSessionId=..%2F..%2Fbilling%2Fbalance',
        'verificationSessionId=a&verificationSessionId=b',
        'verificationSessionId[x]=00000000-0000-4000-8000-000000000000',
      ])('asks nobody about what is no session: %s', async (query) => {
        const { value, paths, handled } = await during(() => back('user-1', query));

        expect(codeOf(value)).toEqual({ status: 400, code: 'step-up-missing' });
        expect({ paths, handled }).toEqual({ paths: [], handled: 0 });
      });
    });
  });
}
