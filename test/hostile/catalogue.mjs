import { ABUSE_ROWS } from './rows-abuse.mjs';
import { OPERATION_ROWS } from './rows-operations.mjs';
import { TRAFFIC_ROWS } from './rows-traffic.mjs';

/** The catalogue of threats has so many rows in these groups. */
export const GROUPS = { A: 34, B: 16, C: 42, D: 12, E: 22, F: 12, G: 12, H: 19 };

/** What each group is about. */
export const SUBJECTS = {
  A: 'uploads',
  B: 'pictures',
  C: 'faults of Didit',
  D: 'configuration, secrets',
  E: 'races, cost',
  F: 'operation',
  G: 'frameworks',
  H: 'abuse, privacy',
};

/** Every row of the catalogue: where it is tested, or why it cannot be. */
export const ROWS = { ...TRAFFIC_ROWS, ...OPERATION_ROWS, ...ABUSE_ROWS };
