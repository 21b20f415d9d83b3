import type { Answer } from './answer.js';
import { json, text } from './answer.js';
import type { ApiRequest } from './api-request.js';
import { answerBalance } from './balance.js';
import { answerCalls, answerNext, answerReset, answerScenarios } from './control.js';
import { answerDecision } from './decision.js';
import { answerPassiveLiveness, answerRedirected } from './passive-liveness.js';
import { PASSIVE_LIVENESS, REDIRECT_TARGET } from './paths.js';
import type { State } from './state.js';

interface Route {
  readonly method: 'GET' | 'POST';
  /** Segments; one in braces stands for any. */
  readonly path: string;
  readonly answer: (request: ApiRequest, state: State) => Answer;
}

const ROUTES: readonly Route[] = [
  { method: 'POST', path: PASSIVE_LIVENESS, answer: answerPassiveLiveness },
  { method: 'POST', path: REDIRECT_TARGET, answer: answerRedirected },
  { method: 'GET', path: '/v3/session/{request_id}/decision/', answer: answerDecision },
  { method: 'GET', path: '/v3/billing/balance/', answer: answerBalance },
  { method: 'GET', path: '/system/healthcheck', answer: answerHealth },
  { method: 'GET', path: '/_emulator/calls', answer: answerCalls },
  { method: 'GET', path: '/_emulator/scenarios', answer: answerScenarios },
  { method: 'POST', path: '/_emulator/next', answer: answerNext },
  { method: 'POST', path: '/_emulator/reset', answer: answerReset },
  { method: 'GET', path: '/', answer: answerIndex },
];

/** Answers a request by its route; never 200 for a path that does not exist. */
export function answerRequest(request: ApiRequest, state: State): Answer {
  const candidates = ROUTES.filter(({ path }) => matches(path, request.path));
  const route = candidates.find(({ method }) => method === request.method);
  if (route !== undefined) {
    return route.answer(request, state);
  }
  return candidates.length === 0 ? answerNoRoute(request) : answerWrongMethod(request, candidates);
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((segment, index) => segment === given[index] || segment.startsWith('{'))
  );
}

function answerNoRoute({ method, path }: ApiRequest): Answer {
  const isSlashMissing = ROUTES.some((route) => matches(route.path, `${path}/`));
  const advice = isSlashMissing ? `The path ends with a slash: ${path}/` : 'GET / lists the routes.';
  return json(404, { detail: `emulator: no route ${method} ${path}. ${advice}` });
}

function answerWrongMethod({ method }: ApiRequest, candidates: readonly Route[]): Answer {
  const allow = candidates.map((route) => route.method).join(', ');
  return json(405, { detail: `Method "${method}" not allowed.` }, { allow });
}

function answerHealth(_request: ApiRequest, { options }: State): Answer {
  const timestamp = new Date(options.now()).toISOString().replace(/\.\d+Z$/u, 'Z');
  return json(200, { status: 'ok', timestamp });
}

function answerIndex(): Answer {
  const routes = ROUTES.map(({ method, path }) => `${method.padEnd(4)} ${path}`);
  const lines = [
    'didit-emulator: a scripted stand-in for the Didit API.',
    'It detects no faces. A picture chooses its answer by the bytes "didit-scenario=<name>"; without them it is approved.',
    '',
    ...routes,
  ];
  return text(200, `${lines.join('\n')}\n`);
}
