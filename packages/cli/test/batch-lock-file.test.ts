import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { lockFile } from '../src/batch/lock-file.js';
import { temporaryFolder } from './support/cli.js';

let path: string;

beforeEach(() => {
  path = join(temporaryFolder(), 'results.jsonl');
});

describe('lockFile', () => {
  it('is held by one at a time, until it is released', () => {
    const lock = lockFile(path);

    expect(() => lockFile(path)).toThrow(`process ${process.pid} on ${hostname()}`);
    lock.release();
    lockFile(path).release();
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('is taken over from a process that is gone', () => {
    const { pid } = spawnSync(process.execPath, ['--eval', '']);
    writeFileSync(`${path}.lock`, `${hostname()} ${pid}\n`);

    const lock = lockFile(path);

    expect(readFileSync(`${path}.lock`, 'utf8')).toBe(`${hostname()} ${process.pid}\n`);
    lock.release();
  });

  it.each([
    ['left by a process that had the number of this one', `${hostname()} ${process.pid}\n`],
    ['that a crash left empty', ''],
  ])('is taken over when it is one %s', (_, text) => {
    writeFileSync(`${path}.lock`, text);

    const lock = lockFile(path);

    expect(readFileSync(`${path}.lock`, 'utf8')).toBe(`${hostname()} ${process.pid}\n`);
    lock.release();
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it.each(['before there is a record', 'of a record that is there'])('is the same by every name, %s', (when) => {
    if (when.startsWith('of')) writeFileSync(path, '');
    const link = join(dirname(path), 'link.jsonl');
    symlinkSync(path, link);

    const lock = lockFile(path);

    expect(() => lockFile(link)).toThrow('Another run writes this record');
    lock.release();
  });

  it.each([
    ['of another machine', 'elsewhere 1\n'],
    ['with something else in it', 'what is this'],
  ])('is not taken over from a holder %s', (_, text) => {
    writeFileSync(`${path}.lock`, text);

    expect(() => lockFile(path)).toThrow('If it is surely gone, delete');
    expect(readFileSync(`${path}.lock`, 'utf8')).toBe(text);
  });

  it('is not taken away by somebody who holds it no more', () => {
    const lock = lockFile(path);
    writeFileSync(`${path}.lock`, 'elsewhere 1\n');

    lock.release();

    expect(readFileSync(`${path}.lock`, 'utf8')).toBe('elsewhere 1\n');
  });

  it('is not taken over when it cannot be moved away', () => {
    writeFileSync(`${path}.lock`, '');
    mkdirSync(`${path}.lock.${process.pid}`);

    expect(() => lockFile(path)).toThrow('Another run writes this record');
    expect(readFileSync(`${path}.lock`, 'utf8')).toBe('');
  });

  it('is released by somebody who finds it gone', () => {
    const lock = lockFile(path);
    rmSync(`${path}.lock`);

    lock.release();

    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('says what stands in its way', () => {
    mkdirSync(`${path}.lock.${process.pid}.new`);

    expect(() => lockFile(path)).toThrow(`${path}.lock cannot be written (EISDIR).`);
  });

  it('says why it cannot be written', () => {
    expect(() => lockFile(join(path, 'below', 'nothing'))).toThrow('ENOENT');
  });
});
