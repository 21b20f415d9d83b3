import type { Answer } from './answer.js';
import { json } from './answer.js';
import type { ApiRequest } from './api-request.js';
import { readJsonBody } from './json-body.js';

/** Required texts of a JSON body, or the answer that refuses it. */
export type TextFields<Name extends string> =
  | { readonly kind: 'valid'; readonly fields: Readonly<Record<Name, string>> }
  | { readonly kind: 'refused'; readonly answer: Answer };

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/u;

/** Reads texts that must be there; the messages are those of Django REST framework. */
export function readTextFields<Name extends string>(request: ApiRequest, names: readonly Name[]): TextFields<Name> {
  const body = readJsonBody(request);
  if (body.kind === 'refused') {
    return body;
  }
  const problems = names.flatMap((name) => {
    const problem = describeProblem(name, body.value[name]);
    return problem === undefined ? [] : [[name, [problem]]];
  });
  return problems.length === 0
    ? // Every name was found to be a text.
      { kind: 'valid', fields: body.value as Record<Name, string> }
    : { kind: 'refused', answer: json(400, Object.fromEntries(problems)) };
}

function describeProblem(name: string, value: unknown): string | undefined {
  if (value === undefined) {
    return 'This field is required.';
  }
  if (typeof value !== 'string') {
    return 'Not a valid string.';
  }
  if (value.trim() === '') {
    return 'This field may not be blank.';
  }
  return name === 'email' && !EMAIL.test(value) ? 'Enter a valid email address.' : undefined;
}
