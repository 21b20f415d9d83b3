import * as http from 'node:http';
import * as https from 'node:https';

/** How node:http reaches an origin over connections that stay open. */
export interface KeptAlive {
  readonly agent: http.Agent;
  readonly request: typeof http.request;
}

/** The agent and the function for requests to this origin. */
export function keptAlive(origin: string): KeptAlive {
  const options = { keepAlive: true, maxSockets: 64 };
  return origin.startsWith('https:')
    ? { agent: new https.Agent(options), request: https.request }
    : { agent: new http.Agent(options), request: http.request };
}
