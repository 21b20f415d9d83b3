// Why the own reader refuses a form that multer reads: the only reasons there are, told from the whole form at once and
// by other means than the reader has. A refusal for none of them is a fault.

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PARAMETERS = new RegExp(`^(?:[ \\t]*;[ \\t]*${TOKEN}=(?:${TOKEN}|"(?:[^"\\\\]|\\\\.)*"))*[ \\t]*$`);
const PARAMETER = new RegExp(`;[ \\t]*(${TOKEN})=(${TOKEN}|"(?:[^"\\\\]|\\\\.)*")`, 'g');
// What RFC 8187 allows.
const EXTENDED = /^(?:utf-8|iso-8859-1)'[0-9a-z-]*'(?:[!#$&+.^_`|~0-9a-z-]|%[0-9a-f]{2})+$/i;
const CHARSETS = ['utf-8', 'utf8', 'us-ascii', 'ascii', 'iso-8859-1', 'latin1'];
const READ = ['content-disposition', 'content-type', 'content-transfer-encoding'];

/** Each takes a form that was taken apart and tells whether it is refused for this reason. */
export const RULES = {
  'more than 4 KiB before the form': ({ preamble }) => preamble.length > 4_096 - 2,
  'more than 4 KiB behind the form': ({ epilogue }) => epilogue.length > 4_096,
  'a delimiter behind the last one': ({ isOver }) => isOver,
  'bytes between a delimiter and its line end': ({ sections }) => sections.some(({ behind }) => behind !== '\r\n'),
  'a delimiter within the head of a part': ({ parts }) => parts.some(({ head }) => head === undefined),
  'a head longer than 8 KiB': anyHead(({ text }) => text.length > 8_192),
  'a folded line': anyHead(({ lines }) => lines.some((line) => /^[ \t]/.test(line))),
  'a header that begins with a dash': anyHead(({ lines }) => lines.some((line) => line.startsWith('-'))),
  'a header that is there twice': anyHead(({ names }) =>
    READ.some((one) => names.indexOf(one) !== names.lastIndexOf(one)),
  ),
  'a part that is no form data': anyHead(({ disposition }) => !/^form-data(?=[ \t;]|$)/i.test(disposition)),
  'a malformed Content-Disposition': anyHead(({ rest }) => !PARAMETERS.test(rest)),
  'a parameter that is there twice': anyHead(({ named }) => new Set(named.map(([name]) => name)).size < named.length),
  'an extended parameter other than filename* in UTF-8 or ISO-8859-1': anyHead(({ named }) =>
    named.some(isOddExtended),
  ),
  'a Content-Transfer-Encoding': anyHead(({ encoding }) => !/^(?:7bit|8bit|binary|)$/i.test(encoding)),
  'a text field of an unreadable type or charset': anyHead(isOddText),
  'a name of more than 100 characters of no file': anyHead(
    ({ name }) => Buffer.from(name, 'latin1').toString().length > 100,
  ),
  'an index beyond the limit in a name that is no path': anyHead(({ name, maxFields }) =>
    [...name.matchAll(/\[(\d+)\]/g)].some(([, index]) => Number(index) > maxFields),
  ),
};

/** The first rule that explains why the form is refused; undefined when there is none. */
export function ruleFor({ boundary, body }, { maxFields }) {
  const form = takeApart(`\r\n${body.toString('latin1')}`, `\r\n--${boundary}`);
  const parts = form.sections.map(({ text }) => ({ head: readHead(text, maxFields) }));
  return Object.entries(RULES).find(([, applies]) => applies({ ...form, parts }))?.[0];
}

function anyHead(applies) {
  return ({ parts }) => parts.some(({ head }) => head !== undefined && applies(head));
}

function takeApart(text, delimiter) {
  const pieces = text.split(delimiter);
  const last = pieces.findIndex((piece, index) => index > 0 && piece.startsWith('--'));
  const sections = pieces.slice(1, last === -1 ? undefined : last);
  return {
    preamble: pieces[0].slice(2),
    epilogue: last === -1 ? '' : pieces.slice(last).join(delimiter).slice(2),
    isOver: last !== -1 && last < pieces.length - 1,
    sections: sections.map((piece) => ({ behind: piece.slice(0, 2), text: piece.slice(2) })),
  };
}

function readHead(section, maxFields) {
  const end = section.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const text = section.slice(0, end);
  const lines = text.split('\r\n');
  const names = lines.map((line) => line.slice(0, Math.max(0, line.indexOf(':'))).toLowerCase());
  const valueOf = (name) => {
    const line = lines[names.indexOf(name)] ?? '';
    return line.slice(line.indexOf(':') + 1).replace(/^[ \t]+/, '');
  };
  const disposition = valueOf('content-disposition');
  const rest = disposition.replace(/^form-data/i, '');
  const named = [...rest.matchAll(PARAMETER)].map(([, name, value]) => [name.toLowerCase(), value]);
  const name = unquoted(named.find(([key]) => key === 'name')?.[1] ?? '');
  const type = valueOf('content-type');
  return { text, lines, names, disposition, rest, named, name, type, encoding: valueOf(READ[2]), maxFields };
}

function unquoted(value) {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(["\\])/g, '$1') : value;
}

function isOddExtended([name, value]) {
  return name.endsWith('*') && !(name === 'filename*' && EXTENDED.test(value));
}

function isOddText({ named, type }) {
  if (named.some(([name, value]) => name.startsWith('filename') && unquoted(value) !== '')) return false;
  if (type === '') return false;
  const [, rest] = new RegExp(`^${TOKEN}/${TOKEN}(.*)$`, 's').exec(type) ?? [];
  if (rest === undefined || !PARAMETERS.test(rest)) return true;
  const charsets = [...rest.matchAll(PARAMETER)].filter(([, name]) => name.toLowerCase() === 'charset');
  return charsets.length > 1 || charsets.some(([, , value]) => !CHARSETS.includes(unquoted(value).toLowerCase()));
}
