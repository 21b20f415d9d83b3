const { lastKill } = require('./jest-circus-until-failure.cjs');

/** The file that found the last mutant first; the others in the order of their names. */
module.exports = class LastKillFirst {
  sort(tests) {
    const rank = ({ path }) => `${path === lastKill.file ? 0 : 1}${path}`;
    return [...tests].sort((left, right) => (rank(left) < rank(right) ? -1 : 1));
  }

  cacheResults() {}
};
