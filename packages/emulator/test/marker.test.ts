import { describe, expect, it } from '@jest/globals';
import { readFaceId, readScript } from '../src/marker.js';
import { SCENARIO_NAMES } from '../src/scenario-names.js';

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

describe('readScript', () => {
  it.each(SCENARIO_NAMES)('reads %s', (scenario) => {
    expect(readScript(bytes(`\u00ff\u00d8didit-scenario=${scenario}`))).toEqual({ scenario });
  });

  it.each([
    ['didit-scenario=spoof;score=12', { scenario: 'spoof', score: 12 }],
    ['didit-scenario=spoof;score=12.75;', { scenario: 'spoof', score: 12.75 }],
    ['didit-scenario=spoof;score=100\u0000', { scenario: 'spoof', score: 100 }],
    ['didit-scenario=spoof;', { scenario: 'spoof' }],
    ['didit-scenario=spoof;score=', { scenario: 'spoof' }],
    ['didit-scenario=spoof;score=-5', { scenario: 'spoof' }],
    ['didit-scenario=500-html\u00ff', { scenario: '500-html' }],
    ['didit-scenario=500\u00ff', { scenario: '500' }],
    ['didit-scenario=no-face didit-scenario=spoof', { scenario: 'no-face' }],
  ])('reads %p', (text, script) => {
    expect(readScript(bytes(text))).toEqual(script);
  });

  it.each(['didit-scenario=spoofVP8 ', 'didit-scenario=spoofab12', 'didit-scenario=spooftEXt'])(
    'is not misled by what the container puts behind the name: %p',
    (text) => {
      expect(readScript(bytes(text))).toEqual({ scenario: 'spoof' });
    },
  );

  it.each([
    ['didit-scenario=spofo', 'unknown scenario "spofo". Did you mean "spoof"?'],
    ['didit-scenario=500-json', 'unknown scenario "500-json".'],
    ['didit-scenario=Spoof', 'unknown scenario "Spoof". Did you mean "spoof"?'],
    [`didit-scenario=${'x'.repeat(500)}`, `unknown scenario "${'x'.repeat(40)}".`],
    ['didit-scenario=spoof;score=100.01', 'score=100.01 is not from 0 to 100.'],
  ])('says what is wrong with %p', (text, mistake) => {
    expect(readScript(bytes(text))).toEqual({ mistake: expect.stringContaining(mistake) });
  });

  it('finds nothing in an unmarked picture', () => {
    expect(readScript(bytes('didit scenario spoof'))).toBeUndefined();
  });
});

describe('readFaceId', () => {
  it.each([
    ['didit-face=ada-1;', 'id:ada-1'],
    ['didit-face=', 'sha256:cafe'],
    ['', 'sha256:cafe'],
  ])('of %p is %p', (text, id) => {
    expect(readFaceId(bytes(text), 'cafe')).toBe(id);
  });
});
