// Forms as clients write them, forms as nobody should, and both with damage, in pieces as a network may cut them.

const BOUNDARIES = [
  '----WebKitFormBoundary7MA4YWxkTrZu0gW0',
  '--------------------------735323031399963166993862',
  'form-boundary',
  'b',
  '-',
  '--',
  "a'()+_,-./:=? z",
  '0123456789012345678901234567890123456789012345678901234567890123456789',
];

const NAMES = [
  'email',
  'plan',
  'a',
  'a[b]',
  'a[b][c]',
  'a[]',
  'a[0]',
  'a[2]',
  'a[007]',
  'a[b][]',
  'a[0][b]',
  'a[b][1]',
  'a[][]',
  'a[b]c',
  'a[b[c]',
  'a[b[]',
  'a[',
  'a]',
  '[a]',
  'a[99]',
  'a[99]c',
  'a[99999999999999999999]',
  'a[b][c][d][e][f]',
  'selfie[x]',
  '__proto__',
  'a[__proto__]',
  'a[__proto__][x]',
  'constructor',
  'toString',
  'a[length]',
  'pr\u00c3\u00a9nom',
  'na\u00efve',
  'q%22%0d%0A',
  'q%',
  'x\\"y',
  'x\\\\y',
  'x\\y',
  'n'.repeat(100),
  'n'.repeat(101),
  '',
];

const SOUND_NAMES = NAMES.slice(0, 17).concat('a[b]c', 'pr\u00c3\u00a9nom', 'q%22%0d%0A', 'x\\"y', 'n'.repeat(100));

const FILE_NAMES = [
  'face.jpg',
  'face.jpg',
  'face.jpg',
  '',
  '.',
  '..',
  'a/',
  'a\\\\',
  'C:\\fakepath\\face.jpg',
  'C:\\\\face.jpg',
  '\\"a\\".jpg',
  'a%22.jpg',
  'g\u00c3\u00a9.jpg',
  '=?utf-8?B?ZmFjZS5qcGc=?=',
  'a;b=c.jpg',
];
const SOUND_FILE_NAMES = FILE_NAMES.filter((name) => /jpg/.test(name));
const EXTENDED = [
  "utf-8''face.jpg",
  "UTF-8'en'f%C3%A9.jpg",
  "iso-8859-1''f%e9.jpg",
  "utf-8''a%2F",
  "utf-8''%2e%2E",
  "utf-8''",
  "koi8-r''x",
  "utf-8'x",
  'face.jpg',
  '"utf-8\'\'face.jpg"',
  "utf-8''%4",
  "utf-8''a(1)'.jpg",
  "utf-8''a;b",
  'x',
];
const EXTENDED_NAMES = [
  "utf-8''email",
  "UTF-8'en'pr%C3%A9nom",
  "utf-8''a%5Bb%5D",
  "utf-8''%ff",
  "utf-8''a(1)",
  "utf-8''",
];

const TYPES = [
  'text/plain',
  'text/plain; charset=utf-8',
  'text/plain;charset=UTF-8',
  'text/plain; charset="ISO-8859-1"',
  'text/plain; charset=us-ascii',
  'text/plain; charset=utf-7',
  'text/plain; charset=utf-16le',
  'text/plain; charset=windows-1252',
  'text/plain; charset=a; charset=b',
  'application/json',
  'application/octet-stream',
  'Application/Octet-Stream; x=y',
  'multipart/mixed; boundary=x',
  'image/jpeg',
  'image/jpeg; x',
  'image/jpeg; x=1; x=2',
  'jpg',
  'text',
  'text/plain;',
  'text/plain; charset=',
  '',
];
const SOUND_TYPES = TYPES.slice(0, 5);
const FILE_TYPES = ['image/jpeg', 'image/png', 'application/octet-stream', 'image/jpeg; a="b;\\"c"', 'jpg', ''];
const TRANSFER_ENCODINGS = ['binary', '7bit', '8bit', 'Binary', 'binary ', 'base64', 'quoted-printable', 'x', ''];
const ODD_LINES = [
  'X-Other: y',
  'x-other:',
  'Content-Length: 5',
  ' folded',
  '\tfolded; name="b"',
  'no colon',
  ': no name',
  '--b: y',
  'X y: z',
  'X\u00e9: y',
  'X: \u00e9 \u0007',
  'X: a\rb',
  'X: a\nb',
  'Content-Disposition: form-data; name="other"',
  'Content-Type: text/html',
  'Content-Transfer-Encoding: binary',
];

const JPEG = '\u00ff\u00d8\u00ff\u00e0\0\u0010JFIF\0\u0001';
const ENDINGS = [
  '--\r\n',
  '--\r\n',
  '--\r\n',
  '--\r\n',
  '--',
  '--\r\n\r\n',
  '--\r\nepilogue',
  '-- \t\r\n',
  '-- ',
  '--\r',
  '--\n',
  '',
  '-',
  '\r\n',
  '--x',
];
const PREAMBLES = ['', '', '', '', '', '', '\r\n', 'preamble\r\n', 'preamble', '--', '\r'];

/** A form: its boundary, its bytes, and how they are cut. `random` makes every choice. */
export function randomForm(random) {
  const boundary = random.pick(BOUNDARIES);
  const whole = Buffer.from(random.chance(0.5) ? soundForm(random, boundary) : wholeForm(random, boundary), 'latin1');
  const body = random.chance(0.3) ? damaged(random, whole, boundary) : whole;
  return { boundary, body, chunks: cut(random, body) };
}

/** As clients write it: nothing is wrong with it, and yet some of it is what parsers stumble over. */
function soundForm(random, boundary) {
  const texts = () => random.list(2, () => soundText(random, boundary));
  const parts = [...texts(), soundFile(random, boundary), ...texts()];
  return `${parts.map((one) => `--${boundary}\r\n${one}\r\n`).join('')}--${boundary}--${random.pick(['\r\n', ''])}`;
}

function soundText(random, boundary) {
  const lines = [`Content-Disposition: form-data; ${parameter(random, 'name', random.pick(SOUND_NAMES))}`];
  if (random.chance(0.2)) lines.push(`Content-Type: ${random.pick(SOUND_TYPES)}`);
  if (random.chance(0.1)) lines.push(`Content-Transfer-Encoding: ${random.pick(['8bit', 'binary'])}`);
  if (random.chance(0.1)) lines.push('Content-Length: 5');
  return `${lines.join('\r\n')}\r\n\r\n${content(random, boundary, 50)}`;
}

function soundFile(random, boundary) {
  const names = [parameter(random, 'name', 'selfie'), parameter(random, 'filename', random.pick(SOUND_FILE_NAMES))];
  if (random.chance(0.1)) names.push("filename*=utf-8''f%C3%A9.jpg");
  const lines = [`Content-Disposition: form-data; ${names.join('; ')}`, `Content-Type: ${random.pick(FILE_TYPES)}`];
  if (random.chance(0.1)) lines.push('Content-Transfer-Encoding: binary');
  return `${lines.join('\r\n')}\r\n\r\n${JPEG}${content(random, boundary, random.chance(0.1) ? 3_000 : 300)}`;
}

function wholeForm(random, boundary) {
  const parts = random.list(2, () => textPart(random, boundary));
  if (random.chance(0.9)) parts.push(filePart(random, boundary));
  parts.push(...random.list(2, () => anyPart(random, boundary)));
  const preamble = random.chance(0.01) ? `${edge(random)}\r\n` : random.pick(PREAMBLES);
  const epilogue = random.chance(0.01) ? edge(random) : '';
  return `${preamble}${parts.map((one) => `--${boundary}\r\n${one}\r\n`).join('')}--${boundary}${random.pick(ENDINGS)}${epilogue}`;
}

function anyPart(random, boundary) {
  const choice = random.fraction();
  if (choice < 0.8) return textPart(random, boundary);
  if (choice < 0.9) return filePart(random, boundary);
  // Here busboy 1.6 reads on in the middle of a head, and throws for some ways to cut it.
  if (choice < 0.92)
    return `Content-Disposition: form-data; name="a"\r\n--${boundary}\r\n\r\n\r\nX: ${'y'.repeat(random.below(30))}`;
  return random.pick(['', '\r\n', '\r\nx', 'X: y\r\n\r\nx', 'Content-Disposition: attachment; name="a"\r\n\r\nx']);
}

function textPart(random, boundary) {
  const name = random.chance(0.97) ? random.pick(NAMES) : 'selfie';
  const named = random.chance(0.03) ? `name*=${random.pick(EXTENDED_NAMES)}` : parameter(random, 'name', name);
  const lines = [`Content-Disposition: ${disposition(random, [named])}`];
  if (random.chance(0.25)) lines.push(`Content-Type: ${random.pick(TYPES)}`);
  return part(random, lines, content(random, boundary, 80));
}

function filePart(random, boundary) {
  const name = random.chance(0.93) ? 'selfie' : random.pick(NAMES);
  const parameters = [parameter(random, 'name', name)];
  if (random.chance(0.97)) parameters.push(parameter(random, 'filename', random.pick(FILE_NAMES)));
  if (random.chance(0.1)) parameters.push(`filename*=${random.pick(EXTENDED)}`);
  const lines = [`Content-Disposition: ${disposition(random, parameters)}`];
  if (random.chance(0.9)) lines.push(`Content-Type: ${random.pick(FILE_TYPES)}`);
  const start = random.chance(0.95) ? JPEG : '';
  return part(random, lines, start + content(random, boundary, random.chance(0.1) ? 3_000 : 300));
}

function part(random, lines, text) {
  if (random.chance(0.1)) lines.push(`Content-Transfer-Encoding: ${random.pick(TRANSFER_ENCODINGS)}`);
  if (random.chance(0.06)) lines.splice(random.below(lines.length + 1), 0, random.pick(ODD_LINES));
  if (random.chance(0.004)) lines.push(`X-Long: ${'y'.repeat(7_900 + random.below(600))}`);
  if (random.chance(0.1)) lines.reverse();
  return `${lines.join('\r\n')}\r\n\r\n${text}`;
}

function disposition(random, parameters) {
  if (random.chance(0.05))
    parameters.push(
      random.pick(['x=y', 'size=12', "name*=utf-8''x", 'name*0="x"', 'filename*1=x', 'name="other"', 'x', '']),
    );
  if (random.chance(0.05)) parameters.reverse();
  const type = random.chance(0.96)
    ? 'form-data'
    : random.pick(['Form-Data', 'form-data ', 'attachment', 'form-datax', '']);
  const separator = random.chance(0.95) ? '; ' : random.pick([';', ' ; ', ';\t', ';; ', ' ']);
  return [type, ...parameters].join(separator) + (random.chance(0.02) ? random.pick([' ', ';', '; ', '\u00a0']) : '');
}

function parameter(random, name, value) {
  const isToken = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(value);
  return isToken && random.chance(0.2) ? `${name}=${value}` : `${name}="${value}"`;
}

function content(random, boundary, most) {
  const pieces = random.list(4, () => {
    if (random.chance(0.4)) return nearlyDelimiter(random, boundary);
    return String.fromCharCode(...random.list(40, () => random.below(256)));
  });
  return pieces.join('').padEnd(random.chance(0.3) ? random.below(most) : 0, 'x');
}

/** What a splitter may take for a delimiter, or for the beginning of one. */
function nearlyDelimiter(random, boundary) {
  const delimiter = `\r\n--${boundary}`;
  return random.pick([
    '\r',
    '\n',
    '\r\n',
    '\r\r\n',
    '\r\n\r\n',
    '\r\n--',
    `--${boundary}`,
    random.chance(0.1) ? `\n--${boundary}` : `\n--${boundary.slice(1)}`,
    delimiter.slice(0, random.below(delimiter.length)),
    delimiter.slice(0, random.below(delimiter.length)),
    delimiter.slice(0, -1),
  ]);
}

const DAMAGE = [
  '\r',
  '\n',
  '\r\n',
  '\r\n\r\n',
  '-',
  '--',
  ':',
  ';',
  '"',
  '\\',
  '=',
  ' ',
  '\t',
  '\0',
  'x',
  '%',
  "'",
  '*',
];

/** The form with a few bytes lost, doubled, swapped or put in. */
function damaged(random, body, boundary) {
  let bytes = body;
  for (let edits = 1 + random.below(3); edits > 0; edits -= 1) {
    const at = random.below(bytes.length + 1);
    const removed = random.chance(0.5) ? random.below(5) : 0;
    const inserted = random.chance(0.6) ? Buffer.from(insertion(random, bytes, boundary), 'latin1') : Buffer.alloc(0);
    bytes = Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + removed)]);
  }
  return random.chance(0.15) ? bytes.subarray(0, random.below(bytes.length + 1)) : bytes;
}

function insertion(random, bytes, boundary) {
  const choice = random.fraction();
  if (choice < 0.6) return random.pick(DAMAGE);
  if (choice < 0.8)
    return random.pick([`\r\n--${boundary}`, `\r\n--${boundary}\r\n`, `\r\n--${boundary}--`, `--${boundary}`]);
  const from = random.below(bytes.length + 1);
  return bytes.toString('latin1', from, from + random.below(60));
}

function cut(random, body) {
  const choice = random.fraction();
  if (choice < 0.35) return [body];
  if (choice < 0.4) return Array.from(body, (_, at) => body.subarray(at, at + 1));
  const ends = [...random.list(8, () => random.below(body.length + 1)), body.length].sort((one, other) => one - other);
  return ends.map((end, index) => body.subarray(index === 0 ? 0 : ends[index - 1], end));
}

function edge(random) {
  return 'e'.repeat(4_080 + random.below(30));
}
