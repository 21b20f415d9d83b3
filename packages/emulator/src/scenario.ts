import type { Answer, Delivery } from './answer.js';
import type { CheckBody } from './check-body.js';
import type { Picture } from './picture.js';

/** A scenario in which the check runs: it is billed, saved when asked, and answered with 200. */
export interface VerdictScenario {
  readonly kind: 'verdict';
  /** One line for `GET /_emulator/scenarios`. */
  readonly about: string;
  /** What the picture shows, where it differs from a good selfie. */
  readonly picture?: Partial<Picture>;
  /** A `;score=NN` is how alike two faces are, not how alive one is. */
  readonly isAboutPair?: true;
  /** Writes the body of a check; without it the body is the verdict. */
  readonly rewrite?: (body: CheckBody) => unknown;
  /** Takes the place of any answer. */
  readonly replace?: () => Answer;
  /** @defaultValue 'whole' */
  readonly delivery?: Delivery;
}

/** A scenario in which the check does not run: nothing is billed or saved. */
export interface RefusalScenario {
  readonly kind: 'refusal';
  /** One line for `GET /_emulator/scenarios`. */
  readonly about: string;
  readonly refuse: (context: RefusalContext) => Answer;
}

/** What a refusal may depend on. */
export interface RefusalContext {
  /** The path that was called. */
  readonly path: string;
  /** An origin of this emulator other than the one that was called. */
  readonly otherOrigin: string;
  readonly nowMs: number;
}

/** How an answer is made. */
export type Scenario = VerdictScenario | RefusalScenario;
