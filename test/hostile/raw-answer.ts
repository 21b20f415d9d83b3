/** One answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** By lower-case name; of a repeated one the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The final answers that are complete in what was received; those with a status below 200 are left out. */
export function parseAnswers(received: Buffer, hasEnded: boolean): readonly RawAnswer[] {
  const text = received.toString('latin1');
  const answers: RawAnswer[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\r\n\r\n', at);
    if (end < 0) break;
    const { status, headers } = parseHead(text.slice(at, end));
    const body =
      status < 200 || status === 204 || status === 304
        ? { content: '', end: end + 4 }
        : bodyAt(text, end + 4, { headers, hasEnded });
    if (body === undefined) break;
    if (status >= 200) answers.push({ status, headers, body: body.content });
    at = body.end;
  }
  return answers;
}

function parseHead(text: string): Pick<RawAnswer, 'status' | 'headers'> {
  const [first = '', ...lines] = text.split('\r\n');
  const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(first) ?? [];
  if (status === undefined) throw new Error(`This is no status line: ${JSON.stringify(first.slice(0, 60))}`);
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return { status: Number(status), headers: Object.fromEntries(headers) };
}

interface Framing {
  readonly headers: RawAnswer['headers'];
  readonly hasEnded: boolean;
}

/** The body that begins here, or undefined while a part of it is still to come. */
function bodyAt(
  text: string,
  start: number,
  { headers, hasEnded }: Framing,
): { content: string; end: number } | undefined {
  if (headers['transfer-encoding'] === 'chunked') return chunkedBodyAt(text, start);
  const length = headers['content-length'];
  if (length === undefined) return hasEnded ? { content: text.slice(start), end: text.length } : undefined;
  const end = start + Number(length);
  return end <= text.length || hasEnded
    ? { content: text.slice(start, end), end: Math.min(end, text.length) }
    : undefined;
}

function chunkedBodyAt(text: string, start: number): { content: string; end: number } | undefined {
  let content = '';
  for (let at = start; ; ) {
    const line = text.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(text.slice(at, line), 16);
    const end = line + 2 + size + 2;
    if (end > text.length) return undefined;
    if (size === 0) return { content, end };
    content += text.slice(line + 2, end - 2);
    at = end;
  }
}
