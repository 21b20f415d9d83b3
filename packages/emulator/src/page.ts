import type { Answer } from './answer.js';
import { html } from './answer.js';

const STYLE = `body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#1b1b1f;background:#fff}
button,input{font:inherit;padding:.5rem 1rem;margin:.25rem .25rem .25rem 0}
fieldset{border:1px solid #767680;border-radius:.4rem;margin:0 0 1rem}
button:focus-visible,input:focus-visible,a:focus-visible{outline:3px solid #0b57d0;outline-offset:2px}`;

/**
 * A page of its own: no script, nothing loaded from elsewhere.
 *
 * @param body - HTML; what did not come from here must have gone through {@link escapeHtml}.
 */
export function page(status: number, title: string, body: string): Answer {
  const escaped = escapeHtml(title);
  const answer = html(
    status,
    `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped}</title>
<style>${STYLE}</style></head><body><main><h1>${escaped}</h1>
${body}
</main></body></html>
`,
  );
  const policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
  return { ...answer, headers: { ...answer.headers, 'content-security-policy': policy, 'cache-control': 'no-store' } };
}

/** Makes a text safe between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
