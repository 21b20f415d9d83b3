import { describe, expect, it } from '@jest/globals';
import { check, jpeg, start } from './support.js';

const INVALID = { status: 400, body: { error: 'Invalid user image format.' } };

describe('the bytes of a picture', () => {
  it.each([
    ['JPEG', 'ffd8ffe1'],
    ['PNG', '89504e470d0a1a0a'],
    ['TIFF, little endian', '49492a00'],
    ['TIFF, big endian', '4d4d002a'],
    ['WebP', '524946460000000057454250'],
  ])('may begin like %s', async (_format, hex) => {
    const emulator = await start();

    await expect(check(emulator, { image: Buffer.from(hex, 'hex') })).resolves.toMatchObject({ status: 200 });
  });

  it.each([
    ['GIF', '474946383961'],
    ['PDF', '255044462d'],
    ['WAVE, which is RIFF too', '524946460000000057415645'],
    ['a JPEG cut after two bytes', 'ffd8'],
    ['a JPEG behind a blank', '20ffd8ffe0'],
  ])('may not begin like %s', async (_format, hex) => {
    const emulator = await start();

    await expect(check(emulator, { image: Buffer.from(hex, 'hex') })).resolves.toMatchObject(INVALID);
    expect(emulator.calls()).toMatchObject([{ status: 400, billed: false }]);
  });

  it('are not looked at when the balance is too low', async () => {
    const emulator = await start({ balanceDollars: 0 });

    await expect(check(emulator, { image: Buffer.from('not a picture') })).resolves.toMatchObject({ status: 403 });
  });

  it('leave a queued scenario for the next picture when they are bad', async () => {
    const emulator = await start();
    emulator.next('spoof');
    await check(emulator, { image: Buffer.from('not a picture') });

    const answer = await check(emulator, { image: jpeg() });

    expect(answer.body.liveness.status).toBe('Declined');
  });
});
