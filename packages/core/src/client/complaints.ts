import { isPlainObject } from '../options.js';

const MAX_COMPLAINTS = 10;
const MAX_CHARACTERS = 200;
const MAX_DEPTH = 8;

/** What stands in the place of something that must not be shown. */
const STRUCK_OUT = '[hidden]';

/**
 * What an error body complains about, in the words of the API. There is no common shape: `detail`, else `message`, else
 * a text `error`, else texts by the names of fields, nested or not, or a bare list.
 * Source: https://docs.didit.me/integration/api-errors (read 2026-11-22).
 *
 * @param secrets - what was sent and must not come back, for example a password
 */
export function complaintsOf(json: unknown, secrets: readonly string[]): readonly string[] {
  const texts = summaryOf(json) ?? textsIn(json, '', MAX_DEPTH);
  return Object.freeze(texts.slice(0, MAX_COMPLAINTS).map((text) => harmless(strikeOut(text, secrets))));
}

/** The text without what must not be shown, also where JSON spells it with escapes. */
export function strikeOut(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), asciiJson(secret)])
    .reduce((struck, spelling) => struck.replaceAll(spelling, STRUCK_OUT), text);
}

function asciiJson(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replaceAll(/[^ -~]/g, toEscape);
}

function toEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function summaryOf(json: unknown): readonly string[] | undefined {
  if (!isPlainObject(json)) return undefined;
  const summary = [json['detail'], json['message'], json['error']].find((text) => typeof text === 'string');
  return summary === undefined ? undefined : [summary];
}

function textsIn(json: unknown, path: string, depth: number): readonly string[] {
  if (typeof json === 'string') return [path === '' ? json : `${path}: ${json}`];
  if (typeof json !== 'object' || json === null || depth === 0) return [];
  if (Array.isArray(json)) return json.slice(0, MAX_COMPLAINTS).flatMap((entry) => textsIn(entry, path, depth - 1));
  const members = Object.entries(json).slice(0, MAX_COMPLAINTS) as [string, unknown][];
  return members.flatMap(([name, value]) => textsIn(value, path === '' ? name : `${path}.${name}`, depth - 1));
}

/** One line that a terminal can show. */
function harmless(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
  return line.length > MAX_CHARACTERS ? `${line.slice(0, MAX_CHARACTERS)}...` : line;
}
