import type { LivenessEventListener } from '@didit-liveness/core';
import { BENCH_KEY, type DesignSettings } from './design.js';

/** Options of a guard that asks the stand-in for Didit, with a listener, as applications that log have one. */
export interface BenchGateSource {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly allowInsecure: boolean;
  readonly onEvent: LivenessEventListener;
}

/** How our guards reach the stand-in. */
export function gateSource({ upstreamUrl, maxBufferedBytes }: DesignSettings): BenchGateSource {
  let events = 0;
  return {
    apiKey: BENCH_KEY,
    baseUrl: upstreamUrl,
    allowInsecure: true,
    onEvent: () => {
      events += 1;
    },
    ...(maxBufferedBytes === undefined ? {} : { maxBufferedBytes }),
  };
}
