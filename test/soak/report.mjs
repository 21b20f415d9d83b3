import { isDeepStrictEqual } from 'node:util';
import { megabytes, slopeOf } from './figures.mjs';

/** What memory may grow by with ten thousand requests. */
export const GOAL_BYTES = 1_000_000;
const PER = 10_000;
/** Kept connections end after five seconds at the longest; with this, also on a busy machine. */
const SETTLE_MS = 20_000;

/** Says a line of the report. */
export function tell(line) {
  console.log(`  ${line}`);
}

/** From so many requests on, what a process takes from the system follows what it holds, and not its collector. */
const RSS_COUNTS_FROM = 50_000;

/**
 * Growth per ten thousand requests over the samples behind the first ones; whether it is below the goal. The samples
 * are evenly spread over so many requests.
 */
export function tellSlopes(allSamples, { requests, warmUpShare }) {
  const samples = allSamples.slice(allSamples.length * warmUpShare);
  const requestsApart = requests / allSamples.length;
  const slope = (name) => (slopeOf(samples.map((sample) => sample[name])) * PER) / requestsApart;
  const [rss, heap] = [slope('rssBytes'), slope('heapBytes')];
  const last = samples.at(-1);
  tell(
    `memory per 10,000 requests: RSS ${megabytes(rss)}, heap ${megabytes(heap)} (goal: below ${megabytes(GOAL_BYTES)}; ` +
      `at the end RSS ${megabytes(last.rssBytes)}, heap ${megabytes(last.heapBytes)})`,
  );
  const isRssJudged = requests >= RSS_COUNTS_FROM;
  if (!isRssJudged) tell(`RSS is only told: it is judged from ${RSS_COUNTS_FROM} requests on`);
  return heap < GOAL_BYTES && (rss < GOAL_BYTES || !isRssJudged);
}

/** Waits until a process holds no more than before, and says what it held and holds. */
export async function tellHeld(watched, before) {
  const giveUpAt = performance.now() + SETTLE_MS;
  let held;
  do {
    await new Promise((resolve) => setTimeout(resolve, 250));
    ({ held } = await watched.ask('sample'));
  } while (!isDeepStrictEqual(held, before) && performance.now() < giveUpAt);
  const names = Object.keys(before);
  tell(`held before and after: ${names.map((name) => `${name} ${before[name]} -> ${held[name]}`).join(', ')}`);
  return names.every((name) => held[name] <= before[name]);
}

/** A process that is well has ended nowhere and printed nothing. */
export function tellOutcries(watched, surprises) {
  const crashes = watched.ended ? 1 : 0;
  tell(`${crashes} crashes, ${watched.printed.length} characters printed, ${surprises.length} unexpected answers`);
  for (const surprise of new Set(surprises.slice(0, 50))) tell(surprise);
  if (watched.printed !== '') console.log(watched.printed.slice(0, 2_000));
  return crashes === 0 && watched.printed === '' && surprises.length === 0;
}
