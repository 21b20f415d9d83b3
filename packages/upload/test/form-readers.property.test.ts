import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import multer from 'multer';
import { whyReadOtherwise, whyRefused } from '../../../test/fuzz/forms/differences.mjs';
import { Random } from '../../../test/fuzz/forms/random.mjs';
import { randomForm, type RandomForm } from '../../../test/fuzz/forms/random-form.mjs';
import type { OpenSink } from '../src/body-front.js';
import { formSink } from '../src/form-body.js';
import { multerSink } from '../src/multer-body.js';
import { resolveUploadOptions } from '../src/options.js';
import type { BodyOutcome } from '../src/reading.js';

/** As by default, and so tight that random forms meet every limit. */
const OPTIONS = [
  resolveUploadOptions(),
  resolveUploadOptions({ limitBytes: 1_000, maxFields: 3, maxParts: 4, maxFieldBytes: 60, maxFieldDepth: 2 }),
];

const forms = fc.nat(2 ** 31 - 1).map((seed) => randomForm(new Random(seed)));

/** What a sink makes of a form; multer may leave one without an answer, which is for the deadline of the front. */
async function read(openSink: OpenSink, chunks: readonly Buffer[]): Promise<BodyOutcome> {
  const outcomes: BodyOutcome[] = [];
  const sink = openSink((outcome) => outcomes.push(outcome));
  for (const chunk of chunks) if (outcomes.length === 0) sink.write(chunk);
  if (outcomes.length === 0) sink.end();
  for (let turn = 0; outcomes.length === 0 && turn < 50; turn += 1) await new Promise(setImmediate);
  return outcomes[0] ?? { kind: 'refused', code: 'upload-timeout' };
}

/** A selfie with its bytes joined, or the refusal. */
function comparable(outcome: BodyOutcome): object {
  if (outcome.kind !== 'selfie') return outcome;
  const { chunks, ...rest } = outcome.selfie;
  return { ...rest, bytes: Buffer.concat(chunks).toString('latin1') };
}

describe('the reader of forms and multer', () => {
  it('A06 A15 A32 come to the same selfie, or differ for one of the listed reasons', async () => {
    await fc.assert(
      fc.asyncProperty(forms, fc.constantFrom(...OPTIONS), async (form: RandomForm, options) => {
        const own = await read(formSink(form.boundary, options), form.chunks);
        const other = await read(multerSink(form.boundary, { ...options, multer }), form.chunks);

        // Which of several faults of a form comes first is not the same for both.
        const isSame =
          (own.kind === 'refused' && other.kind === 'refused') || isDeepStrictEqual(comparable(own), comparable(other));
        const why = own.kind === 'refused' ? whyRefused : whyReadOtherwise;
        expect(isSame ? 'none is needed' : why(form, options)).toBeDefined();
      }),
      { numRuns: 300 },
    );
  });

  it('A06 A31 A32 B15 come to one outcome, of the reader, however a form is cut', async () => {
    await fc.assert(
      fc.asyncProperty(forms, fc.constantFrom(...OPTIONS), async ({ boundary, body, chunks }, options) => {
        const whole = await read(formSink(boundary, options), [body]);
        const cut = await read(formSink(boundary, options), chunks);

        expect(comparable(cut)).toEqual(comparable(whole));
      }),
      { numRuns: 300 },
    );
  });
});
