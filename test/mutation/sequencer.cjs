const { rankOf } = require('./jest-circus-until-failure.cjs');

/** First the file that found the last mutant, then the others, quick ones first. */
module.exports = class LikelyAndQuickFirst {
  sort(tests) {
    return [...tests].sort((left, right) => rankOf(left.path) - rankOf(right.path));
  }

  cacheResults() {}
};
