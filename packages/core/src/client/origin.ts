import { InvalidOptionError } from '../errors.js';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The origin that calls go to.
 *
 * @param option - what the URL is called in messages
 * @throws {@link InvalidOptionError} unless the URL is a bare https origin, or http on loopback where that is allowed
 */
export function resolveOrigin(option: string, baseUrl: string, allowInsecure: boolean): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const isBare = url && url.pathname === '/' && `${url.username}${url.password}${url.search}${url.hash}` === '';
  if (!isBare) {
    throw new InvalidOptionError(
      `${option} is not a bare origin; allowed: scheme, host and port, without user, path, query or fragment`,
      option,
    );
  }
  const isLocal = url.protocol === 'http:' && LOOPBACK.test(url.hostname);
  if (url.protocol !== 'https:' && !(isLocal && allowInsecure)) {
    throw new InvalidOptionError(
      `${option} is ${url.origin}; allowed: https, or http on a loopback address with allowInsecure: true`,
      option,
    );
  }
  return url.origin;
}
