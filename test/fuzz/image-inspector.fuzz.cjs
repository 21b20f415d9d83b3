// Any bytes as a picture: an answer comes, it is the same however the bytes are cut, and only what is whole is accepted.
const assert = require('node:assert/strict');
const { inspectImage, sniffImageType } = require('../../packages/core/dist/cjs/image/inspect.js');
const { refusalOf } = require('../../packages/core/dist/cjs/image/picture.js');

module.exports.fuzz = (bytes) => {
  const image = inspectImage([bytes]);
  const middle = bytes.length >> 1;
  assert.deepEqual(inspectImage([bytes.subarray(0, middle), new Uint8Array(0), bytes.subarray(middle)]), image);
  assert.equal(image.size, bytes.length);
  assert.equal(image.type, sniffImageType(bytes));
  for (const pixels of [image.width, image.height]) assert.ok(Number.isSafeInteger(pixels) && pixels >= 0);
  assert.ok(!(image.truncated && image.malformed !== undefined));
  if (refusalOf(image) !== undefined) return;
  assert.ok(!image.truncated && image.malformed === undefined && !image.animated && image.type !== undefined);
  assert.ok(Math.min(image.width, image.height) >= 64);
};
