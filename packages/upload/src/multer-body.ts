import { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { BodySink, OpenSink, ReportOutcome } from './body-front.js';
import { FormEdges } from './form-edges.js';
import type { MulterFunction, ResolvedUploadOptions } from './options.js';
import { RefusalError, toRefusalCode } from './parser-errors.js';
import { PictureIntake } from './picture-intake.js';
import { copyFields } from './fields.js';
import { type BodyOutcome, refused } from './reading.js';

/** Longest name of a form field in bytes. */
const MAX_NAME_BYTES = 100;

/** What is used of multer 2.5. Its own types are not: users without multer would miss them. */
type Multer = (options: {
  readonly storage: Storage;
  readonly defParamCharset: string;
  readonly limits: Readonly<Record<string, number>>;
  readonly streamHandler: (request: unknown, parser: Writable) => void;
}) => { single(field: string): (request: unknown, response: undefined, next: (error?: unknown) => void) => void };

interface Storage {
  _handleFile(request: unknown, file: { readonly stream: Readable }, callback: StorageCallback): void;
  _removeFile(request: unknown, file: unknown, callback: (error: null) => void): void;
}

type StorageCallback = (error?: Error, info?: object) => void;
type MulterBodyOptions = ResolvedUploadOptions & { readonly multer: MulterFunction };

/** A form with the picture in one file part, read by a multer of the application. */
export function multerSink(boundary: string, options: MulterBodyOptions): OpenSink {
  return (report) => new MulterSink(boundary, options, report);
}

/**
 * What multer is given for a request: headers, and a place for its results. Multer would drain the real one on any
 * error and wait for its end before saying a word. Here nothing is readable, so there is nothing to drain or to wait
 * for, and the bytes come to the parser from us.
 */
class RequestStandIn extends EventEmitter {
  readonly headers: Readonly<Record<string, string>>;
  readonly readable = false;
  /** Set by multer. */
  readonly body: unknown;
  /** Set by multer. */
  readonly file: { readonly mimetype: string } | undefined;

  constructor(boundary: string) {
    super();
    // Written anew from the checked boundary, so that no parser down the line can read the header differently.
    this.headers = {
      'content-type': `multipart/form-data; boundary="${boundary}"`,
      'transfer-encoding': 'chunked',
    };
  }

  unpipe(): void {}

  resume(): void {}
}

class MulterSink implements BodySink {
  readonly #options: MulterBodyOptions;
  readonly #report: ReportOutcome;
  readonly #standIn: RequestStandIn;
  readonly #edges: FormEdges;
  readonly #picture: PictureIntake;
  #parser: Writable | undefined;
  #hasTextInField = false;

  constructor(boundary: string, options: MulterBodyOptions, report: ReportOutcome) {
    this.#options = options;
    this.#report = report;
    this.#standIn = new RequestStandIn(boundary);
    this.#edges = new FormEdges(boundary);
    this.#picture = new PictureIntake(options.limitBytes);

    // It was found to be multer when the options were checked.
    const multer = options.multer as unknown as Multer;
    // Multer touches nothing of a request but what the stand-in has, and nothing of the response at all.
    multer(this.#multerOptions()).single(options.field)(this.#standIn, undefined, (error) =>
      report(error === undefined ? this.#outcome() : refused(toRefusalCode(error, options.field))),
    );
  }

  write(chunk: Buffer): void {
    if (!this.#edges.see(chunk)) return this.#report(refused('malformed-upload'));
    this.#guard((parser) => parser.write(chunk));
  }

  end(): void {
    if (!this.#edges.endsInTime()) return this.#report(refused('malformed-upload'));
    this.#guard((parser) => parser.end());
  }

  abandon(): void {
    // Multer's own way out: it ends the parser and has the storage engine remove what it holds.
    this.#standIn.emit('aborted');
    this.#picture.release();
  }

  /** A parser that throws must not take the process with it; busboy 1.6 does for a delimiter within a part's head. */
  #guard(step: (parser: Writable) => unknown): void {
    try {
      if (this.#parser !== undefined) step(this.#parser);
    } catch (error) {
      this.#report(refused(toRefusalCode(error, this.#options.field)));
    }
  }

  #outcome(): BodyOutcome {
    const { file, body } = this.#standIn;
    if (file === undefined) return refused('selfie-missing');
    if (this.#hasTextInField) return refused('malformed-upload');
    return this.#picture.outcome(file.mimetype, copyFields(body));
  }

  #multerOptions(): Parameters<Multer>[0] {
    const { maxFields, maxParts, maxFieldBytes, maxFieldDepth } = this.#options;
    return {
      storage: intakeStorage(this.#picture),
      // Browsers write names in UTF-8; the default would read them as Latin-1.
      defParamCharset: 'utf8',
      limits: {
        fields: maxFields,
        parts: maxParts,
        fieldSize: maxFieldBytes,
        fieldNameSize: MAX_NAME_BYTES,
        fieldNestingDepth: maxFieldDepth,
        // An index beyond the number of fields can only make a sparse array.
        fieldArrayIndexLimit: maxFields,
      },
      streamHandler: (_request, parser) => this.#attach(parser),
    };
  }

  #attach(parser: Writable): void {
    const { field } = this.#options;
    this.#parser = parser;
    // A field without a name is refused by multer, whatever is made of it here.
    parser.on('field', (given: unknown) => {
      const name = String(given);
      this.#hasTextInField ||= name === field || name.startsWith(`${field}[`);
    });
  }
}

/** A storage engine that only passes the bytes on: the intake counts them, sniffs them and keeps them unjoined. */
function intakeStorage(picture: PictureIntake): Storage {
  return {
    _handleFile: (_request, file, callback) => takeFile(file.stream, picture, callback),
    _removeFile: (_request, _file, callback) => {
      picture.release();
      callback(null);
    },
  };
}

function takeFile(stream: Readable, picture: PictureIntake, callback: StorageCallback): void {
  const take = (chunk: Buffer): void => {
    const code = picture.append(chunk);
    if (code === undefined) return;
    stream.off('data', take).off('end', finish);
    callback(new RefusalError(code));
  };
  const finish = (): void => callback(undefined, {});
  // An error of the stream is multer's to hear; it has its own listener.
  stream.on('data', take).on('end', finish);
}
