/** Where the scenario `redirect` points; a client that follows it gets an Approved that it should not have asked for. */
export function redirectTargetOf(path: string): string {
  return `${path}redirected/`;
}

/** Whether the path belongs to the API, so that requests to it are recorded. */
export function isApiPath(path: string): boolean {
  return /^(?:\/auth)?\/v\d+\//u.test(path);
}
