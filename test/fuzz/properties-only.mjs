// The test environment of `pnpm fuzz`: it leaves out every test that asserts no property, and lets the others run for as
// long as their properties were given.
import { TestEnvironment } from 'jest-environment-node';

/** The slack that a test has besides its properties: starting servers, and a busy machine. */
const SLACK_MS = 60_000;

const ASSERTION = /\bfc\.assert\(/g;

export default class PropertiesOnly extends TestEnvironment {
  #only;

  constructor(config, context) {
    super(config, context);
    const { FUZZ_ONLY = '' } = process.env;
    this.#only = FUZZ_ONLY.toLowerCase();
  }

  /** Called by jest-circus. */
  handleTestEvent({ name }, { rootDescribeBlock }) {
    if (name === 'run_start') this.#choose(rootDescribeBlock, '');
  }

  #choose(block, title) {
    for (const child of block.children) {
      const childTitle = `${title} ${child.name}`;
      if (child.type === 'describeBlock') this.#choose(child, childTitle);
      else this.#prepare(child, childTitle.toLowerCase());
    }
  }

  #prepare(test, title) {
    const properties = `${test.fn}`.match(ASSERTION)?.length ?? 0;
    if (properties === 0 || !title.includes(this.#only)) test.mode = 'skip';
    test.timeout = properties * Number(process.env['FUZZ_MS']) + SLACK_MS;
  }
}
