import { inspect } from 'node:util';
import { MARKS, marksIn } from './canary-scan.mjs';

/**
 * The canaries: values that the suites use where secrets stand, and a record of everything that could show them.
 *
 * Every test file records what it prints and warns of (`canary.setup.ts`), shared hosts and arenas hand over answers,
 * events and errors with {@link watch}, and a test behind which a mark is found in the record fails. What is meant to
 * have them is not recorded: the request to Didit, the file and the fields that a handler gets.
 */

/** A key for clients and guards. */
export const MARKED_KEY = MARKS.key;
/** A name for uploaded files. */
export const MARKED_FILE_NAME = `${MARKS['file name']}.jpg`;
/** An id of a person. */
export const MARKED_VENDOR_DATA = MARKS['vendor data'];
/** Bytes for a picture. */
export const MARKED_PICTURE_BYTES: Uint8Array = Buffer.from(MARKS.picture, 'ascii');

let people = 0;

/** Another person each time, for the option `subject`: what is shared between requests of one person is not wanted. */
export function markedSubject(): string {
  people += 1;
  return `${MARKED_VENDOR_DATA}-${people}`;
}

/** A JPEG with the mark in a comment behind its start of image. */
export function markedJpeg(jpeg: Uint8Array): Buffer {
  const header = Buffer.from([0xff, 0xfe, 0, MARKED_PICTURE_BYTES.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), header, MARKED_PICTURE_BYTES, jpeg.subarray(2)]);
}

const record = new Map<string, unknown[]>();

/**
 * Hands over something that must show no mark; `where` says in a failure where it came from. It is printed behind the
 * test: printing takes milliseconds, which a test that looks at the time would notice.
 */
export function watch(where: string, value: unknown): void {
  const values = record.get(where) ?? [];
  record.set(where, values);
  values.push(value);
}

/** The same listener, with everything that it hears handed over. */
export function watched<Value>(where: string, listener: (value: Value) => unknown): (value: Value) => void {
  return (value) => {
    watch(where, value);
    listener(value);
  };
}

/** What was found since the last time, by mark, encoding and place; and forgets the record. */
export function takeFound(): readonly string[] {
  const found = [...record].flatMap(([where, values]) =>
    marksIn(values.map((value) => (typeof value === 'string' ? value : printed(value))).join('\n')).map(
      ({ mark, encoding }) => `the marked ${mark}, ${encoding}, in ${where}`,
    ),
  );
  record.clear();
  return found;
}

/** Everything that a logger might make of a value. */
export function printed(value: unknown): string {
  const whole = { depth: 10, showHidden: true, maxArrayLength: null, maxStringLength: null } as const;
  const views = [
    () => inspect(value, whole),
    () => inspect(value, { ...whole, customInspect: false }),
    () => JSON.stringify(value),
    () => String(value),
    () => (value instanceof Error ? `${value.message}\n${value.stack}` : ''),
  ];
  return views.map(textOf).join('\n');
}

/** What cannot be printed shows nothing. */
function textOf(view: () => string): string {
  try {
    return view();
  } catch {
    return '';
  }
}

interface Stream {
  write: (chunk: Uint8Array | string, ...rest: never[]) => boolean;
}

type Print = (...values: unknown[]) => unknown;

/** Records what goes through these streams and this console, and still lets it through; gives the way back. */
export function capture(streams: Readonly<Record<string, Stream>>, printer: object): () => void {
  const undo = Object.entries(streams).map(([name, stream]) => {
    const { write } = stream;
    stream.write = (chunk, ...rest) => {
      watch(name, typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1'));
      return write.call(stream, chunk, ...rest);
    };
    return () => void (stream.write = write);
  });
  // Whatever methods a console has; those that print nothing do no harm.
  const methods = printer as Record<string, Print>;
  for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'table', 'assert', 'group']) {
    const print = methods[name];
    if (!print) continue;
    methods[name] = (...values) => {
      for (const value of values) watch(`console.${name}`, value);
      return print.apply(printer, values);
    };
    undo.push(() => void (methods[name] = print));
  }
  return () => undo.forEach((step) => step());
}
