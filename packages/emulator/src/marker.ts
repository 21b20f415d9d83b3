import type { ScenarioName } from './scenario-names.js';
import { describeUnknownScenario, SCENARIO_NAMES } from './scenario-names.js';

/** What a picture asks for. */
export interface Script {
  readonly scenario: ScenarioName;
  /** Score in place of the scenario's own, 0 to 100. */
  readonly score?: number;
  /** Age in place of the scenario's own, 0 to 120. */
  readonly age?: number;
}

/** A marker that cannot be honoured, with the reason. */
export interface ScriptMistake {
  readonly mistake: string;
}

const SCENARIO_MARKER = 'didit-scenario=';
const FACE_MARKER = 'didit-face=';

/** Bytes looked at behind a marker: more than any name or score needs. */
const MARKER_WINDOW = 80;

// A container may put its own bytes right behind the marker (the checksum of a PNG chunk, the next tag of a WebP), so
// the longest known name wins over the longest run of letters. A hyphen behind it means another, unknown name.
const NAMES = SCENARIO_NAMES.toSorted((a, b) => b.length - a.length).join('|');
const SCENARIO_PATTERN = new RegExp(`^(${NAMES})(?!-)((?:;(?:score|age)=\\d+(?:\\.\\d+)?)*)`, 'u');
const FIGURE_PATTERN = /;(score|age)=([\d.]+)/gu;
const LARGEST = { score: 100, age: 120 } as const;

/** Reads `didit-scenario=<name>` with an optional `;score=NN` and `;age=NN` from anywhere in the picture; the first one counts. */
export function readScript(picture: Buffer): Script | ScriptMistake | undefined {
  const text = textBehind(picture, SCENARIO_MARKER);
  if (text === undefined) {
    return undefined;
  }
  const [, name, figures = ''] = SCENARIO_PATTERN.exec(text) ?? [];
  // The pattern is made of the names, so what it captures is one.
  const scenario = name as ScenarioName | undefined;
  if (scenario === undefined) {
    return { mistake: describeUnknownScenario(/^[\w-]*/u.exec(text)?.[0].slice(0, 40) ?? '') };
  }
  return readFigures(scenario, figures);
}

function readFigures(scenario: ScenarioName, text: string): Script | ScriptMistake {
  const script: { scenario: ScenarioName; score?: number; age?: number } = { scenario };
  for (const [, name, figure] of text.matchAll(FIGURE_PATTERN)) {
    // The pattern captures one of these two words.
    const key = name as 'score' | 'age';
    const value = Number(figure);
    if (value > LARGEST[key]) {
      return { mistake: `emulator: ${key}=${figure} is not from 0 to ${LARGEST[key]}.` };
    }
    script[key] = value;
  }
  return script;
}

/**
 * Names the person in the picture: `didit-face=<id>` where the picture carries it, else the picture's own hash.
 *
 * @param sha256 - hexadecimal digest of the picture.
 */
export function readFaceId(picture: Buffer, sha256: string): string {
  const id = readFaceMarker(picture);
  return id === undefined ? `sha256:${sha256}` : `id:${id}`;
}

/** The `<id>` of `didit-face=<id>`, where the picture carries it. */
export function readFaceMarker(picture: Buffer): string | undefined {
  return /^[\w-]+/u.exec(textBehind(picture, FACE_MARKER) ?? '')?.[0];
}

function textBehind(picture: Buffer, marker: string): string | undefined {
  const start = picture.indexOf(marker, 0, 'latin1');
  return start === -1
    ? undefined
    : picture.toString('latin1', start + marker.length, start + marker.length + MARKER_WINDOW);
}
