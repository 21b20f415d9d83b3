import type { CpuCell } from '../cpu-cells.js';
import type { Row } from '../row.js';

/** What a part of a run gives. */
export interface Measured {
  readonly rows: readonly Row[];
  /** CPU of the designs, for the table of milliseconds and the plot. */
  readonly cells: readonly CpuCell[];
}
