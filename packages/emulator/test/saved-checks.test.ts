import { describe, expect, it } from '@jest/globals';
import { check, jpeg, risksOf, scene, start } from './support.js';

function as(vendorData: string | null, more: Record<string, string> = {}): { fields: Record<string, string> } {
  return { fields: { ...(vendorData === null ? {} : { vendor_data: vendorData }), ...more } };
}

describe('a face that is seen again', () => {
  it('is a duplicate under another vendor_data, and names the first session', async () => {
    const emulator = await start();
    const first = await check(emulator, as('a'));

    const second = await check(emulator, as('b'));

    expect(second.body.liveness).toMatchObject({
      status: 'Approved',
      warnings: [
        {
          risk: 'DUPLICATED_FACE',
          log_type: 'information',
          additional_data: {
            duplicated_session_id: first.body.request_id,
            duplicated_session_number: 1001,
            api_service: 'PASSIVE_LIVENESS',
          },
        },
      ],
    });
  });

  it('is no duplicate under the same vendor_data', async () => {
    const emulator = await start();
    await check(emulator, as('a'));

    const second = await check(emulator, as('a'));

    expect(risksOf(second.body)).toEqual([]);
  });

  it.each([
    ['a', null],
    [null, 'b'],
    [null, null],
  ])('is a duplicate when a vendor_data is missing: first %p, then %p', async (first, second) => {
    const emulator = await start();
    await check(emulator, as(first));

    const { body } = await check(emulator, as(second));

    expect(risksOf(body)).toEqual(['DUPLICATED_FACE']);
  });

  it('is found for its own user too once another has it', async () => {
    const emulator = await start();
    await check(emulator, as('a'));
    await check(emulator, as('b'));
    await check(emulator, as('c'));

    const again = await Promise.all(['a', 'b', 'c', 'd'].map((user) => check(emulator, as(user))));

    expect(again.flatMap(({ body }) => risksOf(body))).toEqual(Array<string>(4).fill('DUPLICATED_FACE'));
  });

  it('is screened even when the second request is not saved', async () => {
    const emulator = await start();
    await check(emulator, as('a'));

    const second = await check(emulator, as('b', { save_api_request: 'false' }));

    expect(risksOf(second.body)).toEqual(['DUPLICATED_FACE']);
  });

  it('is unknown when the first request was not saved', async () => {
    const emulator = await start();
    await check(emulator, as('a', { save_api_request: 'false' }));

    const second = await check(emulator, as('b'));

    expect(risksOf(second.body)).toEqual([]);
  });

  it('is unknown when the first request was declined', async () => {
    const emulator = await start();
    await check(emulator, as('a', { face_liveness_score_decline_threshold: '100' }));

    const second = await check(emulator, as('b'));

    expect(risksOf(second.body)).toEqual([]);
  });

  it('is unknown when the first request was made with a sandbox key', async () => {
    const emulator = await start();
    await check(emulator, { ...as('a'), key: 'sk_test_key' });

    const second = await check(emulator, as('b'));

    expect(risksOf(second.body)).toEqual([]);
  });

  it('is told apart from another picture', async () => {
    const emulator = await start();
    await check(emulator, { ...as('a'), image: jpeg('one') });

    const second = await check(emulator, { ...as('b'), image: jpeg('two') });

    expect(risksOf(second.body)).toEqual([]);
  });

  it('is found in another picture that carries the same didit-face', async () => {
    const emulator = await start();
    await check(emulator, { ...as('a'), image: jpeg('first didit-face=ada-1 ') });

    const second = await check(emulator, { ...as('b'), image: jpeg('second didit-face=ada-1 ') });
    const third = await check(emulator, { ...as('b'), image: jpeg('third didit-face=ada-2 ') });

    expect(risksOf(second.body)).toEqual(['DUPLICATED_FACE']);
    expect(risksOf(third.body)).toEqual([]);
  });

  it('stays declined for what declines it', async () => {
    const emulator = await start();
    await check(emulator, { ...as('a'), image: jpeg('didit-face=ada ') });

    const { body } = await check(emulator, { ...as('b'), image: jpeg('didit-face=ada didit-scenario=spoof') });

    expect(body.liveness.status).toBe('Declined');
    expect(risksOf(body)).toEqual(['LOW_LIVENESS_SCORE', 'LIVENESS_FACE_ATTACK', 'DUPLICATED_FACE']);
  });

  it('is one warning in the scenario duplicate', async () => {
    const emulator = await start();
    await check(emulator, { ...as('a'), image: scene('duplicate') });

    const { body } = await check(emulator, { ...as('b'), image: scene('duplicate') });

    expect(risksOf(body)).toEqual(['DUPLICATED_FACE']);
  });

  it('is not looked for where there is no face', async () => {
    const emulator = await start();
    await check(emulator, { ...as('a'), image: jpeg('didit-face=ada ') });

    const { body } = await check(emulator, { ...as('b'), image: jpeg('didit-face=ada didit-scenario=no-face') });

    expect(risksOf(body)).toEqual(['NO_FACE_DETECTED']);
  });
});
