import { html, type SafeHtml } from './html.js';

/** What the colours mean, in words. */
export const LEGEND = html`<ul class="legend"><li class="approved">approved</li><li class="review">review</li><li class="declined">declined</li></ul>`;

/** What may be wider than a phone scrolls by itself, also with the keyboard. */
export function scrollable(label: string, content: SafeHtml): SafeHtml {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${content}</div>`;
}
