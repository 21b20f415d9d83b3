import type { World } from '../world.js';
import { createPaint, type Paint, wantsColour } from './colours.js';
import { promptSecret } from './prompt.js';

/** The two outputs and the keyboard. Results go to standard output and nothing else does. */
export interface Terminal {
  /** Writes a result. */
  print(text: string): void;
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
    note: (text) => void stderr.write(`${printable(text)}\n`),
    paint: createPaint(wantsColour(env, stdout.isTTY === true)),
    paintNote: createPaint(wantsColour(env, stderr.isTTY === true)),
    isInteractive: stdin.isTTY === true && stderr.isTTY === true,
    promptSecret: (question) => promptSecret(question, stdin, stderr),
  };
}

const ESCAPE = String.fromCharCode(27);
/** The only sequences that this program writes itself: colours. */
const COLOUR = new RegExp(`^${ESCAPE}\\[[0-9;]*m`);

/**
 * The text without control characters besides line breaks and our colours: file names and texts of others may hold
 * sequences that rewrite the screen.
 */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character, position: number) => {
    if (character === '\n') return character;
    return character === ESCAPE && COLOUR.test(text.slice(position, position + 16)) ? character : '?';
  });
}
