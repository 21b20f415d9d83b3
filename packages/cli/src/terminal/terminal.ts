import type { World } from '../world.js';
import { createPaint, type Paint, wantsColour } from './colours.js';
import { foreign, toJsonText } from './foreign.js';
import { promptSecret } from './prompt.js';

/** The two outputs and the keyboard. Results go to standard output and nothing else does. */
export interface Terminal {
  /** Writes a result. */
  print(text: string): void;
  /** Writes a result as JSON; its strings stay exact. */
  printJson(value: object): void;
  /** Writes to standard error: warnings, progress, what went wrong. */
  note(text: string): void;
  /** Colours for results. */
  readonly paint: Paint;
  /** Colours for notes. */
  readonly paintNote: Paint;
  /** Somebody sits in front of it and can be asked. */
  readonly isInteractive: boolean;
  /** Asks for something that does not appear on the screen. */
  promptSecret(question: string): Promise<string>;
}

/** The terminal of a process. */
export function createTerminal({ env, stdin, stdout, stderr }: World): Terminal {
  return {
    print: (text) => void stdout.write(`${printable(text)}\n`),
    printJson: (value) => void stdout.write(`${toJsonText(value)}\n`),
    note: (text) => void stderr.write(`${printable(text)}\n`),
    paint: createPaint(wantsColour(env, stdout.isTTY === true)),
    paintNote: createPaint(wantsColour(env, stderr.isTTY === true)),
    isInteractive: stdin.isTTY === true && stderr.isTTY === true,
    promptSecret: (question) => promptSecret(question, stdin, stderr),
  };
}

/** Line breaks, and the only sequences that this program writes itself: bold, dim, red, green, yellow and their ends. */
const OWN = new RegExp(`(\\n|${String.fromCharCode(27)}\\[(?:1|2|22|31|32|33|39)m)`);

/**
 * The second line of defence behind {@link foreign}, which knows where a text came from: nothing but our own line breaks
 * and colours gets through.
 */
export function printable(text: string): string {
  return text
    .split(OWN)
    .map((part, index) => (index % 2 === 1 ? part : foreign(part)))
    .join('');
}
