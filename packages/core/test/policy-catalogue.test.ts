import { describe, expect, it } from '@jest/globals';
import { HINT_TEXTS, hintFor } from '../src/policy/catalogue.js';
import { KNOWN_TAGS } from './support/verdicts.js';

const HINTS: Readonly<Record<string, string>> = {
  NO_FACE_DETECTED: 'show-your-face',
  MULTIPLE_FACES_DETECTED: 'one-face-only',
  MULTIPLE_FACES: 'one-face-only',
  LOW_FACE_QUALITY: 'sharper-picture',
  LOW_FACE_LUMINANCE: 'more-light',
  HIGH_FACE_LUMINANCE: 'less-light',
};

describe('the hints', () => {
  it.each(Object.entries(HINTS))('advise on %s: %s', (risk, code) => {
    expect(hintFor(risk)).toBe(code);
  });

  it.each(KNOWN_TAGS.filter((risk) => !(risk in HINTS)))('teach nothing about %s', (risk) => {
    expect(hintFor(risk)).toBeUndefined();
  });

  it.each(['NEVER_HEARD_OF', '', 'toString', '__proto__', 'no_face_detected'])('know nothing about %j', (risk) => {
    expect(hintFor(risk)).toBeUndefined();
  });

  it('have one English sentence or two each, and all differ', () => {
    const texts = Object.values(HINT_TEXTS);

    expect(Object.keys(HINT_TEXTS).sort()).toEqual([...new Set(Object.values(HINTS))].sort());
    expect(new Set(texts).size).toBe(5);
    expect(texts.filter((text) => !/^[A-Z][a-z ,]+\.$/.test(text))).toEqual([]);
  });

  it('name no tag, number or threshold', () => {
    expect(Object.values(HINT_TEXTS).join(' ')).not.toMatch(/\d|_|score|attack|spoof|duplicate|blocklist/i);
  });
});
