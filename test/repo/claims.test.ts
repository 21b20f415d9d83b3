import { describe, expect, it } from '@jest/globals';
import { filesBelow, read } from './source.js';

const documents = [
  ...['README.md', 'SECURITY.md', 'CONTRIBUTING.md'].map((path) => ({ path, text: read(path) })),
  ...filesBelow('docs', '.md'),
  ...filesBelow('packages', 'README.md'),
];

describe('the documents', () => {
  it('H01 claim nothing that an upload cannot give', () => {
    const claims =
      /(deepfake|spoof|fraud|injection)[- ]?proof|(guarantees?|proves?|ensures?) (that )?(a|the) (real|live|living|human)/i;

    expect(documents.filter(({ text }) => claims.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('H02 claim no rate of errors', () => {
    const rates = /\b99\.\d+ ?%|\b(FAR|FRR|APCER|BPCER|IAPAR)\b/;

    expect(documents.filter(({ text }) => rates.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it.each([
    ['H01 a virtual camera', 'README.md', /virtual camera/],
    ['H01 a virtual camera', 'docs/guarantees.md', /Not promised[\s\S]*virtual camera/],
    ['H02 accuracy', 'docs/guarantees.md', /Not promised[\s\S]*\*\*Accuracy\.\*\*/],
    ['H05 timing', 'docs/guarantees.md', /Not promised[\s\S]*\*\*Timing\.\*\*/],
    ['H08 ids of persons', 'docs/privacy.md', /make it opaque/],
    ['H10 consent', 'docs/privacy.md', /Ask before the picture is uploaded/],
    ['H11 retention', 'docs/privacy.md', /set the retention[\s\S]*three years at most/],
    ['H13 biometric data', 'docs/privacy.md', /Is a selfie biometric data\?/],
    ['H14 those who are refused wrongly', 'docs/privacy.md', /another way to people[\s\S]*A person decides in the end/],
    ['H18 where pictures go', 'docs/privacy.md', /in which region they are processed/],
    ['H19 an assessment', 'docs/privacy.md', /impact assessment[\s\S]*EU AI Act/],
  ])('say what is left to the operator: %s, in %s', (_row, path, words) => {
    expect(read(path)).toMatch(words);
  });
});
