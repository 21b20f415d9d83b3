/**
 * Whether an address leads back to this machine. Names other than `localhost` may lead anywhere, so they do not count.
 *
 * @param url - a valid absolute address; the URL parser writes every spelling of an IPv4 address in the same way.
 */
export function isLoopback(url: string): boolean {
  const { hostname, username, password } = new URL(url);
  const isLocal = hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/u.test(hostname);
  return isLocal && username === '' && password === '';
}
