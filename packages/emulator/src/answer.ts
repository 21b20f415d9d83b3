/** How an answer leaves the socket; `deliver` has one function for each. */
export type Delivery =
  | 'whole'
  | 'slow-headers'
  | 'slow-body'
  | 'hang'
  | 'reset-before-response'
  | 'reset-mid-body'
  | 'truncated'
  | 'huge'
  | 'gzip';

/** An HTTP answer before it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the balance paid for it. */
  readonly billed: boolean;
  readonly delivery: Delivery;
}

/** An unbilled JSON answer, delivered whole. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return make(status, JSON.stringify(value), { 'content-type': 'application/json', ...headers });
}

/** An unbilled HTML answer, delivered whole. */
export function html(status: number, body: string): Answer {
  return make(status, body, { 'content-type': 'text/html; charset=utf-8' });
}

/** An unbilled plain text answer, delivered whole. */
export function text(status: number, body: string): Answer {
  return make(status, body, { 'content-type': 'text/plain; charset=utf-8' });
}

/** Sends a browser on with a GET. */
export function redirect(location: string): Answer {
  return make(303, '', { location });
}

/** An unbilled answer without a body. */
export function noContent(): Answer {
  return make(204, '', {});
}

function make(status: number, body: string, headers: Readonly<Record<string, string>>): Answer {
  return { status, headers, body, billed: false, delivery: 'whole' };
}
