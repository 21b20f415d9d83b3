import type { FaultScenarioName } from '@didit-liveness/emulator';
import {
  badResponse,
  DECLINED,
  REVIEW,
  SHORT,
  timeout,
  TOO_LARGE,
  unavailable,
  UNREADABLE,
} from './upstream-expectations.js';
import type { ExpectedRefusal, UpstreamOptions } from './upstream-bench.js';

/** A fault of the emulator: its row, and what has to come of it. */
export interface ScenarioCase {
  readonly row: string;
  readonly expected: ExpectedRefusal;
  /** Requests that the emulator has to receive whole. @defaultValue 1 */
  readonly sends?: number;
  readonly options?: Partial<UpstreamOptions>;
}

const paidBadResponse = badResponse('yes');

/** Every way in which the emulator can misbehave, which a test compares with its own list. */
export const SCENARIOS: Readonly<Record<FaultScenarioName, ScenarioCase>> = {
  '400-image': { row: 'C01', expected: UNREADABLE },
  '400-detail': { row: 'C01', expected: badResponse('no') },
  '401': { row: 'C02', expected: unavailable('no') },
  '402': { row: 'C03', expected: unavailable('no') },
  '403-credits': { row: 'C04', expected: unavailable('no') },
  '403-permission': { row: 'C04', expected: unavailable('no') },
  '404': { row: 'C05', expected: badResponse('no') },
  '408': { row: 'C06', expected: unavailable('no'), sends: 2 },
  '413': { row: 'C07', expected: TOO_LARGE },
  '429': { row: 'C08', expected: unavailable('no', '30') },
  '500': { row: 'C09', expected: unavailable('unknown') },
  '500-html': { row: 'C09', expected: unavailable('unknown') },
  '502': { row: 'C10', expected: unavailable('unknown') },
  '503': { row: 'C11', expected: unavailable('unknown', '30') },
  'slow-headers': { row: 'C29', expected: timeout('unknown'), options: SHORT },
  'slow-body': { row: 'C30', expected: timeout('yes'), options: SHORT },
  hang: { row: 'C31', expected: timeout('unknown'), options: SHORT },
  'reset-before-response': { row: 'C38', expected: unavailable('unknown') },
  'reset-mid-body': { row: 'C15', expected: paidBadResponse },
  'truncated-json': { row: 'C14', expected: paidBadResponse },
  'html-200': { row: 'C13', expected: paidBadResponse },
  'empty-200': { row: 'C13', expected: paidBadResponse },
  'unknown-status': { row: 'C17', expected: paidBadResponse },
  'in-review': { row: 'C17', expected: REVIEW },
  'unknown-warning': { row: 'C23', expected: REVIEW },
  contradiction: { row: 'C18', expected: DECLINED },
  'error-warning': { row: 'C19', expected: DECLINED },
  'null-score': { row: 'C20', expected: paidBadResponse },
  'string-score': { row: 'C20', expected: paidBadResponse },
  'score-out-of-range': { row: 'C20', expected: paidBadResponse },
  'missing-liveness': { row: 'C16', expected: paidBadResponse },
  'huge-body': { row: 'C32', expected: paidBadResponse },
  'gzip-body': { row: 'C33', expected: paidBadResponse },
  redirect: { row: 'C12', expected: badResponse('unknown') },
  // The one fault that the emulator does not record: it answers before the request has arrived.
  'early-401': { row: 'C39', expected: unavailable('no'), sends: 0 },
};
