import type { DesignName } from './catalogue.js';
import type { CellTiming } from './cpu-cells.js';
import type { RowId } from './row.js';

/** What a run has to do; made of the command line. */
export interface Plan {
  readonly rows: readonly RowId[];
  /** Designs to measure by themselves, in place of rows. */
  readonly designs: readonly DesignName[];
  readonly sizesBytes: readonly number[];
  /** Whether designs that no goal speaks of are measured too. */
  readonly withPeers: boolean;
  readonly timing: CellTiming;
  /** Tells how far the run has come. */
  readonly log: (text: string) => void;
}
