// Any bytes as a form: read the same in one piece and in many, held to every limit, and never with a delimiter in what is
// taken for the picture. The first byte chooses the boundary, the second the length of the pieces.
const assert = require('node:assert/strict');
const { formSink } = require('../../packages/upload/dist/cjs/form-body.js');
const { resolveUploadOptions } = require('../../packages/upload/dist/cjs/options.js');

const BOUNDARIES = ['b', '-', '--', 'form-boundary', "a'()+_,-./:=? z"];
const OPTIONS = resolveUploadOptions({
  limitBytes: 400,
  maxFields: 3,
  maxParts: 4,
  maxFieldBytes: 50,
  maxFieldDepth: 2,
});

module.exports.fuzz = (bytes) => {
  const [choice = 0, length = 0] = bytes;
  const boundary = BOUNDARIES[choice % BOUNDARIES.length];
  const body = bytes.subarray(2);
  const outcome = read(boundary, body, body.length);
  assert.deepEqual(read(boundary, body, length + 1), outcome);
  if (outcome.kind === 'refused') return;

  const { picture, fields } = outcome;
  assert.ok(picture.length > 0 && picture.length <= OPTIONS.limitBytes);
  assert.ok(!`\r\n${picture.toString('latin1')}`.includes(`\n--${boundary}`));
  assert.ok(Object.keys(fields).length <= OPTIONS.maxFields);
  assert.equal(Object.getPrototypeOf(fields), null);
  assert.equal({}.polluted, undefined);
};

function read(boundary, body, pieceBytes) {
  const outcomes = [];
  const sink = formSink(boundary, OPTIONS)((reported) => outcomes.push(reported));
  for (let at = 0; outcomes.length === 0 && at < body.length; at += pieceBytes) {
    sink.write(body.subarray(at, at + pieceBytes));
  }
  if (outcomes.length === 0) sink.end();
  const [outcome] = outcomes;
  if (outcome.kind === 'refused') return outcome;
  const { chunks, declaredType, fields } = outcome.selfie;
  return { kind: 'selfie', picture: Buffer.concat(chunks), declaredType, fields };
}
