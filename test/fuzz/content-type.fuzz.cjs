// Any text as the type of a body, and as the parameters of a form: refused, or with a boundary that RFC 2046 allows.
const assert = require('node:assert/strict');
const { bodyKindOf, parseBoundary } = require('../../packages/upload/dist/cjs/content-type.js');

const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;

module.exports.fuzz = (bytes) => {
  const text = bytes.toString('latin1');
  const kind = bodyKindOf({ 'content-type': text }, ['multipart', 'image', 'json']);
  if (kind.kind === 'multipart') assert.match(kind.boundary, BOUNDARY);
  const boundary = parseBoundary(text);
  if (boundary === undefined) return;
  assert.match(boundary, BOUNDARY);
  // Named once more, it could be either.
  assert.equal(parseBoundary(`${text}; boundary=other`), undefined);
};
