import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { pictureOf } from '../../../test/support/pictures.js';
import { BIN, envFor, KEY, run, startEmulator, temporaryFolder } from './support/cli.js';

const COMMANDS = [
  'check',
  'batch',
  'policy lint',
  'policy explain',
  'policy simulate',
  'match',
  'age',
  'session create',
  'session decision',
  'session delete',
  'webhook verify',
  'register',
  'verify-email',
  'resend-code',
  'login',
  'balance',
  'top-up',
  'doctor',
  'emulator',
];

const colour = new RegExp(`${String.fromCharCode(27)}\\[`);

async function selfie(name = 'selfie.jpg'): Promise<string> {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, pictureOf('approved'));
  return path;
}

describe('help', () => {
  it.each(COMMANDS)('of %s has --json and examples', async (command) => {
    const { code, stdout, stderr } = await run([...command.split(' '), '--help']);

    expect(code).toBe(0);
    expect(stdout).toContain('--json');
    expect(stdout).toContain(`Examples:\n`);
    expect(stdout.slice(stdout.indexOf('Examples:'))).toContain(`didit-liveness ${command}`);
    expect(stderr).toBe('');
  });

  it('lists every command', async () => {
    const { code, stdout } = await run(['--help']);

    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toContain(`  ${command.split(' ')[0]} `);
  });

  it('of the emulator is that of didit-emulator', async () => {
    const { code, stdout } = await run(['emulator', '--help']);

    expect(code).toBe(0);
    expect(stdout).toContain('Usage: didit-liveness emulator [options]');
    expect(stdout).toContain('--writes-per-minute');
    expect(stdout).not.toContain('didit-emulator');
  });
});

describe('usage', () => {
  it.each([
    [['chek'], 'Did you mean check?'],
    [['check'], "missing required argument 'picture'"],
    [['check', 'a.jpg', '--thresold', '80'], 'Did you mean --threshold?'],
    [['register'], "required option '--email <address>' not specified"],
    [['batch', '.', '--rate', 'fast'], 'It is not a rate like 300/min'],
    [['batch', '.', '--concurrency', '0'], 'It is not a whole number from 1 to 64'],
    [['emulator', '--prot', '1'], 'Did you mean "--port"?'],
  ])('%j ends with 3 and a message on standard error', async (args, message) => {
    const { code, stdout, stderr } = await run(args);

    expect(code).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
  });

  it.each([
    [['--api-key=<secret>', 'check', 'a.jpg'], "unknown option '--api-key'"],
    [['policy', 'lint', 'strict', '--api-key=<secret>'], "unknown option '--api-key'"],
    [['check', 'a.jpg', '--apikey=<secret>'], "unknown option '--apikey'"],
    [['check', 'a.jpg', '--api-key', 'a', '<secret>'], 'too many arguments'],
    [['register', '--email', 'a@b.co', '--password=<secret>'], "unknown option '--password'"],
    [['webhook', 'verify', 'b', '--secret=<secret>'], "unknown option '--secret'"],
    [['login', '--email', 'a@b.co', '--code=<secret>'], "unknown option '--code'"],
    [['<secret>'], 'unknown command'],
    [['webhook', '<secret>'], 'unknown command'],
    [['check', 'a.jpg', '-<secret>'], 'unknown option'],
    [['check', 'a.jpg', '--<secret>'], 'unknown option'],
    [['check', 'a.jpg', '--threshold', "<secret>' is invalid"], 'its value is invalid. It is not a number.'],
  ])('%j repeats no secret, and warns of it', async (template, message) => {
    const secret = "sk_live_X'\nHunter2!";
    const args = template.map((argument) => argument.replace('<secret>', secret));

    const { code, stdout, stderr } = await run([...args, '--json']);

    expect(code).toBe(3);
    expect(stdout).toContain(message);
    expect(stderr).toContain(message);
    expect(stderr).toContain('warning: a secret in the arguments');
    expect(stdout + stderr).not.toMatch(/sk_live_|Hunter2/);
  });

  it('without a secret warns of none', async () => {
    const { stderr } = await run(['webhook', 'verify', 'b', '--secret-file', 'c', '--tolerence', '1']);

    expect(stderr).not.toContain('warning');
  });

  it('is JSON for programs', async () => {
    const { code, json } = await run(['check', '--json']);

    expect(code).toBe(3);
    expect(json()).toEqual({ error: { code: 'usage', message: "missing required argument 'picture'" } });
  });

  it('takes --json behind -- for a file, and not before', async () => {
    const file = await run(['check', '--', '--json']);
    const json = await run(['check', '--json', '--', '--threshold']);

    expect(file).toMatchObject({ code: 3, stdout: '' });
    expect(file.stderr).toContain('--json cannot be read (there is no such file)');
    expect(json.json()).toMatchObject({ error: { code: 'usage', message: expect.stringContaining('--threshold') } });
  });

  it('ends with 3 without a key, and says where one can be put', async () => {
    const { code, stderr } = await run(['check', await selfie()]);

    expect(code).toBe(3);
    expect(stderr).toContain('There is no API key. Set DIDIT_API_KEY, or name a file with --api-key-file.');
  });
});

describe('colours', () => {
  it.each([
    ['stay out of a pipe', {}, false],
    ['come with FORCE_COLOR', { FORCE_COLOR: '1' }, true],
    ['stay out with FORCE_COLOR=0', { FORCE_COLOR: '0' }, false],
    ['stay out with NO_COLOR, whatever FORCE_COLOR says', { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  ])('%s', async (_, env, isColoured) => {
    const emulator = await startEmulator();

    const { stdout } = await run(['check', await selfie()], { env: { ...envFor(emulator), ...env } });

    expect(colour.test(stdout)).toBe(isColoured);
  });

  it('never come from what was typed', async () => {
    const { stderr } = await run([`${String.fromCharCode(27)}[2J`]);

    expect(stderr).toBe('error: unknown command\nSee: didit-liveness --help\n');
  });

  it.each([
    [`x${String.fromCharCode(27)}[2J.jpg`, 'APPROVED  x?[2J.jpg'],
    [`b${String.fromCharCode(27)}[8mconceal.jpg`, 'APPROVED  b?[8mconceal.jpg'],
    ['a\nAPPROVED  forged.jpg', 'APPROVED  a?APPROVED  forged.jpg'],
    ['a\u202egpj.jpg', 'APPROVED  a?gpj.jpg'],
  ])('and lines never come from a file name, here %j', async (name, line) => {
    const env = { ...envFor(await startEmulator()), NO_COLOR: '1' };
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, name), pictureOf('approved'));

    const { stdout } = await run(['check', name], { cwd, env });
    const missing = await run(['check', `no ${name}`], { cwd, env });

    expect(stdout.split('\n')[0]).toBe(line);
    expect(missing.stderr).toBe(`error: no ${line.slice(10)} cannot be read (there is no such file).\n`);
  });

  it('stay out of JSON, which keeps file names exact', async () => {
    const name = 'a\u0085\u202e\nb.jpg';
    const path = await selfie(name);

    const { stdout, json } = await run(['check', path, '--json'], { env: envFor(await startEmulator()) });

    expect(json()).toMatchObject({ file: path });
    expect(stdout).toContain('a\\u0085\\u202e\\nb.jpg');
  });
});

describe('the API key', () => {
  it('is taken from a file', async () => {
    const emulator = await startEmulator({ apiKeys: [KEY] });
    const file = join(temporaryFolder(), 'key');
    writeFileSync(file, `${KEY}\n`, { mode: 0o600 });

    const env = { DIDIT_BASE_URL: emulator.url };
    const { code, stderr } = await run(['check', await selfie(), '--api-key-file', file], { env });

    expect(code).toBe(0);
    expect(stderr).toBe('');
  });

  it('in a file that others may read is taken with a warning', async () => {
    const emulator = await startEmulator({ apiKeys: [KEY] });
    const file = join(temporaryFolder(), 'key');
    writeFileSync(file, KEY, { mode: 0o644 });

    const env = { DIDIT_BASE_URL: emulator.url };
    const { code, stderr } = await run(['balance', '--api-key-file', file], { env });

    expect(code).toBe(0);
    expect(stderr).toContain('chmod 600');
  });

  it('as an argument is taken with a warning, and not repeated', async () => {
    const emulator = await startEmulator({ apiKeys: [KEY] });

    const env = { DIDIT_BASE_URL: emulator.url };
    const { code, stdout, stderr } = await run(['balance', '--api-key', KEY], { env });

    expect(code).toBe(0);
    expect(stderr).toContain('process lists');
    expect(stdout + stderr).not.toContain(KEY);
  });

  it.each([
    [['--api-key', ' '], '--api-key is empty.'],
    [['--api-key-file', 'empty'], 'empty, named by --api-key-file, is empty.'],
    [['--api-key-file', 'missing'], 'missing, named by --api-key-file, cannot be read (ENOENT).'],
  ])('is not taken from %j', async (options, message) => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'empty'), ' \n', { mode: 0o600 });

    const { code, stderr } = await run(['balance', ...options], { cwd });

    expect(code).toBe(3);
    expect(stderr).toContain(`error: ${message}`);
  });

  it('is taken from who sits there, without what surrounds it (D03)', async () => {
    const emulator = await startEmulator({ apiKeys: [KEY] });
    const env = { DIDIT_BASE_URL: emulator.url };

    const { code, stdout, stderr } = await run(['balance'], { env, typed: ` ${KEY} \r` });

    expect(code).toBe(0);
    expect(stdout).toContain('100000.0000 USD');
    expect(stderr).toBe('Enter the API key (not shown): \n');
  });

  it('that is not entered ends with 3, and the places where it can be put', async () => {
    const { code, stderr } = await run(['balance'], { typed: '\r' });

    expect(code).toBe(3);
    expect(stderr).toContain('Nothing was entered. Set DIDIT_API_KEY, or name a file with --api-key-file.');
  });

  it('is asked for on a terminal, and does not appear there', async () => {
    const emulator = await startEmulator({ apiKeys: [KEY] });
    const command = `${process.execPath} ${BIN} balance`;
    const env = { PATH: process.env['PATH'], DIDIT_BASE_URL: emulator.url, TERM: 'dumb' };

    // `script` of util-linux gives the command a terminal of its own.
    const child = spawn('script', ['-qec', command, '/dev/null'], { env });
    let stdout = '';
    child.stdout.on('data', (text: Buffer) => {
      stdout += text.toString();
    });
    while (!stdout.includes('(not shown)')) await once(child.stdout, 'data');
    child.stdin.write(`${KEY}\r`);
    await once(child, 'close');

    expect(stdout).toContain('Enter the API key (not shown)');
    expect(stdout).toContain('100000.0000 USD');
    expect(stdout).not.toContain(KEY);
  });
});
