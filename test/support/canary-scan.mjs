// What the canary scan looks for. In JavaScript, because `test/check.mjs` scans with it too.

/** Marks that stand where secrets do. Letters and digits only, so that no escaping of a printer changes them. */
export const MARKS = {
  key: 'CANARYkey4b1f9ZqT7',
  picture: 'CANARYpixels90Rt6w',
  'file name': 'CANARYname3Vd8Lh2p',
  'vendor data': 'CANARYvendor77Xw5s',
};

/** The encodings of a mark, each with its name. */
function spellingsOf(mark) {
  const bytes = Buffer.from(mark, 'ascii');
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
  const each = (before, digits, between = '') => digits.map((digit) => before + digit).join(between);
  const upper = hex.map((digit) => digit.toUpperCase());
  return [
    ...[0, 1, 2].map((offset) => [`base64 at offset ${offset}`, base64At(bytes, offset)]),
    ['hex', hex.join('')],
    ['HEX', upper.join('')],
    ['percent-encoded', each('%', hex)],
    ['PERCENT-ENCODED', each('%', upper)],
    ['JSON-escaped', each(String.raw`\u00`, hex)],
    ['JSON-ESCAPED', each(String.raw`\u00`, upper)],
    ['escaped bytes', each(String.raw`\x`, hex)],
    ['ESCAPED BYTES', each(String.raw`\x`, upper)],
    ['a list of numbers', [...bytes].join(',')],
  ];
}

/**
 * The characters that the mark alone decides when base64 begins so many bytes before it. They are the same in
 * base64url: the two characters that differ do not come of letters and digits.
 */
function base64At(bytes, offset) {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replaceAll('=', '');
  const first = Math.ceil((offset * 8) / 6);
  return text.slice(first, Math.floor(((offset + bytes.length) * 8) / 6));
}

const SOUGHT = Object.entries(MARKS).flatMap(([mark, value]) =>
  spellingsOf(value).map(([encoding, text]) => ({ mark, encoding, text })),
);
/** A list of bytes as `JSON.stringify` writes a typed array: an object with a member for each. */
const MEMBERS = Object.entries(MARKS).map(([mark, value]) => ({
  mark,
  pattern: new RegExp([...Buffer.from(value)].map((byte) => `"\\d+":${byte}`).join(',')),
}));

/**
 * The marks in a text, each with its encoding; never the text around it. Colours, white space, quotes and plus signs
 * are ignored, as printers break lines anywhere, and a raw mark is found in any case.
 */
export function marksIn(text) {
  // oxlint-disable-next-line no-control-regex -- colours of a terminal begin with one
  const packed = text.replace(/\u001b\[[\d;]*m/g, '').replace(/[\s+'`]/g, '');
  const lower = packed.toLowerCase();
  return [
    ...Object.entries(MARKS)
      .filter(([, value]) => lower.includes(value.toLowerCase()))
      .map(([mark]) => ({ mark, encoding: 'raw' })),
    ...SOUGHT.filter(({ text: sought }) => packed.includes(sought)).map(({ mark, encoding }) => ({ mark, encoding })),
    ...MEMBERS.filter(({ pattern }) => pattern.test(packed)).map(({ mark }) => ({ mark, encoding: 'members' })),
  ];
}

/** A stream of text, of which only so much is kept as a mark might need to be found across two pieces. */
export class MarkScanner {
  #tail = '';
  #found = new Set();

  /** Takes the next piece. */
  write(text) {
    const joined = this.#tail + text;
    for (const { mark, encoding } of marksIn(joined)) this.#found.add(`the marked ${mark} as ${encoding}`);
    this.#tail = joined.slice(-2_000);
  }

  /** What was found, without what stood around it. */
  get found() {
    return [...this.#found];
  }
}
