import type { Answer } from './answer.js';
import { json } from './answer.js';
import type { ApiRequest } from './api-request.js';
import { addApplication } from './registration.js';
import type { State } from './state.js';
import { readTextFields } from './text-fields.js';
import type { Application, User } from './users.js';

/** What the braces of a path stood for. */
type Params = Readonly<Record<string, string>>;

/** `GET /auth/v2/organizations/me/`: everybody has one organization. */
export function answerOrganizations(request: ApiRequest, state: State): Answer {
  return withUser(request, state, ({ email, organization }) => {
    const { uuid, name, createdAt } = organization;
    return json(200, [{ uuid, name, contact_email: email, created_at: createdAt }]);
  });
}

/** `GET /auth/v2/organizations/me/{org}/applications/`. Assumption: the list shows no keys. */
export function answerApplications(request: ApiRequest, state: State, { organization }: Params): Answer {
  return withUser(request, state, (user) =>
    user.organization.uuid === organization
      ? json(
          200,
          user.applications.map((application) => {
            const { api_key: _apiKey, ...shown } = toBody(application);
            return shown;
          }),
        )
      : notFound(),
  );
}

/** `POST /auth/v2/organizations/me/{org}/applications/`. Assumption: the answer is the one of reading it. */
export function answerAddApplication(request: ApiRequest, state: State, { organization }: Params): Answer {
  return withUser(request, state, (user) => {
    if (user.organization.uuid !== organization) {
      return notFound();
    }
    const input = readTextFields(request, ['name']);
    return input.kind === 'refused' ? input.answer : json(201, toBody(addApplication(user, input.fields.name, state)));
  });
}

/** `GET /auth/v2/organizations/me/{org}/applications/{app}/`, where the key can be read. */
export function answerApplication(request: ApiRequest, state: State, { organization, application }: Params): Answer {
  return withUser(request, state, (user) => {
    const found =
      user.organization.uuid === organization ? user.applications.find(({ uuid }) => uuid === application) : undefined;
    return found === undefined ? notFound() : json(200, toBody(found));
  });
}

/** Assumption: the two refusals are those of Django REST framework with JSON web tokens. */
function withUser({ bearer }: ApiRequest, { users }: State, answer: (user: User) => Answer): Answer {
  if (bearer === undefined) {
    return json(401, { detail: 'Authentication credentials were not provided.' });
  }
  const user = users.whoHas(bearer);
  return user === undefined
    ? json(401, { detail: 'Given token not valid for any token type', code: 'token_not_valid' })
    : answer(user);
}

function notFound(): Answer {
  return json(404, { detail: 'Not found.' });
}

function toBody({ uuid, name, clientId, apiKey }: Application) {
  return { uuid, name, client_id: clientId, api_key: apiKey, website_url: null, redirect_uris: [] };
}
