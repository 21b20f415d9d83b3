import { isDeepStrictEqual } from 'node:util';

/** Turns of the event loop after which a parser that waits for nothing outside has said all that it will ever say. */
const MOST_TURNS = 50;

/**
 * Pours pieces into a sink, as the front of a body does.
 *
 * @returns what the sink reports first; undefined when it never does
 */
export async function readWith(openSink, chunks) {
  const outcomes = [];
  const sink = openSink((outcome) => outcomes.push(outcome));
  for (const chunk of chunks) if (outcomes.length === 0) sink.write(chunk);
  if (outcomes.length === 0) sink.end();
  for (let turn = 0; outcomes.length === 0 && turn < MOST_TURNS; turn += 1) await new Promise(setImmediate);
  const [outcome] = outcomes;
  sink.abandon();
  return outcome;
}

/** Multer, with a parser that counts what it throws: what it does to a server that has no front. */
export function watched(multer, count) {
  const watchedMulter = (options) =>
    multer({
      ...options,
      streamHandler: (request, parser) => {
        const write = parser.write.bind(parser);
        parser.write = (chunk) => {
          try {
            return write(chunk);
          } catch (error) {
            count(error);
            throw error;
          }
        };
        options.streamHandler(request, parser);
      },
    });
  return watchedMulter;
}

/** Whether two selfies are the same in everything that a handler gets. */
export function areAlike(one, other) {
  return (
    one.size === other.size &&
    one.declaredType === other.declaredType &&
    isDeepStrictEqual(one.fields, other.fields) &&
    Buffer.concat(one.chunks).equals(Buffer.concat(other.chunks))
  );
}
