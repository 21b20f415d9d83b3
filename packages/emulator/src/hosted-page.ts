import type { Answer } from './answer.js';
import { redirect } from './answer.js';
import type { ApiRequest } from './api-request.js';
import { escapeHtml, page } from './page.js';
import { hasResult, makeSteps } from './session-decision.js';
import { announceSession } from './session-event.js';
import type { Outcome } from './session-statuses.js';
import { isOutcome, OUTCOMES } from './session-statuses.js';
import type { Session } from './sessions.js';
import { isUnfinished } from './sessions.js';
import type { State } from './state.js';

type PageParams = Readonly<Record<string, string>>;

const LABELS: Readonly<Record<Outcome, string>> = {
  approve: 'Approve',
  decline: 'Decline',
  review: 'Send to review',
  expire: 'Let it expire',
  abandon: 'Abandon',
  resubmit: 'Ask to resubmit',
  await: 'Wait for the user',
  'expire-kyc': 'Expire the verification',
};

/** What a reviewer may still choose. */
const REVIEWS: readonly Outcome[] = ['approve', 'decline'];

/** `GET /session/{token}`: opening the page starts the session. */
export function answerSessionPage(request: ApiRequest, state: State, { token = '' }: PageParams): Answer {
  const session = state.sessions.findByToken(token);
  if (session === undefined) {
    return unknownSession();
  }
  if (session.status === 'Not Started') {
    session.status = 'In Progress';
    announceSession(session, request.origin, state);
  }
  return showSession(session);
}

/** `POST /session/{token}` with `outcome` and, where wanted, `score`: ends the session that way. */
export function answerSessionOutcome(request: ApiRequest, state: State, { token = '' }: PageParams): Answer {
  const session = state.sessions.findByToken(token);
  if (session === undefined) {
    return unknownSession();
  }
  const { fields } = request.form;
  const outcome = fields.get('outcome');
  if (!isOutcome(outcome) || !choicesOf(session).includes(outcome)) {
    return page(400, 'This is not a choice', `<p>Choices: ${choicesOf(session).join(', ') || 'none any more'}.</p>`);
  }
  const score = readScore(fields.get('score'));
  if (score === 'wrong') {
    return page(400, 'The score is wrong', '<p>A score is a number from 0 to 100.</p>');
  }
  finish(session, { status: OUTCOMES[outcome], score }, state);
  announceSession(session, request.origin, state);
  return session.callback === null ? showSession(session) : redirect(callbackUrlOf(session, session.callback));
}

interface Ending {
  readonly status: string;
  readonly score: number | undefined;
}

/** The steps that led to a verdict are paid for once, whatever a reviewer says later. */
function finish(session: Session, { status, score }: Ending, { account }: State): void {
  session.status = status;
  session.steps = hasResult(status) ? makeSteps(session.workflow, status, score) : session.steps;
  const isDue = hasResult(status) && !session.isBilled && session.environment === 'live';
  if (isDue && account.canPay()) {
    session.isBilled = true;
    account.charge();
  }
}

function choicesOf(session: Session): readonly Outcome[] {
  if (isUnfinished(session)) {
    // The table has these keys and no others.
    return Object.keys(OUTCOMES) as Outcome[];
  }
  return session.status === 'In Review' ? REVIEWS : [];
}

function readScore(text: string | undefined): number | undefined | 'wrong' {
  if (text === undefined || text.trim() === '') {
    return undefined;
  }
  const score = Number(text);
  return score >= 0 && score <= 100 ? score : 'wrong';
}

/** Source: https://docs.didit.me/sessions-api/create-session (read 2026-11-22) */
function callbackUrlOf({ id, status }: Session, callback: string): string {
  const url = new URL(callback);
  url.searchParams.set('verificationSessionId', id);
  url.searchParams.set('status', status);
  return url.href;
}

function showSession(session: Session): Answer {
  const choices = choicesOf(session);
  const form = choices.length === 0 ? '<p>This session is over. You may close this page.</p>' : showForm(choices);
  return page(
    200,
    'Choose how this verification ends',
    `<p>Nobody looks at a face: this is the Didit emulator.</p>
<p>Status: <strong role="status">${escapeHtml(session.status)}</strong></p>
${form}`,
  );
}

function showForm(choices: readonly Outcome[]): string {
  const buttons = choices.map(
    (name) => `<button type="submit" name="outcome" value="${name}">${LABELS[name]}</button>`,
  );
  return `<form method="post">
<p><label for="score">Score of the face, 0 to 100 (optional)</label><br>
<input id="score" name="score" type="number" min="0" max="100" step="any"></p>
<fieldset><legend>Outcome</legend>
${buttons.join('\n')}
</fieldset></form>`;
}

function unknownSession(): Answer {
  return page(404, 'No such session', '<p>The link is wrong, or the session was deleted.</p>');
}
