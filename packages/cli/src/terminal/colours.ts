import { styleText } from 'node:util';

/** What a coloured text means; the colour follows from it. */
export type Tone = 'good' | 'bad' | 'caution' | 'strong' | 'quiet';

/** Colours a text, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string;

const STYLES = {
  good: ['bold', 'green'],
  bad: ['bold', 'red'],
  caution: ['bold', 'yellow'],
  strong: ['bold'],
  quiet: ['dim'],
} as const satisfies Record<Tone, readonly string[]>;

/**
 * Whether an output gets colours. `NO_COLOR` switches them off and wins; `FORCE_COLOR` switches them on for pipes and
 * files too. Sources: https://no-color.org, https://force-color.org (read 2026-11-25).
 */
export function wantsColour(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'] ?? '';
  if (forced === '0' || forced === 'false') return false;
  if (forced !== '') return true;
  return isTerminal && env['TERM'] !== 'dumb';
}

/** The function that colours the texts of one output. */
export function createPaint(isColourful: boolean): Paint {
  if (!isColourful) return (_, text) => text;
  return (tone, text) => styleText([...STYLES[tone]], text, { validateStream: false });
}
