/**
 * May the handler run? The rule of the gate, written a second time: plain, slow, and without a line of the code under test.
 * Whoever changes a rule has to change it in both places, and the properties of `test/properties` hold one to the other.
 */
export type Verdict = 'yes' | 'review' | 'no';

/** What the client sent, as whoever built it knows it. */
export interface UploadFacts {
  /** The request is a whole form, or a bare picture. */
  readonly isWhole: boolean;
  /** Pictures in the field of the selfie; text in it counts as one more. */
  readonly inField: number;
  readonly format: 'jpeg' | 'png' | 'webp' | 'tiff' | 'other';
  /** The picture has all of its bytes, and no structure that contradicts itself. */
  readonly isIntact: boolean;
  readonly bytes: number;
  readonly frames: number;
  readonly width: number;
  readonly height: number;
}

/** What Didit sent, byte by byte. */
export interface UpstreamFacts {
  /** HTTP was kept to, up to the last byte that was announced. */
  readonly isWhole: boolean;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A policy without presets: what is left out has no limit, and a tag that is left out goes by its severity. */
export interface PlainPolicy {
  readonly score: { readonly declineAtOrBelow?: number | null; readonly reviewAtOrBelow?: number | null };
  readonly faceQuality: { readonly declineAtOrBelow?: number | null; readonly reviewAtOrBelow?: number | null };
  readonly faceLuminance: Readonly<
    Partial<Record<'declineBelow' | 'declineAbove' | 'reviewBelow' | 'reviewAbove', number | null>>
  >;
  readonly warnings: Readonly<Record<string, 'approve' | 'review' | 'decline'>>;
  readonly unknownWarning: 'approve' | 'review' | 'decline';
  readonly unknownInformation: 'approve' | 'review' | 'decline';
}

const ALWAYS_DECLINE = ['NO_FACE_DETECTED', 'LIVENESS_FACE_ATTACK', 'FACE_IN_BLOCKLIST', 'POSSIBLE_FACE_IN_BLOCKLIST'];
const DOCUMENTED: Readonly<Record<string, string>> = {
  LOW_LIVENESS_SCORE: 'error',
  MULTIPLE_FACES_DETECTED: 'warning',
  DUPLICATED_FACE: 'information',
  POSSIBLE_DUPLICATED_FACE: 'information',
  LOW_FACE_QUALITY: 'warning',
  LOW_FACE_LUMINANCE: 'warning',
  HIGH_FACE_LUMINANCE: 'warning',
  MULTIPLE_FACES: 'warning',
  AGE_BELOW_MINIMUM: 'error',
  AGE_NOT_DETECTED: 'error',
  DUPLICATED_FACE_NAME_MISMATCH: 'warning',
  FRAME_INJECTION_SUSPECTED: 'error',
};

/** Whether anybody may be paid to look at it. */
export function isWorthPaying(upload: UploadFacts): boolean {
  const { isWhole, inField, format, isIntact, bytes, frames, width, height } = upload;
  if (!isWhole || inField !== 1 || format === 'other' || !isIntact || frames !== 1) return false;
  if (bytes === 0 || bytes > 5 * 1024 * 1024) return false;
  return width >= 64 && height >= 64 && width <= 12_000 && height <= 12_000 && width * height <= 40_000_000;
}

/** What of an upload and the answer to it: yes, no, or yes only where reviews may pass. */
export function mayRun(upload: UploadFacts, upstream: UpstreamFacts, policy: PlainPolicy): Verdict {
  if (!isWorthPaying(upload)) return 'no';
  const liveness = livenessIn(upstream);
  if (liveness?.['method'] !== 'PASSIVE') return 'no';
  const said = liveness['status'];
  if (said !== 'Approved' && said !== 'In Review') return 'no';
  const entities = isObject(liveness['user_image']) ? liveness['user_image']['entities'] : [];
  const faces = Array.isArray(entities) ? entities.length : 0;
  const { warnings } = liveness;
  if (!Array.isArray(warnings) || warnings.length > 100 || faces > 100) return 'no';
  if (said === 'Approved' && (faces === 0 || !isPercentage(liveness['score']))) return 'no';

  const opinions = [said === 'Approved' ? 'approve' : 'review', ...warnings.map((one) => ofWarning(one, policy))];
  opinions.push(...ofNumbers(liveness, policy));
  if (opinions.includes('decline')) return 'no';
  return opinions.includes('review') ? 'review' : 'yes';
}

function livenessIn({ isWhole, status, headers, body }: UpstreamFacts): Record<string, unknown> | undefined {
  if (!isWhole || status !== 200 || body.length > 256 * 1024) return undefined;
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') return undefined;
  if ((headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() !== 'application/json') return undefined;
  try {
    const answer: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    const liveness = isObject(answer) ? answer['liveness'] : undefined;
    return isObject(liveness) ? liveness : undefined;
  } catch {
    // Not JSON, so not an answer.
    return undefined;
  }
}

function ofWarning(warning: unknown, policy: PlainPolicy): string {
  if (!isObject(warning) || typeof warning['risk'] !== 'string') return 'decline';
  const { risk } = warning as { risk: string };
  const severity = warning['log_type'] ?? (Object.hasOwn(DOCUMENTED, risk) ? DOCUMENTED[risk] : 'error');
  if (ALWAYS_DECLINE.includes(risk) || (severity !== 'warning' && severity !== 'information')) return 'decline';
  if (!Object.hasOwn(DOCUMENTED, risk))
    return severity === 'warning' ? policy.unknownWarning : policy.unknownInformation;
  const bySeverity = severity === 'warning' ? 'review' : 'approve';
  return (Object.hasOwn(policy.warnings, risk) ? policy.warnings[risk] : undefined) ?? bySeverity;
}

function ofNumbers(liveness: Record<string, unknown>, { score, faceQuality, faceLuminance }: PlainPolicy): string[] {
  const { declineBelow, declineAbove, reviewBelow, reviewAbove } = faceLuminance;
  return [
    ofNumber(liveness, 'score', {
      low: (value, limit) => value <= limit,
      decline: [score.declineAtOrBelow],
      review: [score.reviewAtOrBelow],
    }),
    ofNumber(liveness, 'face_quality', {
      low: (value, limit) => value <= limit,
      decline: [faceQuality.declineAtOrBelow],
      review: [faceQuality.reviewAtOrBelow],
    }),
    ofNumber(liveness, 'face_luminance', {
      low: (value, limit) => value < limit,
      decline: [declineBelow, declineAbove],
      review: [reviewBelow, reviewAbove],
    }),
  ];
}

interface Limits {
  readonly low: (value: number, limit: number) => boolean;
  /** A lower limit, and an upper one. */
  readonly decline: readonly (number | null | undefined)[];
  readonly review: readonly (number | null | undefined)[];
}

function ofNumber(liveness: Record<string, unknown>, name: string, { low, decline, review }: Limits): string {
  const value = liveness[name] ?? null;
  const isLimited = [...decline, ...review].some((limit) => typeof limit === 'number');
  // Only an approval has to be borne out by every number that has a limit; what is reviewed is reviewed already.
  if (value === null) return isLimited ? 'review' : 'approve';
  if (!isPercentage(value)) return 'decline';
  const isOut = ([lower, upper]: Limits['decline']): boolean =>
    (typeof lower === 'number' && low(value, lower)) || (typeof upper === 'number' && value > upper);
  if (isOut(decline)) return 'decline';
  return isOut(review) ? 'review' : 'approve';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPercentage(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 100;
}
