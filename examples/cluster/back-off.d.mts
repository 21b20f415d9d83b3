export declare class BackOff {
  delayAfter(ranMs: number): number;
}
