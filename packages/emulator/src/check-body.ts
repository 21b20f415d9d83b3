import type { WireEntity, WireWarning } from '@didit-liveness/core';

/** What one check found, in the part of the body that is named after it. */
export interface CheckResult {
  readonly status: string;
  readonly user_image: { readonly entities: readonly Partial<WireEntity>[]; readonly best_angle: number | null };
  readonly warnings: readonly WireWarning[];
  readonly [member: string]: unknown;
}

/** Name of the part of the body that holds the result. */
export type ResultKey = 'liveness' | 'face_match' | 'age_estimation' | 'face_search';

/** Body of a 200 answer: the result under its key, and the tail that all checks share. */
export interface CheckBody {
  readonly requestId: string;
  readonly resultKey: ResultKey;
  readonly result: CheckResult;
  readonly vendorData: string | null;
  readonly metadata: Record<string, unknown> | null;
  readonly createdAt: string;
  /** Leaves out what answers of early 2026 did not have. */
  readonly isSeedShape: boolean;
}

/** The body as the API writes it, in the order of its documentation. */
export function toWire(body: CheckBody): Record<string, unknown> {
  const { requestId, resultKey, result, vendorData, metadata, createdAt, isSeedShape } = body;
  return {
    request_id: requestId,
    [resultKey]: result,
    ...(isSeedShape ? {} : { vendor_data: vendorData, metadata }),
    created_at: createdAt,
  };
}
