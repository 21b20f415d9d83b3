import { createHash } from 'node:crypto';

/** SHA-256, in hexadecimal, of the one file in a form; says what is wrong with the form where there is not one. */
export function pictureDigest(body: Buffer, contentType: string): string {
  const [, quoted, bare] = /boundary=(?:"([^"]+)"|([^;\s]+))/.exec(contentType) ?? [];
  const files = partsOf(body, `--${quoted ?? bare ?? ''}`).filter(({ head }) => /filename=/i.test(head));
  const [file] = files;
  if (!file || files.length > 1) return `${files.length} files`;
  return createHash('sha256').update(file.content).digest('hex');
}

interface Part {
  readonly head: string;
  readonly content: Buffer;
}

function partsOf(body: Buffer, delimiter: string): Part[] {
  const parts: Part[] = [];
  let begin = body.indexOf(delimiter);
  for (;;) {
    const end = begin < 0 ? -1 : body.indexOf(`\r\n${delimiter}`, begin + delimiter.length);
    if (end < 0) return parts;
    const headEnd = body.indexOf('\r\n\r\n', begin);
    parts.push({ head: body.toString('latin1', begin, headEnd), content: body.subarray(headEnd + 4, end) });
    begin = end + 2;
  }
}
