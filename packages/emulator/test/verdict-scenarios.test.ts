import { describe, expect, it } from '@jest/globals';
import { check, risksOf, scene, start } from './support.js';

interface Expected {
  readonly status: string;
  readonly warnings: readonly string[];
  readonly figures?: Readonly<Record<string, unknown>>;
}

const EXPECTED: readonly (readonly [string, Expected])[] = [
  ['approved', { status: 'Approved', warnings: [] }],
  [
    'no-face',
    {
      status: 'Declined',
      warnings: ['NO_FACE_DETECTED error'],
      figures: { score: null, face_quality: null, face_luminance: null },
    },
  ],
  [
    'spoof',
    {
      status: 'Declined',
      warnings: ['LOW_LIVENESS_SCORE error', 'LIVENESS_FACE_ATTACK error'],
      figures: { score: 8.25 },
    },
  ],
  ['low-score', { status: 'Declined', warnings: ['LOW_LIVENESS_SCORE error'], figures: { score: 20 } }],
  [
    'blocklisted',
    { status: 'Declined', warnings: ['FACE_IN_BLOCKLIST error'], figures: { score: 94.5, face_quality: null } },
  ],
  ['possibly-blocklisted', { status: 'Declined', warnings: ['POSSIBLE_FACE_IN_BLOCKLIST error'] }],
  ['multiple-faces', { status: 'Approved', warnings: ['MULTIPLE_FACES_DETECTED warning'] }],
  ['duplicate', { status: 'Approved', warnings: ['DUPLICATED_FACE information'] }],
  ['possible-duplicate', { status: 'Approved', warnings: ['POSSIBLE_DUPLICATED_FACE information'] }],
  ['low-quality', { status: 'Approved', warnings: ['LOW_FACE_QUALITY warning'], figures: { face_quality: 18 } }],
  ['too-dark', { status: 'Approved', warnings: ['LOW_FACE_LUMINANCE warning'], figures: { face_luminance: 9 } }],
  ['too-bright', { status: 'Approved', warnings: ['HIGH_FACE_LUMINANCE warning'], figures: { face_luminance: 97 } }],
];

describe('a scenario that ends in a verdict', () => {
  it.each(EXPECTED)('%s gives its status, warnings and figures', async (name, { status, warnings, figures = {} }) => {
    const emulator = await start();

    const answer = await check(emulator, { image: scene(name) });

    const { liveness } = answer.body;
    expect(answer.status).toBe(200);
    expect(liveness).toMatchObject({ status, method: 'PASSIVE', ...figures });
    expect(liveness.warnings.map(({ risk, log_type }) => `${risk} ${log_type}`)).toEqual(warnings);
    expect(emulator.calls()).toMatchObject([{ status: 200, billed: true }]);
  });

  it.each(EXPECTED)('%s gives the same from the queue', async (name, { status, warnings }) => {
    const emulator = await start();
    // The names in the table are those of the type.
    emulator.next(name as 'approved');

    const { body } = await check(emulator);

    expect(body.liveness.status).toBe(status);
    expect(risksOf(body)).toEqual(warnings.map((warning) => warning.split(' ')[0]));
  });

  it('has no entities without a face and two with several', async () => {
    const emulator = await start();

    const none = await check(emulator, { image: scene('no-face') });
    const several = await check(emulator, { image: scene('multiple-faces') });

    expect(none.body.liveness.user_image).toEqual({ entities: [], best_angle: null });
    expect(several.body.liveness.user_image.entities).toHaveLength(2);
  });

  it.each(['blocklisted', 'possibly-blocklisted'])('%s names the blocked session', async (name) => {
    const emulator = await start();

    const { body } = await check(emulator, { image: scene(name) });

    expect(body.liveness.warnings[0]?.additional_data).toEqual({
      blocklisted_session_id: expect.any(String),
      blocklisted_session_number: expect.any(Number),
      api_service: null,
    });
  });

  it.each(['duplicate', 'possible-duplicate'])('%s names the other session', async (name) => {
    const emulator = await start();

    const { body } = await check(emulator, { image: scene(name) });

    expect(body.liveness.warnings[0]?.additional_data).toEqual({
      duplicated_session_id: expect.any(String),
      duplicated_session_number: expect.any(Number),
      api_service: 'PASSIVE_LIVENESS',
    });
  });

  it.each([
    ['spoof;score=95;', 95, ['LIVENESS_FACE_ATTACK']],
    ['low-score;score=29.5;', 29.5, ['LOW_LIVENESS_SCORE']],
    ['no-face;score=95;', null, ['NO_FACE_DETECTED']],
  ])('%s takes the score where there is one', async (marker, score, risks) => {
    const emulator = await start();

    const { body } = await check(emulator, { image: scene(marker) });

    expect(body.liveness.score).toBe(score);
    expect(risksOf(body)).toEqual(risks);
  });
});
