// What each target begins with. Pictures are drawn here, none is of a person.
import sharp from 'sharp';

const face = { bbox: [1, 2, 3, 4], confidence: 0.9, age: 30, gender: 'female', race: null };
const liveness = {
  status: 'Approved',
  method: 'PASSIVE',
  score: 96.5,
  user_image: { entities: [face], best_angle: 0 },
  warnings: [],
  face_quality: 81,
  face_luminance: 48,
};
const warned = (risk, severity) => ({
  ...liveness,
  warnings: [{ risk, feature: 'LIVENESS', additional_data: null, log_type: severity }],
});
const answers = [
  { request_id: 'r-1', liveness, vendor_data: null, metadata: { a: 1 }, created_at: '2026-11-20T09:14:51Z' },
  { liveness: { ...liveness, status: 'Declined', score: null, user_image: { entities: [], best_angle: null } } },
  { liveness: { ...liveness, status: 'In Review' } },
  { liveness: warned('DUPLICATED_FACE', 'information') },
  { liveness: warned('LIVENESS_FACE_ATTACK', 'error') },
];

/** The first inputs of a target, by its name. */
export async function seedsOf(target) {
  return (await SEEDS[target]()).map((seed) => Buffer.from(seed));
}

const SEEDS = {
  'image-inspector': drawnPictures,
  'verdict-decoder': () => answers.map((answer) => JSON.stringify(answer)),
  'retry-after': () => [
    '7',
    ' 30 ',
    '-1',
    'Mon, 23 Nov 2026 12:00:30 GMT',
    'Monday, 23-Nov-26 12:00:30 GMT',
    'Mon Nov 23 12:00:30 2026',
  ],
  'multipart-form': seedForms,
  'content-type': () => [
    'multipart/form-data; boundary=abc',
    'multipart/form-data; charset="utf-8"; boundary="a b\\:c"',
    'image/png',
    'application/json; charset=utf-8',
    '; boundary=a; boundary=b',
  ],
};

/** Random forms that the target reads with the boundary that they have, whole and in pieces. */
function seedForms() {
  const part = (head, content) => `--b\r\n${head}\r\n\r\n${content}\r\n`;
  const text = part('Content-Disposition: form-data; name="a[b]"', 'x');
  const latin = part(
    'Content-Disposition: form-data; name=c\r\nContent-Type: text/plain; charset=ISO-8859-1',
    '\u00e9',
  );
  const disposition = 'Content-Disposition: form-data; name="selfie"';
  const file = part(`${disposition}; filename="f.jpg"\r\nContent-Type: image/jpeg`, '\u00ff\u00d8\u00ff\r\n--');
  const extended = part(`${disposition}; filename=f; filename*=utf-8''%C3%A9`, '\u00ff\u00d8\u00ff');
  const none = part(
    'Content-Disposition: form-data; name="d"; filename=""\r\nContent-Type: application/octet-stream',
    '',
  );
  const forms = [`${text}${file}`, `${latin}${none}${file}${text}`, extended, text, `x\r\n${file}`];
  return forms.flatMap((form) => ['\0\u00ff', '\0\0', '\0\u0007'].map((choice) => latin1(`${choice}${form}--b--\r\n`)));
}

function latin1(text) {
  return Buffer.from(text, 'latin1');
}

async function drawnPictures() {
  const drawn = () => sharp({ create: { width: 64, height: 64, channels: 3, background: '#a52' } });
  const frames = await Promise.all([drawn().png().toBuffer(), drawn().negate().png().toBuffer()]);
  return Promise.all([
    drawn().jpeg().toBuffer(),
    drawn().jpeg({ progressive: true }).withMetadata({ orientation: 6 }).toBuffer(),
    drawn().png().toBuffer(),
    drawn().webp().toBuffer(),
    drawn().webp({ lossless: true }).toBuffer(),
    drawn().tiff({ compression: 'lzw' }).toBuffer(),
    drawn().tiff({ tile: true, tileWidth: 16, tileHeight: 16, compression: 'deflate' }).toBuffer(),
    sharp(frames, { join: { animated: true } })
      .webp()
      .toBuffer(),
  ]);
}
