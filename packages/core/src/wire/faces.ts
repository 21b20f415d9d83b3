import {
  decodeList,
  decodeNullable,
  decodeNumber,
  decodeObject,
  decodeString,
  member,
  UndecodableError,
} from './decoding.js';

/** One detected face as the API spells it. */
export interface WireEntity {
  /** `[xmin, ymin, xmax, ymax]` in pixels of the picture as the API processed it. */
  bbox: [number, number, number, number];
  /** Detector confidence, 0 to 1. */
  confidence: number;
  /** Estimate in years. */
  age?: number;
  gender?: string;
  /** Reserved by the API, always null. */
  race?: null;
}

/** The faces of one picture as the API spells them. */
export interface WireFaces {
  entities: WireEntity[];
  /** Rotation used, in degrees; differs from 0 only with `rotate_image`. */
  best_angle: number | null;
}

/** One detected face. */
export interface Face {
  /** `[xmin, ymin, xmax, ymax]` in pixels of the picture as the API processed it. */
  readonly bbox: readonly number[];
  /** Detector confidence, 0 to 1. */
  readonly confidence: number | null;
  /** Estimate in years. */
  readonly age: number | null;
  readonly gender: string | null;
  /** Reserved by the API; always null. */
  readonly race: null;
}

/** What was detected on one picture. */
export interface DetectedFaces {
  /** One per face, in no documented order. */
  readonly entities: readonly Face[];
  /** Degrees by which the picture was turned; differs from 0 only with `rotateImage`. */
  readonly bestAngle: number | null;
}

/**
 * An answer about a picture without a face may leave this out; as an `Approved` it is then contradicted.
 *
 * @throws {@link UndecodableError}
 */
export function decodeDetectedFaces(value: unknown, path: string): DetectedFaces {
  if (value === null || value === undefined) return Object.freeze({ entities: Object.freeze([]), bestAngle: null });
  const image = decodeObject(value, path);
  return Object.freeze({
    entities: decodeList(member(image, 'entities'), `${path}.entities`, decodeFace),
    bestAngle: decodeNullable(member(image, 'best_angle'), `${path}.best_angle`, decodeNumber),
  });
}

function decodeFace(value: unknown, path: string): Face {
  const face = decodeObject(value, path);
  const bbox = decodeList(member(face, 'bbox'), `${path}.bbox`, decodeNumber);
  if (bbox.length !== 4) throw new UndecodableError(`${path}.bbox`, 'four numbers');
  return Object.freeze({
    bbox,
    confidence: decodeNullable(member(face, 'confidence'), `${path}.confidence`, decodeNumber),
    age: decodeNullable(member(face, 'age'), `${path}.age`, decodeNumber),
    gender: decodeNullable(member(face, 'gender'), `${path}.gender`, decodeString),
    race: null,
  });
}
