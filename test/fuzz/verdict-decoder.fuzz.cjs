// Any bytes as the body of a 200: a verdict or the one error, and an approval only where nothing speaks against it.
const assert = require('node:assert/strict');
const { decide } = require('../../packages/core/dist/cjs/policy/decide.js');
const { definePolicy } = require('../../packages/core/dist/cjs/policy/policy.js');
const { UndecodableError } = require('../../packages/core/dist/cjs/wire/decoding.js');
const { decodePassiveLiveness } = require('../../packages/core/dist/cjs/wire/passive-liveness.js');

const lenient = definePolicy({ extends: 'lenient' });
const ALWAYS_DECLINE = ['NO_FACE_DETECTED', 'LIVENESS_FACE_ATTACK', 'FACE_IN_BLOCKLIST', 'POSSIBLE_FACE_IN_BLOCKLIST'];

module.exports.fuzz = (bytes) => {
  const { liveness } = decoded(bytes) ?? {};
  if (liveness === undefined) return;
  const { outcome } = decide(lenient, liveness);
  assert.ok(outcome !== 'approved' || liveness.status === 'Approved');
  if (liveness.status !== 'Approved') return;
  const said = JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, '')).liveness;
  assert.equal(said.status, 'Approved');
  assert.equal(said.method, 'PASSIVE');
  assert.ok(typeof said.score === 'number' && said.score >= 0 && said.score <= 100);
  assert.ok(said.user_image.entities.length > 0);
  for (const { risk, log_type: severity } of said.warnings) {
    assert.ok(!ALWAYS_DECLINE.includes(risk) && severity !== 'error');
  }
  assert.equal({}.polluted, undefined);
};

function decoded(bytes) {
  try {
    return decodePassiveLiveness(bytes);
  } catch (error) {
    if (error instanceof UndecodableError) return undefined;
    throw error;
  }
}
