import type { Picture } from '../image/picture.js';
import type { PassiveLivenessResponse } from '../wire/passive-liveness.js';
import type { Selfie } from './reading.js';

/** What a request brought. */
export interface Brought {
  readonly selfie: Selfie;
  readonly picture: Picture;
}

/** What a request brought, and what Didit said of it. */
export interface Checked extends Brought {
  readonly response: PassiveLivenessResponse;
}

/** Kept as long as the request itself, and where no handler can write. */
const CHECKED = new WeakMap<object, Checked>();

/** What an earlier guard of the same request was answered; undefined when this is the first. */
export function checkedBefore(request: object | undefined): Checked | undefined {
  return request && CHECKED.get(request);
}

/** Keeps an answer for further guards of the same request, so that none of them pays again. */
export function rememberChecked(request: object | undefined, checked: Checked): void {
  if (request) CHECKED.set(request, checked);
}
