import type { WireEntity, WireWarning } from '@didit-liveness/core';
import type { Script } from './marker.js';
import type { VerdictScenario } from './scenario.js';

/** What the emulator says it saw. Nothing here comes from looking at pixels. */
export interface Picture {
  /** How alive the face is, 0 to 100; null when there is no score. */
  readonly score: number | null;
  /** Faces in the picture. */
  readonly faces: number;
  /** 0 to 100, or null. */
  readonly faceQuality: number | null;
  /** 0 to 100, or null. */
  readonly faceLuminance: number | null;
  /** Years; null when no age was found. */
  readonly age: number | null;
  /** How alike the face and a reference are, 0 to 100; null when they cannot be compared. */
  readonly similarity?: number | null;
  /** Warnings beyond those that follow from the figures. */
  readonly warnings: readonly WireWarning[];
  /** Sent instead of the status that follows from the warnings; the figures are then not compared. */
  readonly forcedStatus?: string;
}

/**
 * A good selfie with figures that depend on the hash alone, so that the same bytes always get the same answer: score
 * 85 to 99, quality 70 to 90, luminance 40 to 60.
 *
 * @param sha256 - hexadecimal digest of the picture.
 */
export function pictureOf(sha256: string): Picture {
  return {
    score: between(85, 99, sha256.slice(0, 8)),
    faces: 1,
    faceQuality: between(70, 90, sha256.slice(8, 16)),
    faceLuminance: between(40, 60, sha256.slice(16, 24)),
    age: 31.4,
    warnings: [],
  };
}

/** What a sandbox key gets to see: the same for every picture. */
export const SANDBOX_PICTURE: Picture = {
  score: 99,
  faces: 1,
  faceQuality: 90,
  faceLuminance: 50,
  age: 30,
  similarity: 99,
  warnings: [],
  forcedStatus: 'Approved',
};

/** The picture as a scenario and the figures behind its name change it. */
export function applyScript(picture: Picture, scenario: VerdictScenario, { score, age }: Script): Picture {
  const scripted = { ...picture, ...scenario.picture };
  const hasScore = score !== undefined && scripted.score !== null && scenario.isAboutPair !== true;
  const hasSimilarity = score !== undefined && scripted.similarity !== null;
  return {
    ...scripted,
    ...(hasScore ? { score } : {}),
    ...(hasSimilarity ? { similarity: score } : {}),
    ...(age !== undefined && scripted.age !== null ? { age } : {}),
  };
}

/** Faces side by side, the biggest first; `age` is that of the biggest. */
export function makeEntities(faces: number, age: number | null): WireEntity[] {
  return Array.from({ length: faces }, (_, index) => ({
    bbox: [100 + 400 * index, 100, 400 + 350 * index, 480 - 60 * index],
    confidence: 0.75 - 0.1 * index,
    ...(age === null ? {} : { age: age + index }),
    gender: index % 2 === 0 ? 'female' : 'male',
    race: null,
  }));
}

/** A number with two decimals that depends on the digits alone. */
export function between(min: number, max: number, hexDigits: string): number {
  const hundredths = Number.parseInt(hexDigits, 16) % ((max - min) * 100 + 1);
  return (min * 100 + hundredths) / 100;
}
