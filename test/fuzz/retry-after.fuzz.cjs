// Any text as Retry-After: nothing, or milliseconds that are never negative.
const assert = require('node:assert/strict');
const { parseRetryAfter } = require('../../packages/core/dist/cjs/client/retry-after.js');

const NOW = Date.UTC(2026, 10, 23, 12);

module.exports.fuzz = (bytes) => {
  const text = bytes.toString('latin1');
  const waitMs = parseRetryAfter(text, NOW);
  assert.ok(waitMs === undefined || (Number.isFinite(waitMs) && waitMs >= 0));
  if (/^\d{1,9}$/.test(text)) assert.equal(waitMs, Number(text) * 1000);
  if (/^[-+.]|e/i.test(text) && !/[a-df-z]/i.test(text)) assert.equal(waitMs, undefined);
};
