import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import busboy from 'busboy';

/** A file part, as it was received. */
export interface UploadedFile {
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly filename: string;
  readonly contentType: string;
}

/** A parsed form; of repeated names the last part counts. */
export interface Form {
  readonly fields: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, UploadedFile>;
  /** Why the form could not be parsed. */
  readonly problem?: string;
}

const FORM_TYPES = /^(?:multipart\/form-data|application\/x-www-form-urlencoded)\b/iu;

/** Parts beyond which a form is refused, as Django does. */
const MAX_PARTS = 1000;

/** Parses a complete body; a body that is no form has no fields, a broken one has a `problem`. */
export async function parseForm(headers: IncomingHttpHeaders, body: Buffer): Promise<Form> {
  const fields = new Map<string, string>();
  const files = new Map<string, UploadedFile>();
  if (!FORM_TYPES.test(headers['content-type'] ?? '')) {
    return { fields, files };
  }
  try {
    await readParts({ headers, body }, { fields, files });
    return { fields, files };
  } catch (error) {
    return { fields: new Map(), files: new Map(), problem: error instanceof Error ? error.message : String(error) };
  }
}

interface Source {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Parts {
  readonly fields: Map<string, string>;
  readonly files: Map<string, UploadedFile>;
}

function readParts({ headers, body }: Source, parts: Parts): Promise<void> {
  return new Promise((resolve, reject) => {
    const limits = { fieldSize: body.length, fieldNameSize: body.length, parts: MAX_PARTS };
    const parser = busboy({ headers, limits, defParamCharset: 'utf8', preservePath: true });
    parser.on('field', (name, value) => {
      parts.fields.set(name, value);
    });
    parser.on('file', (name, stream, { filename = '', mimeType }) => {
      collect(stream, (bytes) => {
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        parts.files.set(name, { bytes, sha256, filename, contentType: mimeType });
      });
    });
    parser.on('partsLimit', () => {
      reject(new Error(`more than ${MAX_PARTS} parts`));
    });
    parser.on('error', reject);
    parser.on('close', resolve);
    parser.end(body);
  });
}

function collect(stream: Readable, done: (bytes: Buffer) => void): void {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
  });
  stream.on('end', () => {
    done(Buffer.concat(chunks));
  });
  // A part that breaks off fails the whole parser, which reports it; unheard, it would end the process.
  stream.on('error', () => undefined);
}
