/** Growth from one value to the next, by least squares. */
export function slopeOf(values) {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const products = values.map((value, index) => (index - middle) * (value - mean));
  const squares = values.map((_, index) => (index - middle) ** 2);
  return products.reduce((sum, value) => sum + value, 0) / squares.reduce((sum, value) => sum + value, 0);
}

/** The value that so much of all values do not exceed; `share` goes from 0 to 1. */
export function percentileOf(values, share) {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** Puts each kind as many times as it is asked for into one list, every kind evenly spread over it. */
export function spread(shares) {
  const total = shares.reduce((sum, [, count]) => sum + count, 0);
  return shares
    .flatMap(([kind, count], rank) =>
      Array.from({ length: count }, (_, index) => ({ kind, at: ((index + 0.5) / count) * total + rank / 1000 })),
    )
    .sort((left, right) => left.at - right.at)
    .map(({ kind }) => kind);
}

/** A number of bytes as megabytes. */
export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
