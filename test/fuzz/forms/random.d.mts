export declare class Random {
  constructor(seed: number);
  fraction(): number;
  below(end: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  list<T>(most: number, make: () => T): T[];
}
