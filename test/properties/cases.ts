import * as fc from 'fast-check';
import {
  animatedPng,
  animatedWebp,
  baselineJpeg,
  builtPictures,
  bytesOf,
  jpegOf,
  otherFormats,
  scan,
  startOfFrame,
} from '../../packages/core/test/support/pictures.js';
import { file, form, FORM_TYPE, text } from '../../packages/upload/test/support/forms.js';
import type { PlainPolicy, UploadFacts, UpstreamFacts } from '../oracle/oracle.js';

/** A request body, and what the oracle is told of it. */
export interface UploadCase {
  readonly contentType: string;
  readonly body: Buffer;
  readonly picture: Buffer;
  readonly facts: UploadFacts;
}

/** Bytes that come back for a request, and what the oracle is told of them. */
export interface UpstreamCase {
  readonly wire: Buffer;
  readonly facts: UpstreamFacts;
  /** Everything in it is as Didit documents it, so that a yes has to be a yes. */
  readonly isDocumented: boolean;
}

type PictureFacts = Pick<UploadFacts, 'format' | 'isIntact' | 'frames' | 'width' | 'height'>;
type PictureCase = readonly [picture: Uint8Array, facts: PictureFacts];

const SOUND: PictureFacts = { format: 'jpeg', isIntact: true, frames: 1, width: 640, height: 480 };

const soundPictures: readonly PictureCase[] = builtPictures.map(({ bytes, type, width, height }) => [
  bytes,
  { ...SOUND, format: type, width, height },
]);

const jpegOfSize = (width: number, height: number): PictureCase => [
  jpegOf(startOfFrame({ width, height }), scan()),
  { ...SOUND, width, height },
];

const oddPictures: readonly PictureCase[] = [
  [animatedPng, { ...SOUND, format: 'png', frames: 2 }],
  [animatedWebp, { ...SOUND, format: 'webp', frames: 2 }],
  [jpegOf(scan()), { ...SOUND, isIntact: false }],
  [new Uint8Array(0), { ...SOUND, format: 'other' }],
  jpegOfSize(63, 480),
  jpegOfSize(64, 64),
  jpegOfSize(12_000, 3_333),
  jpegOfSize(12_001, 100),
  jpegOfSize(8_000, 5_001),
  ...otherFormats.map(([, bytes]): PictureCase => [bytes, { ...SOUND, format: 'other' }]),
];

const cutPicture = fc
  .tuple(fc.constantFrom(...soundPictures), fc.double({ min: 0, max: 0.999, noNaN: true }))
  .map(
    ([[bytes, facts], share]): PictureCase => [
      bytes.subarray(0, Math.floor(share * bytes.length)),
      { ...facts, isIntact: false },
    ],
  );

const anyPicture = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...soundPictures) },
  { weight: 1, arbitrary: fc.constantFrom(...oddPictures) },
  { weight: 1, arbitrary: cutPicture },
);

const otherField = fc
  .tuple(
    fc.constantFrom('email', 'threshold', 'vendor_data', 'save_api_request', 'user_image'),
    fc.string({ maxLength: 9 }),
  )
  .map(([name, value]) => text(name, value.replace(/[^ -~]/g, '')));

/** Around the picture: how it is sent. Most forms are right; a bare picture is right too. */
const shapes = [
  'form',
  'form',
  'form',
  'form',
  'form',
  'form',
  'bare',
  'bare',
  'none',
  'two',
  'beside',
  'text',
  'cut',
] as const;

type Shape = (typeof shapes)[number];

/** Any upload: sound and broken pictures in sound and broken requests. */
export const anyUpload: fc.Arbitrary<UploadCase> = uploadsOf(anyPicture, fc.constantFrom(...shapes));

/** Uploads that are worth paying for. */
export const soundUpload: fc.Arbitrary<UploadCase> = uploadsOf(
  fc.constantFrom(...soundPictures),
  fc.constantFrom('form', 'bare'),
);

function uploadsOf(pictures: fc.Arbitrary<PictureCase>, around: fc.Arbitrary<Shape>): fc.Arbitrary<UploadCase> {
  const fields = fc.array(otherField, { maxLength: 3 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  return fc.tuple(pictures, around, fields, share).map(([[content, pictureFacts], shape, others, where]) => {
    const picture = Buffer.from(content);
    const isWhole = shape !== 'cut';
    const facts = { ...pictureFacts, bytes: picture.length, isWhole, inField: IN_FIELD[shape] ?? 1 };
    if (shape === 'bare') return { contentType: 'image/jpeg', body: picture, picture, facts };
    const whole = form(...others, ...partsOf(shape, picture));
    // At the latest before the two hyphens that close a form; the line break behind them nobody needs.
    const body = isWhole ? whole : whole.subarray(0, Math.floor(where * (whole.length - 5)));
    return { contentType: FORM_TYPE, body, picture, facts };
  });
}

const IN_FIELD: Readonly<Record<string, number>> = { none: 0, beside: 0, two: 2, text: 2 };

function partsOf(shape: string, picture: Buffer): readonly Buffer[] {
  switch (shape) {
    case 'none':
      return [text('selfies', 'none')];
    case 'two':
      return [file('selfie', picture), file('selfie', picture)];
    case 'beside':
      return [file('picture', picture)];
    case 'text':
      return [text('selfie', 'text'), file('selfie', picture)];
    default:
      return [file('selfie', picture)];
  }
}

/** The body of an approval without a flaw. */
const FACE = { bbox: [412, 288, 1190, 1402], confidence: 0.75, age: 31.4, gender: 'female', race: null };

const TAGS = [
  'NO_FACE_DETECTED',
  'LIVENESS_FACE_ATTACK',
  'FACE_IN_BLOCKLIST',
  'POSSIBLE_FACE_IN_BLOCKLIST',
  'LOW_LIVENESS_SCORE',
  'MULTIPLE_FACES_DETECTED',
  'DUPLICATED_FACE',
  'POSSIBLE_DUPLICATED_FACE',
  'LOW_FACE_QUALITY',
  'LOW_FACE_LUMINANCE',
  'HIGH_FACE_LUMINANCE',
  'MULTIPLE_FACES',
  'AGE_BELOW_MINIMUM',
  'NEW_TAG',
  'toString',
] as const;

const percentage = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constantFrom(0, 0.01, 49.99, 50, 50.01, 99.99, 100));

const documentedWarning = fc.record(
  { risk: fc.constantFrom(...TAGS.slice(4)), log_type: fc.constantFrom('warning', 'information', 'information') },
  { requiredKeys: ['risk', 'log_type'] },
);

const documentedLiveness = fc.record({
  status: fc.constantFrom('Approved', 'Approved', 'Approved', 'Approved', 'Declined', 'In Review'),
  method: fc.constant('PASSIVE'),
  score: percentage,
  user_image: fc
    .constantFrom(1, 1, 1, 2, 0)
    .map((faces) => ({ entities: Array.from({ length: faces }, () => FACE), best_angle: 0 })),
  warnings: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(documentedWarning, { maxLength: 2 })),
  face_quality: fc.option(percentage, { freq: 5 }),
  face_luminance: fc.option(percentage, { freq: 5 }),
});

const strangeWarning = fc.record(
  {
    risk: fc.oneof(fc.constantFrom(...TAGS), fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 0 })),
    log_type: fc.oneof(
      fc.constantFrom('error', 'warning', 'information', 'loud', 'Warning'),
      fc.jsonValue({ maxDepth: 0 }),
    ),
    feature: fc.constantFrom('LIVENESS', null, 7),
    additional_data: fc.constantFrom(null, {}, [], { duplicated_session_number: '7' }),
  },
  { requiredKeys: ['risk'] },
);

/** One or more things that are not as they should be. */
const flaw = fc.oneof(
  fc.record({
    status: fc.oneof(
      fc.constantFrom('approved', 'Approved ', 'APPROVED', 'Expired', '', true, 1, null),
      fc.jsonValue(),
    ),
  }),
  fc.record({ method: fc.constantFrom('ACTIVE_3D', 'passive', '', null, 1) }),
  fc.record({
    score: fc.oneof(fc.constantFrom('95', null, -1, 100.1, 101, 1e308, true), fc.jsonValue({ maxDepth: 1 })),
  }),
  fc.record({ warnings: fc.oneof(fc.array(strangeWarning, { maxLength: 3 }), fc.jsonValue({ maxDepth: 1 })) }),
  fc.record({
    user_image: fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(null, { entities: [{}] }, { entities: [{ bbox: [1] }] }),
    ),
  }),
  fc.record({ face_quality: fc.jsonValue({ maxDepth: 0 }), face_luminance: fc.jsonValue({ maxDepth: 0 }) }),
);

const documentedBody = documentedLiveness.map(
  (liveness) => [JSON.stringify({ request_id: 'r-1', liveness }), true] as const,
);

/** What stands in the body, and whether all of it is documented. */
const bodies = fc.oneof(
  { weight: 8, arbitrary: documentedBody },
  {
    weight: 5,
    arbitrary: fc
      .tuple(documentedLiveness, fc.array(flaw, { minLength: 1, maxLength: 2 }))
      .map(
        ([liveness, flaws]) => [JSON.stringify({ liveness: Object.assign({}, liveness, ...flaws) }), false] as const,
      ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(documentedLiveness, fc.double({ min: 0, max: 0.99, noNaN: true })).map(([liveness, share]) => {
      const whole = JSON.stringify({ liveness });
      return [whole.slice(0, Math.floor(share * whole.length)), false] as const;
    }),
  },
  { weight: 1, arbitrary: fc.json().map((json) => [json, false] as const) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('', '<html>', '\ufeff{}', `${' '.repeat(256 * 1024)}{}`)
      .map((odd) => [odd, false] as const),
  },
);

const WRONG_STATUSES = [
  201, 202, 203, 206, 302, 307, 400, 401, 402, 403, 404, 409, 413, 418, 429, 500, 502, 503, 504, 599,
];
const WRONG_TYPES = ['', 'text/html', 'text/json', 'application/jsonp', 'application/problem+json', 'multipart/json'];
const BROKEN_FRAMINGS = ['broken', 'reset-chunk', 'noise', 'silence'];

const statuses = fc.oneof(
  { weight: 12, arbitrary: fc.constant(200) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...WRONG_STATUSES),
  },
);

const contentTypes = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('application/json', 'Application/JSON; charset=utf-8') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...WRONG_TYPES),
  },
);

const encodings = fc.constantFrom<string | undefined>(
  ...Array.from({ length: 12 }, () => undefined),
  'identity',
  'gzip',
  'br',
  'x',
);

/** How the body is delimited: said, in chunks, or by the end of the connection; or broken off before its end. */
const framings = fc.constantFrom(
  'length',
  'length',
  'length',
  'chunked',
  'close',
  'followed',
  'broken',
  'reset-chunk',
  'noise',
  'silence',
);

/** Any answer of an upstream, from flawless to no HTTP at all. */
export const anyUpstream: fc.Arbitrary<UpstreamCase> = upstreamsOf({
  body: bodies,
  status: statuses,
  contentType: contentTypes,
  encoding: encodings,
  framing: framings,
});

/** Answers as Didit documents them, whatever they say. */
export const documentedUpstream: fc.Arbitrary<UpstreamCase> = upstreamsOf({
  body: documentedBody,
  status: fc.constant(200),
  contentType: fc.constant('application/json'),
  encoding: fc.constant(undefined),
  framing: fc.constantFrom('length', 'chunked', 'close', 'followed'),
});

const FLAWLESS_BODY = JSON.stringify({
  liveness: {
    status: 'Approved',
    method: 'PASSIVE',
    score: 100,
    user_image: { entities: [FACE], best_angle: 0 },
    warnings: [],
    face_quality: 100,
    face_luminance: 49.5,
  },
});

const flawless: Ingredients = {
  body: fc.constant([FLAWLESS_BODY, true] as const),
  status: fc.constant(200),
  contentType: fc.constant('application/json'),
  encoding: fc.constant(undefined),
  framing: fc.constantFrom('length', 'chunked', 'close'),
};

/** Approvals without a flaw but one: what is not looked at is found here. */
const nearlyFlawless: fc.Arbitrary<UpstreamCase> = fc.oneof(
  upstreamsOf({ ...flawless, status: fc.constantFrom(...WRONG_STATUSES) }),
  upstreamsOf({ ...flawless, contentType: fc.constantFrom(...WRONG_TYPES) }),
  upstreamsOf({ ...flawless, encoding: fc.constantFrom('gzip', 'br', 'x') }),
  upstreamsOf({ ...flawless, framing: fc.constantFrom(...BROKEN_FRAMINGS) }),
  upstreamsOf({
    ...flawless,
    body: flaw.map((part) => [JSON.stringify({ liveness: { ...JSON.parse(FLAWLESS_BODY).liveness, ...part } }), false]),
  }),
);

interface Ingredients {
  readonly body: fc.Arbitrary<readonly [text: string, isDocumented: boolean]>;
  readonly status: fc.Arbitrary<number>;
  readonly contentType: fc.Arbitrary<string>;
  readonly encoding: fc.Arbitrary<string | undefined>;
  readonly framing: fc.Arbitrary<string>;
}

function upstreamsOf({ body, status, contentType, encoding, framing }: Ingredients): fc.Arbitrary<UpstreamCase> {
  return fc.tuple(body, status, contentType, encoding, framing).map(([said, code, type, coding, frame]) => {
    const headers = {
      ...(type === '' ? {} : { 'content-type': type }),
      ...(coding === undefined ? {} : { 'content-encoding': coding }),
    };
    const answer = { status: code, headers, body: Buffer.from(said[0]) };
    const isWhole = !BROKEN_FRAMINGS.includes(frame);
    return { wire: wireOf(frame, answer), facts: { isWhole, ...answer }, isDocumented: said[1] };
  });
}

function wireOf(framing: string, { status, headers, body }: Omit<UpstreamFacts, 'isWhole'>): Buffer {
  if (framing === 'silence') return Buffer.alloc(0);
  if (framing === 'noise') return Buffer.concat([Buffer.from('HTTP/9.9 two hundred\r\n\r\n'), body]);
  const named = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = (...more: readonly string[]) =>
    Buffer.from(`HTTP/1.1 ${status} Said\r\n${[...named, ...more].join('')}\r\n`);
  const size = body.length.toString(16);
  switch (framing) {
    case 'chunked':
      return joined(
        head('transfer-encoding: chunked\r\n'),
        ...(body.length > 0 ? [`${size}\r\n`, body, '\r\n'] : []),
        '0\r\n\r\n',
      );
    case 'reset-chunk':
      return joined(head('transfer-encoding: chunked\r\n'), ...(body.length > 0 ? [`${size}\r\n`, body, '\r\n'] : []));
    case 'close':
      return joined(head('connection: close\r\n'), body);
    case 'broken':
      return joined(head(`content-length: ${body.length + 1}\r\n`), body);
    case 'followed':
      return joined(head(`content-length: ${body.length}\r\n`), body, APPROVAL);
    default:
      return joined(head(`content-length: ${body.length}\r\n`), body);
  }
}

/** An approval that nobody asked for, behind an answer; the next request must not be given it. */
const APPROVAL = approvalBytes();

function approvalBytes(): string {
  const user_image = { entities: [FACE], best_angle: 0 };
  const liveness = {
    status: 'Approved',
    method: 'PASSIVE',
    score: 99,
    user_image,
    warnings: [],
    face_quality: 90,
    face_luminance: 50,
  };
  const body = JSON.stringify({ liveness });
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

function joined(...parts: readonly (Uint8Array | string)[]): Buffer {
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

const limit = fc.option(fc.constantFrom(0, 1, 10, 30, 50, 80, 100), { freq: 1, nil: null });
const actions = fc.constantFrom('approve', 'review', 'decline');

/** A policy in full, so that no preset plays a part. */
export const anyPlainPolicy: fc.Arbitrary<PlainPolicy> = fc.record({
  score: inOrder('declineAtOrBelow', 'reviewAtOrBelow'),
  faceQuality: inOrder('declineAtOrBelow', 'reviewAtOrBelow'),
  faceLuminance: fc.constantFrom(
    { declineBelow: null, declineAbove: null, reviewBelow: null, reviewAbove: null },
    { declineBelow: 20, declineAbove: 90, reviewBelow: 30, reviewAbove: 80 },
    { declineBelow: null, declineAbove: 50, reviewBelow: 49, reviewAbove: null },
  ),
  warnings: fc.record(
    Object.fromEntries(TAGS.slice(5, 12).map((tag) => [tag, actions] as const)) as Record<
      string,
      fc.Arbitrary<'approve' | 'review' | 'decline'>
    >,
  ),
  unknownWarning: actions,
  unknownInformation: actions,
});

function inOrder(lower: 'declineAtOrBelow', upper: 'reviewAtOrBelow'): fc.Arbitrary<PlainPolicy['score']> {
  return fc.tuple(limit, limit).map(([one, other]) => {
    const [low, high] = one !== null && other !== null && one > other ? [other, one] : [one, other];
    return { [lower]: low, [upper]: high };
  });
}

/** Both sides of a request, from hopeless to what an honest person sends and gets. */
export const anyCase: fc.Arbitrary<readonly [UploadCase, UpstreamCase]> = fc.oneof(
  fc.tuple(anyUpload, anyUpstream),
  fc.tuple(soundUpload, anyUpstream),
  fc.tuple(soundUpload, nearlyFlawless),
  fc.tuple(anyUpload, upstreamsOf(flawless)),
  { weight: 2, arbitrary: fc.tuple(soundUpload, documentedUpstream) },
);

/** A picture that is sent where none of the above matters. */
export const SOUND_PICTURE: Buffer = Buffer.from(bytesOf(baselineJpeg));
