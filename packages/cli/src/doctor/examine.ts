import { DiditClient, InvalidOptionError, isDiditLivenessError, isSandboxKey } from '@didit-liveness/core';
import { addressOptions } from '../connection.js';
import { describeFailure } from '../failure.js';
import type { World } from '../world.js';
import type { Finding } from './finding.js';
import { reach } from './reach.js';

const LIMITS =
  '300 writing requests (all checks) and 600 reading ones a minute for one key; batch --rate keeps to it (Didit, November 2026)';
const OLDEST_NODE = [20, 19] as const;

/** Examines everything that a check needs, and spends nothing. */
export async function examine(apiKey: string | undefined, world: World): Promise<readonly Finding[]> {
  const key = judgeKey(apiKey);
  // With a key that cannot be sent the rest can still be examined.
  const sendable = key.status === 'failed' ? undefined : apiKey;
  return [
    judgeNode(process.versions.node),
    key,
    ...(await examineService(sendable, world)),
    { name: 'limits', status: 'ok', detail: LIMITS },
  ];
}

async function examineService(apiKey: string | undefined, world: World): Promise<readonly Finding[]> {
  const client = clientOf(apiKey ?? 'none', world);
  if (client instanceof InvalidOptionError) return misaddressed(client);
  try {
    const reached = await reach(client.origin, world);
    return [...reached, await judgeBalance(apiKey === undefined ? undefined : client)];
  } finally {
    await client.close();
  }
}

/** The error is an answer here: an address that cannot be is one of the things that the doctor finds. */
function clientOf(apiKey: string, { env }: World): DiditClient | InvalidOptionError {
  try {
    return new DiditClient({ apiKey, ...addressOptions(env['DIDIT_BASE_URL']) });
  } catch (error) {
    if (error instanceof InvalidOptionError) return error;
    throw error;
  }
}

function misaddressed({ message }: InvalidOptionError): readonly Finding[] {
  const detail = `DIDIT_BASE_URL cannot be used: ${message}`;
  return [
    { name: 'reachability', status: 'failed', detail },
    ...['clock', 'balance'].map((name) => ({ name, status: 'skipped', detail: 'needs an address' }) as const),
  ];
}

/** Whether this version of Node runs the packages. */
export function judgeNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  const isNew = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  const detail = isNew ? version : `${version}; ${OLDEST_NODE.join('.')} or later is needed`;
  return { name: 'node', status: isNew ? 'ok' : 'failed', detail };
}

/**
 * What the format of a key tells; the key itself is not shown. Older keys have no prefix and stay valid.
 * Source: https://docs.didit.me/getting-started/api-authentication (read 2026-11-22).
 */
export function judgeKey(apiKey: string | undefined): Finding {
  const name = 'key';
  if (apiKey === undefined) {
    return { name, status: 'failed', detail: 'none: set DIDIT_API_KEY, or name a file with --api-key-file' };
  }
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    return {
      name,
      status: 'failed',
      detail: 'has blanks or characters that no key has; copy it again from the Didit console',
    };
  }
  if (isSandboxKey(apiKey)) {
    return {
      name,
      status: 'warning',
      detail: 'of a sandbox (sk_test_): Didit approves every picture without looking at it',
    };
  }
  if (!apiKey.startsWith('sk_live_')) return { name, status: 'ok', detail: 'without a prefix, as older keys are' };
  const isWhole = /^sk_live_[\w-]{43}$/.test(apiKey);
  return isWhole
    ? { name, status: 'ok', detail: 'live (sk_live_)' }
    : { name, status: 'warning', detail: 'live (sk_live_), but not of the usual length; was it copied whole?' };
}

async function judgeBalance(client: DiditClient | undefined): Promise<Finding> {
  const name = 'balance';
  if (client === undefined) return { name, status: 'skipped', detail: 'needs a key' };
  try {
    const { balance, balanceAmount } = await client.billing.balance();
    const isEmpty = balanceAmount <= 0;
    return {
      name,
      status: isEmpty ? 'warning' : 'ok',
      detail: `${balance} USD${isEmpty ? '; checks will be refused' : ''}`,
    };
  } catch (error) {
    if (!isDiditLivenessError(error)) throw error;
    const { lines, advice } = describeFailure(error);
    // Whoever reads this has asked the doctor already.
    const isOfDoctor = advice.includes('didit-liveness doctor');
    return { name, status: 'failed', detail: sentences([...lines, isOfDoctor ? 'See reachability' : advice]) };
  }
}

/** One text of several, with one full stop behind each. */
function sentences(texts: readonly string[]): string {
  return texts
    .map((text) => text.trim().replace(/\.+$/, ''))
    .filter((text) => text !== '')
    .map((text) => (text.endsWith('?') ? text : `${text}.`))
    .join(' ');
}
