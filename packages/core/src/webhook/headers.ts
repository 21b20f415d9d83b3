import { invalidOption } from '../options.js';

/** Headers of a delivery: those of a Node request, a Fetch `Headers`, or pairs of name and value. */
export type WebhookHeaders =
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | Iterable<readonly [name: string, value: string]>;

/** What the headers of a delivery say of its signatures. */
export interface SignatureHeaders {
  /** `X-Signature`: over the raw bytes of the body. */
  readonly raw: string | undefined;
  /** `X-Signature-V2`: over the canonical form of the body. */
  readonly canonical: string | undefined;
  /** `X-Signature-Simple`: over four fields of the body. */
  readonly simple: string | undefined;
  /** `X-Timestamp`; covered by no signature but the prefixed form of V2. */
  readonly timestamp: string | undefined;
}

/** @throws {@link InvalidOptionError} for what cannot be headers */
export function signatureHeadersOf(headers: WebhookHeaders): SignatureHeaders {
  if (typeof headers !== 'object' || headers === null) {
    throw invalidOption('webhooks.verify headers', headers, { allowed: 'the headers of the request', secret: true });
  }
  // Neither kind of entry is trusted to be what its type says.
  const entries: readonly unknown[] = [...(Symbol.iterator in headers ? headers : Object.entries(headers))];
  return {
    raw: valueOf(entries, 'x-signature'),
    canonical: valueOf(entries, 'x-signature-v2'),
    simple: valueOf(entries, 'x-signature-simple'),
    timestamp: valueOf(entries, 'x-timestamp'),
  };
}

/** Of a header that came more than once all values, joined as Node and Fetch do: no signature looks like that. */
function valueOf(entries: readonly unknown[], wanted: string): string | undefined {
  const values = entries.flatMap((entry): readonly unknown[] => {
    if (!Array.isArray(entry)) return [];
    const [name, value] = entry as readonly unknown[]; // Nor is what is in them.
    const isWanted = typeof name === 'string' && name.toLowerCase() === wanted;
    return isWanted ? [value].flat().filter((text) => typeof text === 'string') : [];
  });
  return values.length === 0 ? undefined : values.join(', ');
}
