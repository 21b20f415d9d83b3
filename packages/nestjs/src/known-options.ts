import { InvalidOptionError, unknownOption } from '@didit-liveness/core';

/** What guards of other frameworks take; Nest has something of its own for it. */
const FOREIGN: readonly string[] = ['gate', 'onDeclined', 'onError'];

/**
 * Refuses options that nobody reads. The core would do so as well, but with its own list, where those of Nest are missing.
 *
 * @param place - what the user wrote the options on, for messages
 * @throws InvalidOptionError naming the option, and those that are known
 */
export function refuseUnknown(place: string, options: object, known: readonly string[]): void {
  const name = Object.keys(options).find((given) => !known.includes(given));
  if (name === undefined) return;
  const option = `${place}.${name}`;
  if (!FOREIGN.includes(name)) throw unknownOption(option, name, known);
  throw new InvalidOptionError(
    `${option} is not an option in Nest; use a client of the module, or an exception filter`,
    option,
  );
}
