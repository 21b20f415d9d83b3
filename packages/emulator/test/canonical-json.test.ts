import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from '../src/canonical-json.js';

describe('canonicalJson', () => {
  it.each([
    [{ b: 1, a: [{ d: 1, c: 2 }] }, '{"a":[{"c":2,"d":1}],"b":1}'],
    [{ 10: 1, 9: 2 }, '{"10":1,"9":2}'],
    // Python sorts by code point, where a rocket stands behind a full-width letter; JavaScript the other way round.
    [{ '\u{1F680}': 1, '\uFF21': 2 }, '{"\uFF21":2,"\u{1F680}":1}'],
    ['se\u00F1or "x"\n', '"se\u00F1or \\"x\\"\\n"'],
    [[3, 3.5, -0, 0.0001, 0.00001, 1.5e-7], '[3,3.5,0,0.0001,1e-05,1.5e-07]'],
    [1e22, '10000000000000000000000'],
    [[null, true, false, ''], '[null,true,false,""]'],
    [{ a: undefined }, '{}'],
  ])('writes %j as Python does', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });
});
