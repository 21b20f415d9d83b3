import { isKnownRisk, type KnownRisk } from '../wire/warning-tags.js';

/** What a person can do about a picture that was declined. Stable; the texts may be replaced. */
export type HintCode = 'show-your-face' | 'one-face-only' | 'sharper-picture' | 'more-light' | 'less-light';

/** Advice to the person in front of the camera. */
export interface Hint {
  readonly code: HintCode;
  readonly message: string;
}

/** The English text of every hint. */
export const HINT_TEXTS: Readonly<Record<HintCode, string>> = {
  'show-your-face': 'Look straight into the camera, with your whole face in the picture.',
  'one-face-only': 'Make sure that you are the only person in the picture.',
  'sharper-picture': 'Hold the camera still, clean the lens and move a little closer.',
  'more-light': 'Find a brighter place, with the light in front of you.',
  'less-light': 'Move out of the glare, and away from bright lamps or windows.',
};

/**
 * The warnings that an honest person can mend by taking another picture, with the advice to give. Everything else
 * (attack, blocklist, duplicate, low score) gets no hint: it would teach an attacker what to change.
 */
const MENDABLE: Readonly<Partial<Record<KnownRisk, HintCode>>> = {
  NO_FACE_DETECTED: 'show-your-face',
  MULTIPLE_FACES_DETECTED: 'one-face-only',
  MULTIPLE_FACES: 'one-face-only',
  LOW_FACE_QUALITY: 'sharper-picture',
  LOW_FACE_LUMINANCE: 'more-light',
  HIGH_FACE_LUMINANCE: 'less-light',
};

/** The advice for a warning, or undefined when there is none to give. */
export function hintFor(risk: string): HintCode | undefined {
  return isKnownRisk(risk) ? MENDABLE[risk] : undefined;
}
