import { AGE_ESTIMATION } from './age-estimation.js';
import type { Answer } from './answer.js';
import { json } from './answer.js';
import type { ApiRequest } from './api-request.js';
import { answerBalance } from './balance.js';
import { answerCalls, answerDeliveries, answerNext, answerOutbox, answerReset, answerScenarios } from './control.js';
import { answerCreateSession } from './create-session.js';
import { answerCreateWorkflow } from './create-workflow.js';
import { answerDecision } from './decision.js';
import { answerDeleteSession } from './delete-session.js';
import {
  answerAddDestination,
  answerChangeDestination,
  answerDeleteDestination,
  answerDestination,
  answerDestinations,
} from './destination-routes.js';
import type { EndpointName } from './endpoint-names.js';
import { FACE_MATCH } from './face-match.js';
import { FACE_SEARCH } from './face-search.js';
import type { CheckFields } from './field-parsers.js';
import { answerSessionOutcome, answerSessionPage } from './hosted-page.js';
import { answerLogin, answerVerifyTwoFactor } from './login.js';
import { answerAddApplication, answerApplication, answerApplications, answerOrganizations } from './organizations.js';
import { PASSIVE_LIVENESS } from './passive-liveness.js';
import { redirectTargetOf } from './paths.js';
import type { PictureEndpoint } from './picture-check.js';
import { answerPictureCheck, answerRedirectedCheck } from './picture-check.js';
import { answerRegister, answerResend, answerVerifyEmail } from './registration.js';
import type { State } from './state.js';
import { answerCheckout, answerPay, answerTopUp } from './top-up.js';

/** What the segments in braces stood for. */
export type RouteParams = Readonly<Record<string, string>>;

/** One method of one path. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Segments; one in braces stands for any. */
  readonly path: string;
  /** The name under which its answers are scripted. */
  readonly endpoint?: EndpointName;
  readonly answer: (request: ApiRequest, state: State, params: RouteParams) => Answer;
}

const DESTINATIONS = '/v3/webhook/destinations/';
const DESTINATION = `${DESTINATIONS}{uuid}/`;
const APPLICATIONS = '/auth/v2/organizations/me/{organization}/applications/';

/** Every route but the index. */
export const API_ROUTES: readonly Route[] = [
  ...pictureRoutes(PASSIVE_LIVENESS),
  ...pictureRoutes(FACE_MATCH),
  ...pictureRoutes(AGE_ESTIMATION),
  ...pictureRoutes(FACE_SEARCH),
  { method: 'GET', path: '/v3/session/{id}/decision/', endpoint: 'decision', answer: answerDecision },
  { method: 'DELETE', path: '/v3/session/{id}/delete/', endpoint: 'delete-session', answer: answerDeleteSession },
  { method: 'POST', path: '/v3/session/', endpoint: 'create-session', answer: answerCreateSession },
  { method: 'POST', path: '/v3/workflows/', endpoint: 'create-workflow', answer: answerCreateWorkflow },
  { method: 'GET', path: DESTINATIONS, endpoint: 'webhook-destinations', answer: answerDestinations },
  { method: 'POST', path: DESTINATIONS, endpoint: 'webhook-destinations', answer: answerAddDestination },
  { method: 'GET', path: DESTINATION, endpoint: 'webhook-destinations', answer: answerDestination },
  { method: 'PATCH', path: DESTINATION, endpoint: 'webhook-destinations', answer: answerChangeDestination },
  { method: 'DELETE', path: DESTINATION, endpoint: 'webhook-destinations', answer: answerDeleteDestination },
  { method: 'GET', path: '/v3/billing/balance/', endpoint: 'balance', answer: answerBalance },
  { method: 'POST', path: '/v3/billing/top-up/', endpoint: 'top-up', answer: answerTopUp },
  { method: 'GET', path: '/system/healthcheck', endpoint: 'health', answer: answerHealth },
  { method: 'POST', path: '/auth/v2/programmatic/register/', endpoint: 'register', answer: answerRegister },
  { method: 'POST', path: '/auth/v2/programmatic/verify-email/', endpoint: 'verify-email', answer: answerVerifyEmail },
  { method: 'POST', path: '/auth/v2/programmatic/resend-otp/', endpoint: 'resend-otp', answer: answerResend },
  { method: 'POST', path: '/auth/v2/programmatic/login/', endpoint: 'login', answer: answerLogin },
  { method: 'POST', path: '/auth/v2/2fa/verify/', endpoint: 'verify-2fa', answer: answerVerifyTwoFactor },
  { method: 'GET', path: '/auth/v2/organizations/me/', endpoint: 'organizations', answer: answerOrganizations },
  { method: 'GET', path: APPLICATIONS, endpoint: 'applications', answer: answerApplications },
  { method: 'POST', path: APPLICATIONS, endpoint: 'applications', answer: answerAddApplication },
  { method: 'GET', path: `${APPLICATIONS}{application}/`, endpoint: 'application', answer: answerApplication },
  { method: 'GET', path: '/checkout/{id}', answer: answerCheckout },
  { method: 'POST', path: '/checkout/{id}', answer: answerPay },
  { method: 'GET', path: '/session/{token}', answer: answerSessionPage },
  { method: 'POST', path: '/session/{token}', answer: answerSessionOutcome },
  { method: 'GET', path: '/{language}/session/{token}', answer: answerSessionPage },
  { method: 'POST', path: '/{language}/session/{token}', answer: answerSessionOutcome },
  { method: 'GET', path: '/_emulator/calls', answer: answerCalls },
  { method: 'GET', path: '/_emulator/outbox', answer: answerOutbox },
  { method: 'GET', path: '/_emulator/deliveries', answer: answerDeliveries },
  { method: 'GET', path: '/_emulator/scenarios', answer: answerScenarios },
  { method: 'POST', path: '/_emulator/next', answer: answerNext },
  { method: 'POST', path: '/_emulator/reset', answer: answerReset },
];

function pictureRoutes<Fields extends CheckFields>(endpoint: PictureEndpoint<Fields>): Route[] {
  const path = `/v3/${endpoint.name}/`;
  return [
    {
      method: 'POST',
      path,
      endpoint: endpoint.name,
      answer: (request, state) => answerPictureCheck(endpoint, request, state),
    },
    {
      method: 'POST',
      path: redirectTargetOf(path),
      answer: (request, state) => answerRedirectedCheck(endpoint, request, state),
    },
  ];
}

function answerHealth(_request: ApiRequest, { options }: State): Answer {
  const timestamp = new Date(options.now()).toISOString().replace(/\.\d+Z$/u, 'Z');
  return json(200, { status: 'ok', timestamp });
}
