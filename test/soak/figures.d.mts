export function slopeOf(values: readonly number[]): number;

export function percentileOf(values: readonly number[], share: number): number | undefined;

export function spread(shares: readonly (readonly [kind: string, count: number])[]): readonly string[];

export function megabytes(bytes: number): string;
