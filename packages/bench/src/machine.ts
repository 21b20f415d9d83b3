import { cpus } from 'node:os';

/** Where and when something was measured. */
export interface Machine {
  readonly at: string;
  readonly node: string;
  readonly processor: string;
  readonly cores: number;
}

/** This machine, now. */
export function describeMachine(): Machine {
  const processors = cpus();
  return {
    at: new Date().toISOString(),
    node: process.version,
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
  };
}

/** A machine, for people. */
export function machineText({ at, node, processor, cores }: Machine): string {
  return `${at.slice(0, 10)}, Node ${node.slice(1)}, ${processor}, ${cores} cores`;
}
