import type { Answer } from './answer.js';
import { json, text } from './answer.js';
import type { ApiRequest } from './api-request.js';
import type { EndpointName } from './endpoint-names.js';
import { isPictureEndpoint } from './endpoint-names.js';
import type { Route, RouteParams } from './route-table.js';
import { API_ROUTES } from './route-table.js';
import { SCENARIOS } from './scenarios.js';
import type { State } from './state.js';

/** What some segments in braces must look like; the others take anything. */
const SEGMENTS: Readonly<Record<string, RegExp>> = { '{language}': /^[a-z]{2,3}(?:-[a-z]{2,4})?$/iu };

const ROUTES: readonly Route[] = [...API_ROUTES, { method: 'GET', path: '/', answer: answerIndex }];

/** Answers a request by its route; never 200 for a path that does not exist. */
export function answerRequest(request: ApiRequest, state: State): Answer {
  const candidates = ROUTES.filter(({ path }) => matches(path, request.path));
  const route = candidates.find(({ method }) => method === request.method);
  if (route !== undefined) {
    return answerRoute(route, request, state);
  }
  return candidates.length === 0 ? answerNoRoute(request) : answerWrongMethod(request, candidates);
}

/** The endpoint of a request, by which its answers are scripted. */
export function endpointOf(method: string, path: string): EndpointName | undefined {
  return ROUTES.find((route) => route.method === method && matches(route.path, path))?.endpoint;
}

/** Checks with a picture look into the queue by themselves, once they get as far as the picture. */
function answerRoute(route: Route, request: ApiRequest, state: State): Answer {
  const { endpoint } = route;
  const answer = (): Answer => route.answer(request, state, paramsOf(route.path, request.path));
  if (endpoint === undefined || isPictureEndpoint(endpoint)) {
    return answer();
  }
  const name = state.queue.take(endpoint);
  const scenario = name === undefined ? undefined : SCENARIOS[name];
  if (scenario === undefined) {
    return answer();
  }
  if (scenario.kind === 'refusal') {
    return scenario.refuse({ path: request.path, otherOrigin: request.otherOrigin, nowMs: state.options.now() });
  }
  return { ...(scenario.replace?.() ?? answer()), delivery: scenario.delivery ?? 'whole' };
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return wanted.length === given.length && wanted.every((segment, index) => fits(segment, given[index] ?? ''));
}

function fits(wanted: string, given: string): boolean {
  return wanted === given || (wanted.startsWith('{') && given !== '' && (SEGMENTS[wanted]?.test(given) ?? true));
}

function paramsOf(pattern: string, path: string): RouteParams {
  const given = path.split('/');
  const named = pattern.split('/').map((segment, index) => [segment.slice(1, -1), given[index] ?? ''] as const);
  return Object.fromEntries(named.filter((_, index) => pattern.split('/')[index]?.startsWith('{')));
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

function answerIndex(): Answer {
  const routes = ROUTES.map(({ method, path }) => `${method.padEnd(6)} ${path}`);
  const lines = [
    'didit-emulator: a scripted stand-in for the Didit API.',
    'It detects no faces. A picture chooses its answer by the bytes "didit-scenario=<name>"; without them it is approved.',
    '',
    ...routes,
  ];
  return text(200, `${lines.join('\n')}\n`);
}
