import { open } from 'node:fs/promises';
import { types } from 'node:util';
import { UploadConfigurationError } from './errors.js';
import type { ResolvedUploadOptions } from './options.js';
import { PictureIntake } from './picture-intake.js';
import { copyFields } from './fields.js';
import { type BodyOutcome, refused, type UploadRefusalCode } from './reading.js';

/** What a middleware that ran earlier hung on the request. */
export interface EarlierParse {
  readonly file?: unknown;
  readonly files?: unknown;
  readonly body?: unknown;
}

type FileLike = Readonly<Record<string, unknown>>;

/**
 * The files that an upload middleware left for `field`: those of multer (`req.file`, `req.files` as a list or as a map
 * of lists) and of express-fileupload and formidable (a map of single files or of lists).
 *
 * @returns undefined when there is no file at all, an empty list when there are files but none for the field. Files in
 * other fields are no fault here: the middleware that took them was told to.
 */
export function filesLeftBefore({ file, files }: EarlierParse, field: string): readonly FileLike[] | undefined {
  const found = [file, ...listFiles(files, field)].filter(isRecord);
  if (found.length === 0) return hasAnyFile(files) ? [] : undefined;
  return [...new Set(found)].filter(({ fieldname }) => fieldname === undefined || fieldname === field);
}

/** Whether a multipart parser ran, going by the traces that multer and express-fileupload leave without a file. */
export function hasParsedForm({ files, body }: EarlierParse): boolean {
  const isMulterBody = typeof body === 'object' && body !== null && Object.getPrototypeOf(body) === null;
  return isMulterBody || files !== undefined;
}

/** Holds the one file left for the field against the same rules as one that was read here. */
export async function selfieFromFiles(
  files: readonly FileLike[],
  body: unknown,
  { field, limitBytes }: Pick<ResolvedUploadOptions, 'field' | 'limitBytes'>,
): Promise<BodyOutcome> {
  const [file, second] = files;
  if (file === undefined) return refused('selfie-missing');
  if (second !== undefined) return refused('selfie-duplicated');
  // express-fileupload cuts a file at its own limit and goes on.
  if (file['truncated'] === true) return refused('selfie-too-large');

  const fields = copyFields(body);
  const picture = new PictureIntake(limitBytes);
  const code = await takeContent(file, picture);
  if (code !== undefined) return refused(code);
  if (field in fields) return refused('malformed-upload');
  // The other parser counted too; another number now means that the file was changed or cut since.
  if (typeof file['size'] === 'number' && file['size'] !== picture.size) return refused('selfie-unreadable');
  const { mimetype } = file;
  return picture.outcome(typeof mimetype === 'string' ? mimetype : undefined, fields);
}

async function takeContent(file: FileLike, picture: PictureIntake): Promise<UploadRefusalCode | undefined> {
  // `chunks` before `buffer`: of a selfie read by this package the buffer is a copy that is made when asked for.
  const chunks = Array.isArray(file['chunks']) ? file['chunks'] : [file['buffer']];
  if (chunks.every(types.isUint8Array)) return takeChunks(chunks, picture);

  const paths = [file['path'], file['filepath'], file['tempFilePath']];
  const path = paths.find((value): value is string => typeof value === 'string' && value !== '');
  if (path !== undefined) return takeStoredFile(path, picture);
  if (types.isUint8Array(file['data'])) return takeChunks([file['data']], picture);
  throw new UploadConfigurationError(
    'An upload middleware before this one left a file with neither a buffer nor a path. ' +
      'Let it keep files in memory (multer.memoryStorage()) or on disk, or mount it after the liveness check.',
  );
}

function takeChunks(chunks: Iterable<Uint8Array>, picture: PictureIntake): UploadRefusalCode | undefined {
  for (const chunk of chunks) {
    const code = picture.append(chunk);
    if (code !== undefined) return code;
  }
  return undefined;
}

async function takeStoredFile(path: string, picture: PictureIntake): Promise<UploadRefusalCode | undefined> {
  try {
    const handle = await open(path);
    // The stream closes the handle, also when the loop is left early.
    for await (const chunk of handle.createReadStream()) {
      const code = picture.append(chunk);
      if (code !== undefined) return code;
    }
    return undefined;
  } catch (error) {
    // Not the error itself: its message holds the path, which may be made of the client's file name.
    const { code } = error as NodeJS.ErrnoException; // the file system throws no other
    throw new UploadConfigurationError(
      `The file that an upload middleware before this one stored cannot be read (${code}). ` +
        'It has to stay in place until the liveness check is done.',
    );
  }
}

function listFiles(files: unknown, field: string): readonly unknown[] {
  if (Array.isArray(files)) return files;
  if (!isRecord(files)) return [];
  return Object.entries(files)
    .filter(([name]) => name === field)
    .flatMap(([, entry]) => entry);
}

function hasAnyFile(files: unknown): boolean {
  return typeof files === 'object' && files !== null && Object.values(files).flat().some(isRecord);
}

function isRecord(value: unknown): value is FileLike {
  return typeof value === 'object' && value !== null;
}
