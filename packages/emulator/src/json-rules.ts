import type { JsonObject } from './json-body.js';
import { isJsonObject } from './json-body.js';

/** What is wrong with a value: messages, or the same for its members. */
export type Wrong = readonly string[] | { readonly [member: string]: Wrong };

/** Says what is wrong with a value, undefined when nothing is. */
export type JsonRule = (value: unknown) => Wrong | undefined;

/** Rules per member of an object. */
export type MemberRules = Readonly<Record<string, JsonRule>>;

/** How an object is looked at. */
export interface MemberCheck {
  readonly rules: MemberRules;
  readonly required?: readonly string[];
  /** Refuse members without a rule. */
  readonly isStrict?: true;
}

/** Checks the members of an object; the texts are those of Django REST framework. */
export function checkMembers(value: JsonObject, { rules, required = [], isStrict }: MemberCheck): Wrong | undefined {
  const missing = required
    .filter((name) => value[name] === undefined)
    .map((name) => [name, ['This field is required.']]);
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    const rule = Object.hasOwn(rules, name) ? rules[name] : isStrict && (() => ['Unknown field.']);
    const problem = rule ? rule(member) : undefined;
    return problem === undefined ? [] : [[name, problem]];
  });
  const all = [...missing, ...wrong];
  return all.length === 0 ? undefined : Object.fromEntries(all);
}

/** An object with such members. */
export function object(check: MemberCheck): JsonRule {
  return (value) => (isJsonObject(value) ? checkMembers(value, check) : ['Invalid data. Expected a dictionary.']);
}

/** A list of at least so many entries. */
export function list(rule: JsonRule, min: number): JsonRule {
  return (value) => {
    if (!Array.isArray(value)) {
      return ['Expected a list of items.'];
    }
    if (value.length < min) {
      return ['This list may not be empty.'];
    }
    const wrong = value.flatMap((entry, index) => {
      const problem = rule(entry);
      return problem === undefined ? [] : [[String(index), problem]];
    });
    return wrong.length === 0 ? undefined : Object.fromEntries(wrong);
  };
}

/** A text that is not blank. */
export function text(maxLength: number): JsonRule {
  return (value) => {
    if (typeof value !== 'string') {
      return ['Not a valid string.'];
    }
    if (value.trim() === '') {
      return ['This field may not be blank.'];
    }
    return value.length > maxLength ? [`Ensure this field has no more than ${maxLength} characters.`] : undefined;
  };
}

/** A whole number in a range. */
export function wholeNumber(min: number, max: number): JsonRule {
  return (value) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      return ['A valid integer is required.'];
    }
    if (value > max) {
      return [`Ensure this value is less than or equal to ${max}.`];
    }
    return value < min ? [`Ensure this value is greater than or equal to ${min}.`] : undefined;
  };
}

/** One of several words; `ignoresCase` takes any spelling. */
export function oneOf(words: readonly string[], ignoresCase = false): JsonRule {
  return (value) => {
    const word = ignoresCase && typeof value === 'string' ? value.toUpperCase() : value;
    return words.some((known) => known === word) ? undefined : [`"${String(value)}" is not a valid choice.`];
  };
}

/** True or false. */
export function boolean(value: unknown): Wrong | undefined {
  return typeof value === 'boolean' ? undefined : ['Must be a valid boolean.'];
}

/** Anything. */
export function anything(): undefined {
  return undefined;
}

/** The same, or null. */
export function nullable(rule: JsonRule): JsonRule {
  return (value) => (value === null ? undefined : rule(value));
}
