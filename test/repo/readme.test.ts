import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pictureOf, sample } from '../support/pictures.js';
import { filesBelow, read } from './source.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const fencesOf = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, code = '']) => code);

const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...filesBelow('docs', '.md').map(({ path }) => path)];
const readmes = filesBelow('packages', 'README.md').map(({ path }) => path);

describe('the programs of README.md', () => {
  let child: ChildProcess | undefined;

  afterEach(() => {
    child?.kill();
  });

  it('are the files below examples/readme', () => {
    expect(fencesOf(read('README.md'), 'js')).toEqual([
      read('examples/readme/guard.mjs'),
      read('examples/readme/try.mjs'),
    ]);
  });

  it('stand in the README of the Express package too', () => {
    expect(fencesOf(read('packages/express/README.md'), 'js')).toEqual([read('examples/readme/guard.mjs')]);
  });

  it('D01 refuses to start without a key, and names the variable', async () => {
    const { code, stderr } = await run('examples/readme/guard.mjs', {});

    expect(code).toBe(1);
    expect(stderr).toContain('DIDIT_API_KEY');
  });

  it('starts with a key, and refuses for free what is no selfie', async () => {
    const url = await serve('examples/readme/guard.mjs', { DIDIT_API_KEY: 'sk_test_readme' });

    const response = await fetch(`${url}/signup`, { method: 'POST', body: formOf(Buffer.from('%PDF-1.7')) });

    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ code: 'unsupported-media-type' });
  });

  it('lets an approved selfie through to the handler, and no other', async () => {
    const url = await serve('examples/readme/try.mjs', {});

    const approved = await fetch(`${url}/signup`, { method: 'POST', body: formOf(sample('approved.png')) });
    const spoof = await fetch(`${url}/signup`, { method: 'POST', body: formOf(pictureOf('spoof')) });

    expect(approved.status).toBe(201);
    expect(await approved.json()).toEqual({ email: 'ada@example.org', outcome: 'approved' });
    expect(spoof.status).toBe(403);
  });

  /** Starts a program on a free port and waits until it accepts connections. */
  async function serve(program: string, env: Record<string, string>): Promise<string> {
    const port = await freePort();
    child = spawn(process.execPath, [program], { cwd: ROOT, env: { ...env, PORT: String(port) }, stdio: 'ignore' });
    const url = `http://127.0.0.1:${port}`;
    while (!(await answers(url))) expect(child.exitCode).toBeNull();
    return url;
  }
});

describe('the program of docs/operations.md with several processes', () => {
  const PROGRAM = 'examples/readme/cluster.mjs';
  let child: ChildProcess | undefined;
  let url = '';
  let printed = '';

  beforeEach(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const env = { DIDIT_API_KEY: 'sk_test_readme', PORT: String(port), WORKERS: '2' };
    printed = '';
    child = spawn(process.execPath, [PROGRAM], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout?.on('data', (text: Buffer) => {
      printed += text.toString();
    });
    await said('listens', 2);
  });

  afterEach(() => {
    child?.kill('SIGKILL');
  });

  it('is a file below examples/readme', () => {
    expect(fencesOf(read('docs/operations.md'), 'js')).toEqual([read(PROGRAM)]);
  });

  it('D01 refuses to start without a key, and says so once', async () => {
    const { code, stderr } = await run(PROGRAM, {});

    expect(code).toBe(1);
    expect(stderr.match(/InvalidOptionError: .*apiKey is empty/g)).toHaveLength(1);
  });

  it('serves on when a process is killed, and starts another', async () => {
    const [first] = await said('listens', 2);

    process.kill(Number(first), 'SIGKILL');
    await said('listens', 3);
    const statuses = await Promise.all([upload().answer(), upload().answer(), upload().answer(), upload().answer()]);

    expect(statuses).toEqual([415, 415, 415, 415]);
  });

  it('answers what it had begun to read when SIGTERM came, and ends well', async () => {
    const { begun, answer } = upload();
    await begun;

    child?.kill();
    await said('ends', 2);

    expect(await answer()).toBe(415);
    const [code] = child ? ((await once(child, 'close')) as [number | null]) : [];
    expect(code).toBe(0);
  });

  /** The ids of processes, once so many have said this. */
  async function said(word: 'listens' | 'ends', count: number): Promise<readonly string[]> {
    for (;;) {
      const ids = [...printed.matchAll(/^process (\d+) (\w+)$/gm)].flatMap(([, id = '', what]) =>
        what === word ? [id] : [],
      );
      if (ids.length >= count) return ids;
      await once(child?.stdout ?? process.stdin, 'data');
    }
  }

  /** A form without a picture, over a connection of its own, whose body is sent once the answer is wanted. */
  function upload() {
    const boundary = 'readme';
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}`, expect: '100-continue' };
    const sent = request(`${url}/signup`, { method: 'POST', agent: false, headers });
    sent.flushHeaders();
    const body = `--${boundary}\r\nContent-Disposition: form-data; name="selfie"; filename="a.jpg"\r\n\r\n%PDF-1.7\r\n--${boundary}--\r\n`;
    const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
    return {
      begun: once(sent, 'continue'),
      answer: async () => {
        sent.end(body);
        const [{ statusCode }] = await answered;
        return statusCode;
      },
    };
  }
});

describe('documentation', () => {
  it.each([...documents, ...readmes])('links in %s lead to files that exist', (path) => {
    const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)(#[^)]*)?\)/g)].map(([, target = '']) => target);

    expect(links.filter((target) => !existsSync(join(ROOT, dirname(path), target)))).toEqual([]);
  });

  it.each(readmes)('%s has at most 150 lines', (path) => {
    expect(read(path).split('\n').length).toBeLessThanOrEqual(151);
  });

  it('has decision records of at most 40 lines', () => {
    const long = filesBelow('docs/decisions', '.md').filter(({ text }) => text.trimEnd().split('\n').length > 40);

    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('has only TypeScript that compiles, in documents and in @example blocks', async () => {
    const texts = [
      ...filesBelow('packages', '.ts'),
      ...[...documents, ...readmes].map((path) => ({ path, text: read(path) })),
    ];
    const snippets = texts.flatMap(({ path, text }) =>
      (path.endsWith('.ts') ? examplesOf(text) : fencesOf(text, 'ts')).map((code) => ({ home: homeOf(path), code })),
    );
    expect(snippets.length).toBeGreaterThan(5);

    for (const home of new Set(snippets.map((snippet) => snippet.home))) {
      expect(
        await compile(
          home,
          snippets.filter((snippet) => snippet.home === home).map(({ code }) => code),
        ),
      ).toBe('');
    }
  });
});

/** Where users would find what the snippets of a file import: Nest is installed for its package only. */
function homeOf(path: string): string {
  return path.startsWith('packages/nestjs/') ? 'packages/nestjs/test' : 'test';
}

/** Compiles snippets in a folder of its own for every run; gives what the compiler says. */
async function compile(home: string, snippets: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(ROOT, home, 'snippets-'));
  try {
    for (const [index, code] of snippets.entries()) writeFileSync(join(folder, `${index}.mts`), complete(code));
    const config = { ...SNIPPET_CONFIG, extends: join(ROOT, 'tsconfig.base.json') };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    const { stdout, stderr } = await run('node_modules/typescript/bin/tsc', {}, ['-p', folder]);
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const SNIPPET_CONFIG = {
  compilerOptions: {
    noEmit: true,
    declaration: false,
    noImplicitReturns: false,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
  },
  include: ['*.mts'],
};

/** A snippet that shows only a call gets the import that its text around it speaks of. */
function complete(code: string): string {
  const text = code.includes('import ') ? code : `import { requireLiveness } from '@didit-liveness/express';\n${code}`;
  return `${text}\nexport {};\n`;
}

/** The code of the `@example` blocks of a file. */
function examplesOf(source: string): string[] {
  return [...source.matchAll(/^ *\* ```ts\n([\s\S]*?)^ *\* ```/gm)].map(([, code = '']) =>
    code.replace(/^ *\* ?/gm, ''),
  );
}

function formOf(picture: Buffer): FormData {
  const form = new FormData();
  form.set('email', 'ada@example.org');
  form.set('selfie', new Blob([picture]), 'selfie.jpg');
  return form;
}

async function run(program: string, env: Record<string, string>, args: readonly string[] = []) {
  const child = spawn(process.execPath, [program, ...args], { cwd: ROOT, env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => {
    stdout += text.toString();
  });
  child.stderr.on('data', (text: Buffer) => {
    stderr += text.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(url: string): Promise<boolean> {
  try {
    await fetch(url);
    return true;
  } catch {
    return false;
  }
}
