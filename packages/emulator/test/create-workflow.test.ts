import { describe, expect, it } from '@jest/globals';
import { call, start } from './support.js';

const PATH = '/v3/workflows/';
const LIVENESS = { feature: 'LIVENESS', config: { face_liveness_method: 'ACTIVE_3D' } };
const GOOD = { workflow_label: 'Step-up', features: [LIVENESS] };

describe('a workflow', () => {
  it('is created', async () => {
    const emulator = await start();

    const { status, body } = await call(emulator, PATH, {
      body: { ...GOOD, status: 'published', features: [{ feature: 'OCR' }, { feature: 'FACE_MATCH' }, LIVENESS] },
    });

    expect(status).toBe(201);
    expect(body).toMatchObject({
      uuid: expect.any(String),
      workflow_id: body['uuid'],
      workflow_label: 'Step-up',
      status: 'published',
      features: 'OCR + FACE_MATCH + LIVENESS',
    });
  });

  it.each([
    [{}, { workflow_label: ['This field is required.'], features: ['This field is required.'] }],
    [{ ...GOOD, workflow_type: 'kyc' }, { workflow_type: ['Unknown field.'] }],
    [{ ...GOOD, toString: 1 }, { toString: ['Unknown field.'] }],
    [
      { ...GOOD, workflow_label: 'x'.repeat(51) },
      { workflow_label: ['Ensure this field has no more than 50 characters.'] },
    ],
    [{ ...GOOD, workflow_label: ' ' }, { workflow_label: ['This field may not be blank.'] }],
    [{ ...GOOD, workflow_label: 5 }, { workflow_label: ['Not a valid string.'] }],
    [{ ...GOOD, is_default: 'yes' }, { is_default: ['Must be a valid boolean.'] }],
    [{ ...GOOD, status: 'live' }, { status: ['"live" is not a valid choice.'] }],
    [{ ...GOOD, max_retry_attempts: 11 }, { max_retry_attempts: ['Ensure this value is less than or equal to 10.'] }],
    [
      { ...GOOD, session_expiration_time: 1 },
      { session_expiration_time: ['Ensure this value is greater than or equal to 3600.'] },
    ],
    [{ ...GOOD, retry_window_days: 1.5 }, { retry_window_days: ['A valid integer is required.'] }],
    [{ ...GOOD, features: [] }, { features: ['This list may not be empty.'] }],
    [{ ...GOOD, features: 'LIVENESS' }, { features: ['Expected a list of items.'] }],
    [{ ...GOOD, features: ['LIVENESS'] }, { features: { 0: ['Invalid data. Expected a dictionary.'] } }],
    [{ ...GOOD, features: [{}] }, { features: { 0: { feature: ['This field is required.'] } } }],
    [
      { ...GOOD, features: [LIVENESS, { feature: 'SPELLS' }] },
      { features: { 1: { feature: ['"SPELLS" is not a valid choice.'] } } },
    ],
    [{ ...GOOD, features: [{ feature: 'OCR', x: 1 }] }, { features: { 0: { x: ['Unknown field.'] } } }],
    [
      { ...GOOD, features: [{ feature: 'LIVENESS', config: { threshold: 1 } }] },
      { features: { 0: { config: { threshold: ['Unknown field.'] } } } },
    ],
    [
      { ...GOOD, features: [{ feature: 'LIVENESS', config: { face_liveness_score_decline_threshold: 101 } }] },
      {
        features: {
          0: {
            config: { face_liveness_score_decline_threshold: ['Ensure this value is less than or equal to 100.'] },
          },
        },
      },
    ],
    [
      { ...GOOD, features: [{ feature: 'FACE_MATCH' }, { feature: 'OCR' }] },
      { features: ['FACE_MATCH must come after OCR.'] },
    ],
  ])('is refused: %j', async (body, errors) => {
    const emulator = await start();

    const answer = await call(emulator, PATH, { body });

    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(errors);
  });

  it.each(['active_3d', 'Flashing', 'PASSIVE'])('takes the method in any case: %s', async (method) => {
    const emulator = await start();
    const features = [{ feature: 'LIVENESS', config: { face_liveness_method: method } }];

    await expect(call(emulator, PATH, { body: { ...GOOD, features } })).resolves.toMatchObject({ status: 201 });
  });

  it('has fifty of its kind at most', async () => {
    const emulator = await start();
    const answers = await Promise.all(Array.from({ length: 51 }, () => call(emulator, PATH, { body: GOOD })));

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(50);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(1);
  });

  it('wants a key and JSON', async () => {
    const emulator = await start();

    const keyless = await call(emulator, PATH, { key: null, body: GOOD });
    const form = await call(emulator, PATH, { body: 'a=1', contentType: 'application/x-www-form-urlencoded' });

    expect([keyless.status, form.status]).toEqual([403, 415]);
  });
});
