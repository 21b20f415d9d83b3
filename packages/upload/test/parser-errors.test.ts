import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import multer from 'multer';
import { RefusalError, toRefusalCode } from '../src/parser-errors.js';

// Multer exports no list of its codes; its source has one.
const source = readFileSync(createRequire(import.meta.url).resolve('multer/lib/multer-error.js'), 'utf8');
const MULTER_CODES = [...source.matchAll(/^ {2}([A-Z_]+): '/gm)].flatMap(([, code]) => code ?? []);
const SPECIAL: Readonly<Record<string, string>> = { LIMIT_FILE_SIZE: 'selfie-too-large' };

describe('toRefusalCode', () => {
  it('finds the codes of multer', () => {
    expect(MULTER_CODES).toContain('LIMIT_FIELD_NESTING');
    expect(MULTER_CODES.length).toBeGreaterThanOrEqual(12);
  });

  it.each(MULTER_CODES)('maps %s of multer', (code) => {
    // The types of multer lack the newest codes.
    const error = new multer.MulterError(code as multer.ErrorCode);

    expect(toRefusalCode(error, 'selfie')).toBe(SPECIAL[code] ?? 'malformed-upload');
  });

  it('A10 tells a second file in the field from a file in another', () => {
    const inField = new multer.MulterError('LIMIT_UNEXPECTED_FILE', 'selfie');
    const elsewhere = new multer.MulterError('LIMIT_UNEXPECTED_FILE', 'avatar');

    expect(toRefusalCode(inField, 'selfie')).toBe('selfie-duplicated');
    expect(toRefusalCode(elsewhere, 'selfie')).toBe('malformed-upload');
  });

  it('takes a refusal of our own for what it says', () => {
    expect(toRefusalCode(new RefusalError('selfie-too-large'), 'selfie')).toBe('selfie-too-large');
  });

  it.each([
    new Error('Unexpected end of form'),
    new RangeError('Invalid array length'),
    null,
    'text',
    { code: 'constructor' },
  ])('calls a body malformed for %p', (error) => {
    expect(toRefusalCode(error, 'selfie')).toBe('malformed-upload');
  });
});
