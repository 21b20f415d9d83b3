// Where the own reader and multer differ: every reason there is, told from the whole form at once and by other means than
// the reader has. A difference for none of them is a fault.

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const VALUE = `(?:(?<=\\*=)[^\\s;"]+|${TOKEN}|"(?:[^"\\\\]|\\\\.)*")`;
const PARAMETERS = new RegExp(`^(?:[ \\t]*;[ \\t]*${TOKEN}=${VALUE})*[ \\t]*$`);
const PARAMETER = new RegExp(`;[ \\t]*(${TOKEN})=(${VALUE})`, 'g');
// What RFC 8187 allows.
const EXTENDED = /^(?:utf-8|iso-8859-1)'[0-9a-z-]*'(?:[!#$&+.^_`|~0-9a-z-]|%[0-9a-f]{2})+$/i;
const CHARSETS = ['utf-8', 'utf8', 'us-ascii', 'ascii', 'iso-8859-1', 'latin1'];
const READ = ['content-disposition', 'content-type', 'content-transfer-encoding'];

/** Why only the own reader refuses a form. Each takes one that was taken apart, and tells whether it is for this reason. */
export const REFUSED = {
  'more than 4 KiB before the form': ({ preamble }) => preamble.length > 4_096 - 2,
  'more than 4 KiB behind the form': ({ epilogue }) => epilogue.length > 4_096,
  'bytes on the line of the last delimiter': ({ epilogue }) => !/^[ \t]*(?:\r\n|\r?$)/.test(epilogue),
  'a boundary behind a lone line feed': ({ hasLoneLineFeed }) => hasLoneLineFeed,
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
  'a parameter in pieces, or another extended one than name* and filename*': anyHead(({ named }) =>
    named.some(([name]) => name.includes('*') && name !== 'name*' && name !== 'filename*'),
  ),
  'an extended name that is malformed or beside a plain one': anyHead(({ named }) =>
    named.some(([name, value]) => name === 'name*' && (has(named, 'name') || !EXTENDED.test(value))),
  ),
  'another escape in a name than that of a quote or a backslash': anyHead(({ named }) =>
    named.some(([name, value]) => name === 'name' && /\\[^"\\]/.test(value.replaceAll(/\\["\\]/g, ''))),
  ),
  'a Content-Transfer-Encoding': anyHead(({ encoding }) => !/^(?:7bit|8bit|binary|)[ \t]*$/i.test(encoding)),
  'text of two charsets': anyHead((head) => isText(head) && charsetsOf(head).length > 1),
  'a name of more than 100 characters of no file': anyHead(
    ({ name }) => Buffer.from(name, 'latin1').toString().length > 100,
  ),
  'an index beyond the limit in a name that is no path': anyHead(({ name, maxFields }) =>
    [...name.matchAll(/\[(\d+)\]/g)].some(([, index]) => Number(index) > maxFields),
  ),
};

/** What the own reader reads otherwise, which it may then refuse for something that holds for all parts. */
export const READ_OTHERWISE = {
  'a file name of which nothing is left': anyHead(({ named }) =>
    named.some(([name, value]) => /^filename\*?$/.test(name) && /(?:^|[/\\]|')\.{0,2}$/.test(unescaped(value))),
  ),
  'content without a file name that says it is bytes': anyHead(
    (head) => isText(head) && /^application\/octet-stream/i.test(head.type),
  ),
  'an extended file name other than RFC 8187 allows': anyHead(({ named }) =>
    named.some(([name, value]) => name === 'filename*' && !EXTENDED.test(value)),
  ),
  'an extended name': anyHead(({ named }) => has(named, 'name*')),
  'text of a charset that is read for its ASCII alone': anyHead(
    (head) => isText(head) && charsetsOf(head).some((charset) => !CHARSETS.includes(charset)),
  ),
};

/** The first reason for which only the own reader refuses the form; undefined when there is none. */
export function whyRefused(form, options) {
  return firstOf({ ...REFUSED, ...READ_OTHERWISE }, form, options);
}

/** The first reason for which the own reader comes to another selfie, or to one at all; undefined when there is none. */
export function whyReadOtherwise(form, options) {
  return firstOf(READ_OTHERWISE, form, options);
}

function firstOf(reasons, { boundary, body }, { maxFields }) {
  const form = takeApart(`\r\n${body.toString('latin1')}`, `\r\n--${boundary}`);
  const parts = form.sections.map(({ text }) => ({ head: readHead(text, maxFields) }));
  return Object.entries(reasons).find(([, applies]) => applies({ ...form, parts }))?.[0];
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
    hasLoneLineFeed: text
      .split(delimiter.slice(1))
      .slice(0, -1)
      .some((piece) => !piece.endsWith('\r')),
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

function unescaped(value) {
  return unquoted(value).replace(/%([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}

function has(named, name) {
  return named.some(([key]) => key === name);
}

function isText({ named }) {
  return !named.some(([name, value]) => name === 'filename*' || (name === 'filename' && value !== '""'));
}

/** None of a type that nobody can read. */
function charsetsOf({ type }) {
  const [, rest] = new RegExp(`^${TOKEN}/${TOKEN}(.*)$`, 's').exec(type) ?? [];
  if (rest === undefined || !PARAMETERS.test(rest)) return [];
  const charsets = [...rest.matchAll(PARAMETER)].filter(([, name]) => name.toLowerCase() === 'charset');
  return charsets.map(([, , value]) => unquoted(value).toLowerCase());
}
