// Draws the sample pictures and their index into this folder: `pnpm samples` from the top of the repository.
// The results are committed, so that running the example does not need sharp. A second run writes identical bytes.
import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import {
  HEIGHT,
  WIDTH,
  backdrop,
  burglar,
  cover,
  disguise,
  emptyRoom,
  glare,
  glasses,
  memberCard,
  onTelephone,
  person,
  placed,
  stripedTop,
  svg,
  wrappedUp,
} from './drawing.mjs';

const ada = { skin: '#f0b993', shade: '#d99870', hair: '#5b3426', style: 'bob', top: '#2f7f86', mouth: 'laugh' };
const ben = { skin: '#8d5a3b', shade: '#744728', hair: '#241a1c', style: 'short', top: '#f4b942', beard: true };
const cleo = { skin: '#6f4530', shade: '#57331f', hair: '#1f1820', style: 'afro', top: '#e3685a', mouth: 'laugh' };
const dev = { skin: '#d39a6a', shade: '#b67d4e', hair: '#2a2026', style: 'quiff', top: '#5a6fb0' };
const emi = { skin: '#f6d0ae', shade: '#e0ae86', hair: '#2c2430', style: 'long', top: '#8a5fb0' };
const finn = { skin: '#f7c9ab', shade: '#e3a582', hair: '#c8642f', style: 'quiff', top: '#4f8f5b', mouth: 'laugh' };
const gita = { skin: '#b97a50', shade: '#9c6038', hair: '#33222a', style: 'bun', top: '#d8577d' };
const bandit = { skin: '#f0c4a2', shade: '#d6a07a', hair: '#4a3a34', style: 'short', top: '#f3f3ee' };

const CREATED = 'Account created';
const RETAKE = 'Asked to retake';
const REFUSED = 'Refused';

const adaAtHome = svg(backdrop('#bfe3df', '#8fd0c8'), person(ada));
const approved = {
  scenario: 'approved',
  score: 96,
  expect: CREATED,
  alt: 'A laughing woman with a brown bob, well lit.',
  picture: adaAtHome,
};

/** In the order of the page. `score` is written into the marker; without it the emulator takes its own. */
const SAMPLES = [
  { ...approved, file: 'approved.jpg', title: 'Good picture' },
  { ...approved, file: 'approved.png', title: 'Good picture' },
  { ...approved, file: 'approved.webp', title: 'Good picture' },
  { ...approved, file: 'approved.tiff', title: 'Good picture' },
  {
    file: 'unmarked.jpg',
    scenario: 'unmarked',
    title: 'Unscripted',
    expect: CREATED,
    alt: 'A smiling bearded man in a yellow jumper.',
    picture: svg(backdrop('#d5d9ef', '#b3bbe2'), person(ben)),
  },
  {
    file: 'no-face.png',
    scenario: 'no-face',
    title: 'Empty room',
    expect: RETAKE,
    alt: 'An empty room with a window, a plant and an armchair.',
    picture: svg(emptyRoom()),
  },
  {
    file: 'multiple-faces.jpg',
    scenario: 'multiple-faces',
    title: 'Two faces',
    expect: RETAKE,
    alt: 'Two people side by side.',
    picture: svg(
      backdrop('#f8ddb5', '#f2c987'),
      placed({ x: 148, y: 96, scale: 0.84 }, person(finn)),
      placed({ x: -66, y: 120, scale: 0.84 }, person(gita)),
    ),
  },
  {
    file: 'too-dark.webp',
    scenario: 'too-dark',
    title: 'Too dark',
    expect: RETAKE,
    alt: 'A woman with long dark hair, hardly to be seen in the dark.',
    picture: svg(backdrop('#e3d5f0', '#cbb3e3'), person(emi), cover('#05060f', 0.8)),
  },
  {
    file: 'too-bright.webp',
    scenario: 'too-bright',
    title: 'Too bright',
    expect: RETAKE,
    alt: 'A man washed out by sunshine in the lens.',
    picture: svg(backdrop('#cfe3f5', '#a8cdee'), person(dev), glare()),
  },
  {
    file: 'low-quality.jpg',
    scenario: 'low-quality',
    title: 'Blurred',
    expect: RETAKE,
    alt: 'A laughing woman with an afro, out of focus.',
    picture: svg(backdrop('#e9c9c0', '#dca99c'), person(cleo)),
    blurred: true,
  },
  {
    file: 'spoof.jpg',
    scenario: 'spoof',
    title: 'On a screen',
    expect: REFUSED,
    alt: 'A hand holding a telephone that shows a face, with moire stripes.',
    picture: svg(cover('#d9d3c7'), onTelephone(`${backdrop('#bcd7ea', '#95bfdd')}${person(finn)}`)),
  },
  {
    file: 'low-score.webp',
    scenario: 'low-score',
    score: 62,
    title: 'Low score',
    expect: REFUSED,
    alt: 'A person behind a cap, dark glasses and a scarf.',
    picture: svg(backdrop('#dfe5ea', '#c3ced8'), person({ ...dev, style: 'short', over: wrappedUp })),
  },
  {
    file: 'blocklisted.png',
    scenario: 'blocklisted',
    title: 'Blocklisted',
    expect: REFUSED,
    alt: 'A comic-book burglar with an eye mask and a striped jumper.',
    picture: svg(backdrop('#f0e3a8', '#e6cf6e'), person({ ...bandit, mouth: 'flat', over: burglar + stripedTop })),
  },
  {
    file: 'possibly-blocklisted.webp',
    scenario: 'possibly-blocklisted',
    title: 'Blocklisted?',
    expect: REFUSED,
    alt: 'The burglar without the mask, wearing joke glasses with a nose and a moustache.',
    picture: svg(backdrop('#f0e3a8', '#e6cf6e'), person({ ...bandit, over: disguise + stripedTop })),
  },
  {
    file: 'duplicate.tiff',
    scenario: 'duplicate',
    title: 'Known face',
    expect: REFUSED,
    alt: 'A woman with a bun, wearing a membership card with her own portrait.',
    picture: svg(backdrop('#cdebd0', '#a3d8a9'), person({ ...gita, over: memberCard(person(gita)) })),
  },
  {
    file: 'possible-duplicate.webp',
    scenario: 'possible-duplicate',
    title: 'Look-alike',
    expect: REFUSED,
    alt: 'A woman who looks like the one with the membership card, with other hair and glasses.',
    picture: svg(backdrop('#cdebd0', '#a3d8a9'), person({ ...gita, style: 'long', top: '#3f6f9e', over: glasses })),
  },
];

const ENCODE = {
  jpg: (image) => image.jpeg({ quality: 82, mozjpeg: true }),
  png: (image) => image.png({ compressionLevel: 9, adaptiveFiltering: true }),
  webp: (image) => image.webp({ quality: 82 }),
  tiff: (image) => image.tiff({ compression: 'deflate', predictor: 'horizontal' }),
};

for (const sample of SAMPLES) {
  await write(sample.file, sample);
  if (previewOf(sample)) await write(previewOf(sample), sample);
}
await writeFile(new URL('index.json', import.meta.url), `${JSON.stringify(SAMPLES.map(toEntry), null, 2)}\n`);

async function write(file, sample) {
  const format = file.slice(file.lastIndexOf('.') + 1);
  const image = ENCODE[format](marked(sharp(await pixels(sample)), sample, format));
  await writeFile(new URL(file, import.meta.url), await image.toBuffer());
}

/** Plain RGB without transparency, as a camera gives it. */
async function pixels({ picture, blurred }) {
  const drawn = await sharp(Buffer.from(picture)).removeAlpha().png().toBuffer();
  if (!blurred) return drawn;

  const tiny = await sharp(drawn).resize(60, 75).png().toBuffer();
  return sharp(tiny).resize(WIDTH, HEIGHT, { kernel: 'cubic' }).blur(6).png().toBuffer();
}

/** Puts the emulator's marker into the description of the picture: XMP in TIFF, where sharp writes no EXIF. */
function marked(image, { scenario, score }, format) {
  if (scenario === 'unmarked') return image;

  const marker = score === undefined ? `didit-scenario=${scenario}` : `didit-scenario=${scenario};score=${score}`;
  return format === 'tiff' ? image.withXmp(xmp(marker)) : image.withExif({ IFD0: { ImageDescription: marker } });
}

function xmp(description) {
  return [
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt>',
    `<rdf:li xml:lang="x-default">${description}</rdf:li>`,
    '</rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>',
  ].join('');
}

function toEntry(sample) {
  const { file, scenario, title, expect, alt } = sample;
  return { file, scenario, title, expect, alt, preview: previewOf(sample) };
}

/** Browsers show no TIFF, so the page shows this instead. */
function previewOf({ file }) {
  return file.endsWith('.tiff') ? file.replace(/\.tiff$/, '.preview.webp') : undefined;
}
