// Reads random forms with the reader of `packages/upload` and with multer, and holds one against the other:
//   node test/fuzz/compare-readers.mjs --seconds 60 --seed 1
// They come to the same, but for the reasons in forms/differences.mjs. Ends with 1 at the first form that is otherwise, and
// prints it.
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import multer from 'multer';
import { Random } from './forms/random.mjs';
import { randomForm } from './forms/random-form.mjs';
import { areAlike, readWith, watched } from './forms/read-both.mjs';
import { whyReadOtherwise, whyRefused } from './forms/differences.mjs';

const require = createRequire(import.meta.url);
const { formSink } = require('../../packages/upload/dist/cjs/form-body.js');
const { multerSink } = require('../../packages/upload/dist/cjs/multer-body.js');
const { resolveUploadOptions } = require('../../packages/upload/dist/cjs/options.js');

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    forms: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
const [seconds, most, firstSeed] = [values.seconds, values.forms, values.seed].map(Number);
if (!(seconds > 0 && most > 0 && Number.isInteger(firstSeed)))
  throw new RangeError('--seconds and --forms are above 0, --seed is whole');

/** As by default, and so tight that random forms meet every limit. */
const OPTIONS = [{}, { limitBytes: 1_000, maxFields: 3, maxParts: 4, maxFieldBytes: 60, maxFieldDepth: 2 }].map(
  resolveUploadOptions,
);

const count = { forms: 0, acceptedByBoth: 0, refusedByBoth: 0, withTheSameCode: 0, unanswered: 0 };
const thrown = new Map();
const refused = new Map();
const readOtherwise = new Map();
const watchedMulter = watched(multer, (error) => add(thrown, `${error.name}: ${error.message.replace(/-?\d+/g, 'N')}`));

const started = performance.now();
let failure;
for (let seed = firstSeed; failure === undefined && count.forms < most && secondsSince(started) < seconds; seed += 1) {
  failure = await compare(seed);
  count.forms += 1;
}
report();

/** Compares one form; gives what is wrong. */
async function compare(seed) {
  const random = new Random(Math.imul(seed, 0x9e3779b1));
  const form = randomForm(random);
  const options = random.pick(OPTIONS);
  const own = await readWith(formSink(form.boundary, options), form.chunks);
  const other = await readWith(multerSink(form.boundary, { ...options, multer: watchedMulter }), form.chunks);
  const problem = judge(form, options, { own, other });
  return problem && { seed, problem, own, other, form };
}

function judge(form, options, { own, other }) {
  if (own === undefined) return 'The own reader never answers.';
  if (own.kind === 'selfie') {
    if (other?.kind === 'selfie' && areAlike(own.selfie, other.selfie)) {
      count.acceptedByBoth += 1;
      return undefined;
    }
    return explain(
      readOtherwise,
      whyReadOtherwise(form, options),
      'The readers come to different selfies, or only ours to one',
    );
  }
  if (other?.kind !== 'selfie') {
    count.refusedByBoth += 1;
    count.withTheSameCode += own.code === other?.code ? 1 : 0;
    // The deadline of an upload ends it, where there is one.
    count.unanswered += other === undefined ? 1 : 0;
    return undefined;
  }
  return explain(refused, whyRefused(form, options), 'Only the own reader refuses this form');
}

/** Counts a difference that has a reason; gives what is wrong with one that has none. */
function explain(reasons, reason, difference) {
  if (reason === undefined) return `${difference}, and for no known reason.`;
  add(reasons, reason);
  return undefined;
}

function report() {
  const took = secondsSince(started);
  const { forms, acceptedByBoth, refusedByBoth, withTheSameCode, unanswered } = count;
  console.log(`${forms} forms compared in ${took.toFixed(1)} s, from seed ${firstSeed} on`);
  console.log(
    `${acceptedByBoth} read alike by both, ${refusedByBoth} refused by both (${withTheSameCode} with the same code)`,
  );
  console.log(`  ${unanswered} of them with no answer from multer at all`);
  console.log(`${sum(refused)} refused by the own reader only:`);
  for (const [reason, times] of sorted(refused)) console.log(`  ${times} for ${reason}`);
  console.log(`${sum(readOtherwise)} read by the own reader, and otherwise than by multer or not by multer:`);
  for (const [reason, times] of sorted(readOtherwise)) console.log(`  ${times} for ${reason}`);
  console.log(`${sum(thrown)} exceptions thrown by multer's parser and caught:`);
  for (const [message, times] of sorted(thrown)) console.log(`  ${times} ${message}`);
  if (failure === undefined) return;
  const { form, ...rest } = failure;
  console.error({ ...rest, boundary: form.boundary, chunks: form.chunks.map((chunk) => chunk.toString('latin1')) });
  console.error(`Again with --seed ${failure.seed} --forms 1`);
  process.exitCode = 1;
}

function add(counts, key) {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sum(counts) {
  return [...counts.values()].reduce((total, times) => total + times, 0);
}

function sorted(counts) {
  return [...counts].sort(([, one], [, other]) => other - one);
}

function secondsSince(start) {
  return (performance.now() - start) / 1_000;
}
