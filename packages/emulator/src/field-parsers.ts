import type { FieldReader } from './field-reader.js';
import { Problem } from './field-reader.js';
import type { UploadedFile } from './form.js';

/** The fields that every check with a picture has, parsed. */
export interface CheckFields {
  readonly image: UploadedFile;
  readonly saveApiRequest: boolean;
  readonly vendorData: string | null;
  readonly metadata: Record<string, unknown> | null;
}

/** The fields of a check that scores liveness. */
export interface LivenessFields extends CheckFields {
  readonly threshold: number;
}

/** Source: https://docs.didit.me/standalone-apis/passive-liveness (read 2026-11-22) */
const DEFAULT_THRESHOLD = 30;

const TRUE_WORDS = ['true', 't', 'yes', 'y', 'on', '1'];
const FALSE_WORDS = ['false', 'f', 'no', 'n', 'off', '0'];
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu;
const INTEGER = /^[+-]?\d+$/u;

/** Reads the fields of passive liveness. */
export function readLivenessFields(reader: FieldReader): LivenessFields {
  const image = reader.image('user_image');
  const threshold = readThreshold(reader, 'face_liveness_score_decline_threshold');
  return { image, threshold, ...readTail(reader) };
}

/** Reads a score from 0 to 100; the default of every threshold is 30. */
export function readThreshold(reader: FieldReader, name: string): number {
  return reader.read(name, parseThreshold, DEFAULT_THRESHOLD);
}

/** Reads what stands behind the pictures and thresholds of every check. */
export function readTail(reader: FieldReader): Omit<CheckFields, 'image'> {
  // Turning a picture that nobody looks at has no effect; the spelling is still checked.
  reader.read('rotate_image', parseBoolean, false);
  const saveApiRequest = reader.read('save_api_request', parseBoolean, true);
  const metadata = reader.read<Record<string, unknown> | null>('metadata', parseMetadata, null);
  return { saveApiRequest, vendorData: reader.text('vendor_data'), metadata };
}

/** Parses a whole number in a range. */
export function parseInteger(text: string, [min, max]: readonly [number, number]): number | Problem {
  const value = INTEGER.test(text.trim()) ? Number(text) : Number.NaN;
  return Number.isNaN(value) ? new Problem('A valid integer is required.') : inRange(value, [min, max]);
}

/** Parses one of several words. */
export function parseChoice<Choice extends string>(text: string, choices: readonly Choice[]): Choice | Problem {
  return choices.find((choice) => choice === text) ?? new Problem(`"${text}" is not a valid choice.`);
}

function parseThreshold(text: string): number | Problem {
  const threshold = NUMBER.test(text.trim()) ? Number(text) : Number.NaN;
  return Number.isNaN(threshold) ? new Problem('A valid number is required.') : inRange(threshold, [0, 100]);
}

function inRange(value: number, [min, max]: readonly [number, number]): number | Problem {
  if (value > max) {
    return new Problem(`Ensure this value is less than or equal to ${max}.`);
  }
  return value < min ? new Problem(`Ensure this value is greater than or equal to ${min}.`) : value;
}

function parseBoolean(text: string): boolean | Problem {
  const word = text.trim().toLowerCase();
  if (TRUE_WORDS.includes(word)) {
    return true;
  }
  return FALSE_WORDS.includes(word) ? false : new Problem('Must be a valid boolean.');
}

function parseMetadata(text: string): Record<string, unknown> | Problem {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      // What JSON.parse makes of an object has string keys.
      return value as Record<string, unknown>;
    }
  } catch {
    // Not JSON gets the same answer as JSON that is no object.
  }
  return new Problem('Value must be valid JSON.');
}
