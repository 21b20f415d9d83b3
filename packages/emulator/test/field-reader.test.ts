import { describe, expect, it } from '@jest/globals';
import { check, JPEG_START, sendBytes, start } from './support.js';

const MEBIBYTE = 2 ** 20;

describe('user_image', () => {
  it('is required', async () => {
    const emulator = await start();

    const answer = await check(emulator, { image: null });

    expect(answer).toMatchObject({ status: 400, body: { user_image: ['No file was submitted.'] } });
  });

  it('must be a file', async () => {
    const emulator = await start();

    const answer = await check(emulator, { image: null, fields: { user_image: 'text' } });

    expect(answer.body).toEqual({
      user_image: ['The submitted data was not a file. Check the encoding type on the form.'],
    });
  });

  it('must not be empty', async () => {
    const emulator = await start();

    const answer = await check(emulator, { image: Buffer.alloc(0) });

    expect(answer).toMatchObject({ status: 400, body: { user_image: ['The submitted file is empty.'] } });
  });

  it.each(['selfie.txt', 'selfie.TXT', 'a.jpg.txt'])('may not be called %s', async (filename) => {
    const emulator = await start();

    const answer = await check(emulator, { filename });

    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      user_image: [
        'File extension \u201ctxt\u201d is not allowed. Allowed extensions are: tiff, jpg, jpeg, png, webp.',
      ],
    });
  });

  it.each(['blob', '.jpg', 'selfie.'])('needs an extension, which %s has not', async (filename) => {
    const emulator = await start();

    const answer = await check(emulator, { filename });

    expect(answer.body.user_image[0]).toMatch(/^File extension \u201c\u201d is not allowed\./u);
  });

  it.each(['a.tiff', 'a.jpg', 'a.jpeg', 'a.png', 'a.webp', 'A.JPG', 'a.b.Png'])(
    'may be called %s',
    async (filename) => {
      const emulator = await start();

      await expect(check(emulator, { filename })).resolves.toMatchObject({ status: 200 });
    },
  );

  it('may not be called .tif', async () => {
    const emulator = await start();

    await expect(check(emulator, { filename: 'a.tif' })).resolves.toMatchObject({ status: 400 });
  });

  it('may have five mebibytes', async () => {
    const emulator = await start();
    const image = Buffer.concat([JPEG_START, Buffer.alloc(5 * MEBIBYTE - JPEG_START.length)]);

    await expect(check(emulator, { image })).resolves.toMatchObject({ status: 200 });
  });

  it('may not have a byte more', async () => {
    const emulator = await start();
    const image = Buffer.concat([JPEG_START, Buffer.alloc(5 * MEBIBYTE - JPEG_START.length + 1)]);

    const answer = await check(emulator, { image });

    expect(answer).toMatchObject({ status: 400, body: { user_image: ['File size should not exceed 5 MB'] } });
  });

  it('is told everything that is wrong with it', async () => {
    const emulator = await start();

    const answer = await check(emulator, { image: Buffer.alloc(6 * MEBIBYTE), filename: 'a.gif' });

    expect(answer.body.user_image).toHaveLength(2);
  });
});

describe('face_liveness_score_decline_threshold', () => {
  it.each(['0', '100', '62.5', '30.', '.5', '1e1', '+7', ' 30 ', '-0'])('may be %p', async (threshold) => {
    const emulator = await start();

    const answer = await check(emulator, { fields: { face_liveness_score_decline_threshold: threshold } });

    expect(answer.status).toBe(200);
  });

  it.each([
    ['101', 'Ensure this value is less than or equal to 100.'],
    ['100.01', 'Ensure this value is less than or equal to 100.'],
    ['1e999', 'Ensure this value is less than or equal to 100.'],
    ['-1', 'Ensure this value is greater than or equal to 0.'],
    ['nan', 'A valid number is required.'],
    ['NaN', 'A valid number is required.'],
    ['Infinity', 'A valid number is required.'],
    ['high', 'A valid number is required.'],
    ['0x10', 'A valid number is required.'],
    ['', 'A valid number is required.'],
  ])('may not be %p', async (threshold, message) => {
    const emulator = await start();

    const answer = await check(emulator, { fields: { face_liveness_score_decline_threshold: threshold } });

    expect(answer).toMatchObject({ status: 400, body: { face_liveness_score_decline_threshold: [message] } });
  });
});

describe.each(['rotate_image', 'save_api_request'])('%s', (field) => {
  it.each(['true', 'True', 'TRUE', '1', 'yes', 'on', 't', 'y', 'false', 'False', '0', 'no', 'off', 'f', 'n'])(
    'may be %p',
    async (value) => {
      const emulator = await start();

      await expect(check(emulator, { fields: { [field]: value } })).resolves.toMatchObject({ status: 200 });
    },
  );

  it.each(['2', 'maybe', ''])('may not be %p', async (value) => {
    const emulator = await start();

    const answer = await check(emulator, { fields: { [field]: value } });

    expect(answer).toMatchObject({ status: 400, body: { [field]: ['Must be a valid boolean.'] } });
  });
});

describe('metadata', () => {
  it('is echoed as an object', async () => {
    const emulator = await start();

    const answer = await check(emulator, { fields: { metadata: '{"flow":"withdrawal","attempt":2}' } });

    expect(answer.body.metadata).toEqual({ flow: 'withdrawal', attempt: 2 });
  });

  it.each(['{', '[]', 'null', '"text"', '5', ''])('may not be %p', async (metadata) => {
    const emulator = await start();

    const answer = await check(emulator, { fields: { metadata } });

    expect(answer).toMatchObject({ status: 400, body: { metadata: ['Value must be valid JSON.'] } });
  });
});

describe('vendor_data', () => {
  it.each<[Record<string, string>, string | null]>([
    [{ vendor_data: 'acct_7719' }, 'acct_7719'],
    [{ vendor_data: '' }, null],
    [{}, null],
  ])('is echoed: %p gives %p', async (fields, echoed) => {
    const emulator = await start();

    const answer = await check(emulator, { fields });

    expect(answer.body.vendor_data).toBe(echoed);
  });
});

describe('several bad fields', () => {
  it('are all reported at once', async () => {
    const emulator = await start();

    const answer = await check(emulator, {
      image: null,
      fields: { face_liveness_score_decline_threshold: '-1', rotate_image: '?', save_api_request: '?', metadata: '?' },
    });

    expect(Object.keys(answer.body)).toEqual([
      'user_image',
      'face_liveness_score_decline_threshold',
      'rotate_image',
      'save_api_request',
      'metadata',
    ]);
  });
});

describe('a body that is no multipart form', () => {
  it.each([
    ['application/json', '{"user_image":"x"}', 'No file was submitted.'],
    ['multipart/mixed; boundary=x', '--x--\r\n', 'No file was submitted.'],
    [
      'application/x-www-form-urlencoded',
      'user_image=x',
      'The submitted data was not a file. Check the encoding type on the form.',
    ],
  ])('of type %s has no picture', async (type, body, message) => {
    const emulator = await start();

    const answer = await sendBytes(emulator, { 'content-type': type }, Buffer.from(body));

    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body.toString())).toEqual({ user_image: [message] });
  });
});
