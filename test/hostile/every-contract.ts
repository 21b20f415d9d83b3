import { describeAnswers } from './answer.contract.js';
import { describeApplication } from './application.contract.js';
import type { HostTraits } from './arena.js';
import { describeConnections } from './connection.contract.js';
import { describeInbound } from './inbound.contract.js';
import { describeParser } from './parser.contract.js';
import { describePictures } from './picture.contract.js';
import { describeUpstream } from './upstream.contract.js';
import type { StartWatched } from './upstream-bench.js';

/** What differs from host to host. */
export interface HostileRun extends HostTraits {
  /** Cuts at every byte, and plays every fault; hosts that only repeat what another is held to leave some out. */
  readonly whole?: boolean;
}

/** Holds a host to every contract of this folder. */
export function describeHostile(
  name: string,
  start: StartWatched,
  { whole = false, ...traits }: HostileRun = {},
): void {
  describeInbound(name, start, traits);
  describeConnections(name, start, { everyByte: whole });
  describePictures(name, start);
  describeParser(name, start);
  describeAnswers(name, start);
  describeApplication(name, start);
  describeUpstream(name, start, { everyCase: whole });
}
