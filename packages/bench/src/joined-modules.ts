import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where a module begins within a file that was joined of many. */
interface Beginning {
  readonly line: number;
  readonly path: string;
}

/**
 * Tells of which module a line was, before the build joined the modules of a package: it leaves a comment with the path
 * before each.
 */
export class JoinedModules {
  readonly #beginnings = new Map<string, readonly Beginning[]>();

  /**
   * The path of a module within its package, for example `packages/core/dist/esm/gate/run.js`.
   *
   * @param url - of the joined file
   * @param line - from 0
   */
  moduleAt(url: string, line: number): string {
    const [, folder = ''] = /(packages\/\w+\/)dist\//.exec(url) ?? [];
    const module = this.#beginningsOf(url).findLast((beginning) => beginning.line <= line);
    return module === undefined ? url : `${folder}${module.path}`;
  }

  #beginningsOf(url: string): readonly Beginning[] {
    const known = this.#beginnings.get(url) ?? readBeginnings(url);
    this.#beginnings.set(url, known);
    return known;
  }
}

function readBeginnings(url: string): Beginning[] {
  return readFileSync(fileURLToPath(url), 'utf8')
    .split('\n')
    .flatMap((text, line) => {
      const [, path] = /^\/\/ (dist\/\S+\.js)$/.exec(text) ?? [];
      return path === undefined ? [] : [{ line, path }];
    });
}
