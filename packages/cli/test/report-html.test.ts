import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { html, trusted } from '../src/report/html.js';

describe('html', () => {
  it('escapes texts, and keeps templates, lists and numbers', () => {
    const list = ['<a>', '"b"'].map((text) => html`<li title="${text}">${text}</li>`);

    expect(html`<ul data-count="${2}">${list}</ul>`.markup).toBe(
      '<ul data-count="2"><li title="&lt;a&gt;">&lt;a&gt;</li><li title="&quot;b&quot;">&quot;b&quot;</li></ul>',
    );
  });

  it('lets no text end an attribute or begin an element', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(html`${text}`.markup).not.toMatch(/[<>"']/);
      }),
    );
  });

  it('shows no control characters, and no marks that turn the direction of writing', () => {
    expect(html`${'a\u001b[8m\n\u202egpj.exe'}`.markup).toBe('a?[8m??gpj.exe');
  });

  it('keeps what this program wrote itself', () => {
    expect(html`<style>${trusted('a > b { color: red }')}</style>`.markup).toBe('<style>a > b { color: red }</style>');
  });
});
