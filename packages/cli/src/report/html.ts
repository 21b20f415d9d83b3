import { foreign } from '../terminal/foreign.js';

/** HTML that is known to be whole; everything else is text and gets escaped. */
export class SafeHtml {
  readonly markup: string;

  /** @internal use {@link html} */
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What can stand in a template: HTML as it is, lists one after the other, and text and numbers escaped. */
export type HtmlValue = SafeHtml | string | number | readonly HtmlValue[];

/** A template whose values are escaped, also within attributes in double quotes. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): SafeHtml {
  const markup = parts.reduce((text, part, index) => `${text}${part}${toMarkup(values[index] ?? '')}`, '');
  return new SafeHtml(markup);
}

/** HTML that this program wrote itself, for what a template cannot hold: styles. */
export function trusted(markup: string): SafeHtml {
  return new SafeHtml(markup);
}

function toMarkup(value: HtmlValue): string {
  if (value instanceof SafeHtml) return value.markup;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? escape(value) : value.map(toMarkup).join('');
}

function escape(text: string): string {
  // First of all the ampersand, of which the others are made.
  return foreign(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
