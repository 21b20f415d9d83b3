import { decodeBase64 } from './base64.js';
import type { BodySink, OpenSink, ReportOutcome } from './body-front.js';
import { ChunkList } from './chunk-list.js';
import type { ResolvedUploadOptions } from './options.js';
import { copyFields, isTame } from './fields.js';
import { PictureIntake } from './picture-intake.js';
import { type BodyOutcome, refused } from './reading.js';

type JsonOptions = Pick<ResolvedUploadOptions, 'field' | 'limitBytes' | 'maxFieldDepth'>;

const DATA_URL = /^data:(image\/[0-9a-z.+-]{1,60});base64,/i;

/** A JSON object with the picture in base64, or as a data URL, in one property; the other properties are the fields. */
export function jsonSink(options: JsonOptions): OpenSink {
  return (report) => new JsonSink(options, report);
}

/** The same for a body that an earlier parser left as an object. */
export function selfieFromJson(body: unknown, options: JsonOptions): BodyOutcome {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return refused('malformed-upload');
  const { [options.field]: value, ...fields } = copyFields(body);
  if (value === undefined || value === null || value === '') return refused('selfie-missing');
  if (typeof value !== 'string' || !isTame(fields, options.maxFieldDepth)) return refused('malformed-upload');
  return selfieFromText(value, copyFields(fields), options.limitBytes);
}

function selfieFromText(text: string, fields: Record<string, unknown>, limitBytes: number): BodyOutcome {
  const [prefix = '', declaredType] = DATA_URL.exec(text) ?? [];
  const bytes = decodeBase64(text.slice(prefix.length));
  if (bytes === undefined) return refused('malformed-upload');
  const picture = new PictureIntake(limitBytes);
  const code = picture.append(bytes);
  return code === undefined ? picture.outcome(declaredType?.toLowerCase(), fields) : refused(code);
}

class JsonSink implements BodySink {
  readonly #text = new ChunkList();
  readonly #options: JsonOptions;
  readonly #report: ReportOutcome;

  constructor(options: JsonOptions, report: ReportOutcome) {
    this.#options = options;
    this.#report = report;
  }

  write(chunk: Buffer): void {
    this.#text.append(chunk);
  }

  end(): void {
    this.#report(selfieFromJson(parseJson(Buffer.concat(this.#text.toChunks())), this.#options));
  }

  abandon(): void {
    this.#text.clear();
  }
}

/** The value, or undefined, which JSON cannot spell, for bytes that are not JSON in UTF-8. */
function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // Whatever the decoder or the parser minds, the client gets one answer.
    return undefined;
  }
}
