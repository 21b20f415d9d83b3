import type { World } from '../world.js';
import type { Finding } from './finding.js';

const TIMEOUT_MS = 10_000;
/** Didit's webhooks are refused at 300 seconds; a clock that is a minute off is worth knowing of. */
const SKEW_WARNING_SECONDS = 60;

const NAME_CODES: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'ENODATA']);
const TLS_CODE = /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|EPROTO)/;
const SLOW_CODE = /TIMEOUT|TIMEDOUT/;

/** Whether the service answers, and what its clock says. Costs nothing and needs no key. */
export async function reach(origin: string, { clock }: Pick<World, 'clock'>): Promise<readonly Finding[]> {
  try {
    const response = await fetch(`${origin}/system/healthcheck`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    return [judgeHealth(response.status, origin), judgeClock(response.headers.get('date'), clock.date())];
  } catch (error) {
    return [
      judgeFailure(error, origin),
      { name: 'clock', status: 'skipped', detail: 'nothing answered that knows the time' },
    ];
  }
}

function judgeHealth(status: number, origin: string): Finding {
  const name = 'reachability';
  if (status === 200) return { name, status: 'ok', detail: `${origin} answers` };
  if (status === 503) return { name, status: 'failed', detail: `${origin} says that it is not healthy (503)` };
  return {
    name,
    status: 'failed',
    detail: `${origin} answers ${status} where Didit answers 200: a proxy, a sign-in page, or a wrong DIDIT_BASE_URL`,
  };
}

function judgeFailure(error: unknown, origin: string): Finding {
  const code = codeOf(error);
  return { name: 'reachability', status: 'failed', detail: `${origin}: ${explain(code)} (${code})` };
}

function explain(code: string): string {
  if (NAME_CODES.has(code)) return 'the name cannot be resolved; check DNS and DIDIT_BASE_URL';
  if (TLS_CODE.test(code))
    return 'the certificate or the TLS handshake is refused; check for a proxy that opens TLS, and the clock';
  if (SLOW_CODE.test(code)) return 'no answer in time; check firewall and proxy';
  if (code === 'ECONNREFUSED') return 'nothing listens there; check DIDIT_BASE_URL and the firewall';
  if (code === 'BAD_PORT') return 'fetch is kept from this port; take another';
  return 'no connection';
}

/** fetch wraps the error of Node; what happened is the code of its cause. */
function codeOf(error: unknown): string {
  const { cause, name } = Object(error) as { readonly cause?: unknown; readonly name?: unknown };
  if (name === 'TimeoutError') return 'TIMEOUT';
  const { code, message } = Object(cause) as { readonly code?: unknown; readonly message?: unknown };
  // Fetch refuses the ports of some other protocols, and gives no code for it.
  if (message === 'bad port') return 'BAD_PORT';
  return typeof code === 'string' ? code : 'unknown reason';
}

function judgeClock(header: string | null, now: number): Finding {
  const name = 'clock';
  const theirs = header === null ? Number.NaN : Date.parse(header);
  if (Number.isNaN(theirs)) return { name, status: 'skipped', detail: 'the answer has no date' };
  // The header gives whole seconds, so on average the time is half of one later.
  const seconds = Math.round((now - theirs - 500) / 1_000);
  const detail =
    seconds === 0 ? 'as Didit has it' : `${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} Didit`;
  const isOff = Math.abs(seconds) > SKEW_WARNING_SECONDS;
  return {
    name,
    status: isOff ? 'warning' : 'ok',
    detail: isOff ? `${detail}; webhooks may be refused as stale` : detail,
  };
}
