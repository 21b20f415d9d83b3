import type { FieldErrors } from '@didit-liveness/core';
import { type Type, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';

/** What came of holding fields against a class. */
export type FormOutcome =
  | { readonly kind: 'valid'; readonly body: object }
  | { readonly kind: 'invalid'; readonly errors: FieldErrors };

/** Carries the complaints out of the pipe. */
class FormInvalid extends Error {
  constructor(readonly errors: readonly ValidationError[]) {
    super('The form is not valid.');
  }
}

/** Holds text fields against a class as `ValidationPipe({ whitelist: true, transform: true })` does: it is that pipe. */
export class FormValidation {
  readonly #metatype: Type;
  readonly #pipe = new ValidationPipe({
    whitelist: true,
    transform: true,
    exceptionFactory: (errors) => new FormInvalid(errors),
  });

  constructor(metatype: Type) {
    this.#metatype = metatype;
  }

  /** The instance that becomes the body, or what is wrong with each property. */
  async hold(fields: Readonly<Record<string, unknown>>): Promise<FormOutcome> {
    try {
      // A copy: the pipe writes to what it is given.
      const body = (await this.#pipe.transform({ ...fields }, { type: 'body', metatype: this.#metatype })) as object;
      return { kind: 'valid', body };
    } catch (error) {
      if (error instanceof FormInvalid) return { kind: 'invalid', errors: Object.fromEntries(flatten(error.errors)) };
      throw error;
    }
  }
}

/** One entry per property, nested ones by their path; never a value. */
function flatten(errors: readonly ValidationError[], path = ''): (readonly [string, string])[] {
  return errors.flatMap(({ property, constraints, children = [] }) => {
    const name = `${path}${property}`;
    const message = [...new Set(Object.values(constraints ?? {}))].join('; ');
    return [...(message ? [[name, message] as const] : []), ...flatten(children, `${name}.`)];
  });
}
