// CommonJS, since Stryker loads it with `require`.
const { AsyncLocalStorage } = require('node:async_hooks');
const { TestEnvironment } = require('jest-environment-node');

/** Every storage that was used since the last test file ended. */
const used = new Set();
for (const name of ['run', 'enterWith']) {
  const original = AsyncLocalStorage.prototype[name];
  AsyncLocalStorage.prototype[name] = function (...given) {
    used.add(this);
    return original.apply(this, given);
  };
}

/**
 * The usual environment of Node, of which nothing stays behind. Jest makes an AsyncLocalStorage for each test file and
 * never disables it; Node asks all of them at every promise, so that the hundredth file would run at a fraction of its
 * speed.
 */
module.exports = class FileEnvironment extends TestEnvironment {
  async teardown() {
    await super.teardown();
    for (const storage of used) storage.disable();
    used.clear();
  }
};
