import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { UsageError } from '../usage-error.js';

/**
 * Asks for a secret. What is typed goes into a stream that shows nothing, so it appears neither on the screen nor in
 * its history.
 *
 * @throws {@link UsageError} when the question is left with Ctrl-C or Ctrl-D
 */
export async function promptSecret(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<string> {
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() });
  const keyboard = createInterface({ input, output: silence, terminal: true, historySize: 0 });
  const left = new AbortController();
  keyboard.once('SIGINT', () => left.abort());
  keyboard.once('close', () => left.abort());
  output.write(question);
  try {
    return (await keyboard.question('', { signal: left.signal })).trim();
  } catch {
    throw new UsageError('Nothing was entered.');
  } finally {
    keyboard.close();
    output.write('\n');
  }
}
