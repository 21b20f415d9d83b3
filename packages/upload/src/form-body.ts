import type { BodySink, OpenSink, ReportOutcome } from './body-front.js';
import { BoundedText } from './bounded-text.js';
import { MultipartSplitter, type PartListener } from './multipart-splitter.js';
import { addField, isNameWithin } from './nested-fields.js';
import type { ResolvedUploadOptions } from './options.js';
import { parsePartHead, type PartHead } from './part-head.js';
import { PictureIntake } from './picture-intake.js';
import { type BodyOutcome, refused, type UploadRefusalCode } from './reading.js';

/** A form with the picture in one file part, read here. */
export function formSink(boundary: string, options: ResolvedUploadOptions): OpenSink {
  return (report) => new FormSink(boundary, options, report);
}

/** Where the content of a part goes. */
interface PartTaker {
  take(bytes: Buffer): UploadRefusalCode | undefined;
  end(): void;
}

const IGNORING: PartTaker = { take: () => undefined, end: () => {} };

class FormSink implements BodySink, PartListener {
  readonly #options: ResolvedUploadOptions;
  readonly #report: ReportOutcome;
  readonly #splitter: MultipartSplitter;
  readonly #picture: PictureIntake;
  readonly #fields: Record<string, unknown> = Object.create(null);
  #parts = 0;
  #texts = 0;
  #hasTextInField = false;
  /** Of the file in our field, once it has begun. */
  #declaredType: string | undefined;
  #taker = IGNORING;

  constructor(boundary: string, options: ResolvedUploadOptions, report: ReportOutcome) {
    this.#options = options;
    this.#report = report;
    this.#splitter = new MultipartSplitter(boundary, this);
    this.#picture = new PictureIntake(options.limitBytes);
  }

  write(chunk: Buffer): void {
    const code = this.#splitter.push(chunk);
    if (code !== undefined) this.#report(refused(code));
  }

  end(): void {
    this.#report(this.#outcome());
  }

  abandon(): void {
    this.#taker = IGNORING;
    this.#picture.release();
  }

  onHead(bytes: Buffer): UploadRefusalCode | undefined {
    this.#parts += 1;
    if (this.#parts > this.#options.maxParts) return 'malformed-upload';
    const head = parsePartHead(bytes);
    switch (head.kind) {
      case 'refused':
        return head.code;
      case 'text':
        return this.#beginText(head);
      case 'file':
        return this.#beginFile(head);
      case 'no-file':
        this.#taker = { take: (content) => this.#beginText(head) ?? this.#taker.take(content), end: () => {} };
        return undefined;
      default:
        return head satisfies never;
    }
  }

  onContent(bytes: Buffer): UploadRefusalCode | undefined {
    return this.#taker.take(bytes);
  }

  onPartEnd(): void {
    this.#taker.end();
    this.#taker = IGNORING;
  }

  #beginText({ name, encoding }: Exclude<PartHead, { kind: 'file' }>): UploadRefusalCode | undefined {
    const { field, maxFields, maxFieldBytes, maxFieldDepth } = this.#options;
    this.#texts += 1;
    // An index beyond the number of fields can only make a sparse array.
    const isAllowed = this.#texts <= maxFields && isNameWithin(name, { maxDepth: maxFieldDepth, maxIndex: maxFields });
    if (!isAllowed) return 'malformed-upload';
    this.#hasTextInField ||= name === field || name.startsWith(`${field}[`);
    const text = new BoundedText(maxFieldBytes, encoding);
    this.#taker = {
      take: (bytes) => (text.append(bytes) ? undefined : 'malformed-upload'),
      end: () => addField(this.#fields, name, text.toText()),
    };
    return undefined;
  }

  #beginFile({ name, declaredType }: Extract<PartHead, { kind: 'file' }>): UploadRefusalCode | undefined {
    if (name !== this.#options.field) return 'malformed-upload';
    if (this.#declaredType !== undefined) return 'selfie-duplicated';
    this.#declaredType = declaredType;
    this.#taker = { take: (bytes) => this.#picture.append(bytes), end: () => {} };
    return undefined;
  }

  #outcome(): BodyOutcome {
    if (!this.#splitter.isComplete) return refused('malformed-upload');
    if (this.#declaredType === undefined) return refused('selfie-missing');
    if (this.#hasTextInField) return refused('malformed-upload');
    return this.#picture.outcome(this.#declaredType, this.#fields);
  }
}
