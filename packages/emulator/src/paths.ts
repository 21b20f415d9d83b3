/** The check. The slash at the end is part of the path. */
export const PASSIVE_LIVENESS = '/v3/passive-liveness/';

/** Where the scenario `redirect` points; a client that follows it gets an Approved that it should not have asked for. */
export const REDIRECT_TARGET = '/v3/passive-liveness/redirected/';

/** Whether the path belongs to the API, so that requests to it are recorded. */
export function isApiPath(path: string): boolean {
  return /^\/v\d+\//u.test(path);
}
