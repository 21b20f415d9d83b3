import { describe, expect, it } from '@jest/globals';
import { kindOf, parseSamples } from '../src/kinds-of-work.js';
import { threadsTables } from '../src/threads.js';

const PRINTED = `  584 
\t         1124793 v8::internal::Runtime_AllocateInYoungGeneration (/usr/bin/node)
\t    7f250c0f3ffc [unknown] (/tmp/perf-584.map)

  590 
\tffffffff81249a60 __x64_sys_futex ([kernel.kallsyms])
\t          d3ffff v8::internal::ConcurrentMarking::RunMajor (/usr/bin/node)
`;

describe('what perf prints', () => {
  it('is read as threads and what they were in', () => {
    expect(parseSamples(PRINTED)).toEqual([
      {
        thread: 584,
        frames: ['v8::internal::Runtime_AllocateInYoungGeneration (/usr/bin/node)', '[unknown] (/tmp/perf-584.map)'],
      },
      {
        thread: 590,
        frames: ['__x64_sys_futex ([kernel.kallsyms])', 'v8::internal::ConcurrentMarking::RunMajor (/usr/bin/node)'],
      },
    ]);
  });

  it.each([
    [['v8::internal::LookupIterator::Next (node)', '[unknown] (map)'], 'slow paths of V8'],
    [['__x64_sys_futex (kernel)', 'v8::internal::ConcurrentMarking::RunMajor (node)'], 'collecting garbage'],
    [['_copy_from_iter (kernel)', 'tcp_sendmsg_locked (kernel)', 'uv__write (node)'], 'writing to sockets (kernel)'],
    [['__memchr_evex (libc.so.6)', 'node::Buffer::IndexOfNumber (node)'], 'finding bytes'],
    [['__memmove_avx512 (libc.so.6)', 'node::http_parser::Parser::on_body (node)'], 'copying'],
    [['[unknown] (//anon)', 'Builtins_JSEntry (node)'], 'JavaScript, compiled'],
    [['Builtins_LoadIC (node)', '[unknown] (//anon)'], 'built-in functions of V8'],
    [['uv_run (node)'], 'everything else'],
  ])('is work of a kind: %j', (frames, kind) => {
    expect(kindOf({ thread: 1, frames })).toBe(kind);
  });
});

describe('the tables', () => {
  it('have the dearest kind first, small ones together, and a sum', () => {
    const table = threadsTables([
      { design: 'lean-express', sizeBytes: 204_800, microseconds: new Map([['copying', 40.4]]) },
      {
        design: 'express-fetch',
        sizeBytes: 204_800,
        microseconds: new Map([
          ['copying', 20],
          ['compiling', 90],
          ['x', 4],
        ]),
      },
    ]);

    expect(
      table.split('\n').map((line) =>
        line
          .split('|')
          .map((cell) => cell.trim())
          .filter((cell) => cell !== ''),
      ),
    ).toEqual([
      ['us per request, 200KB', 'lean/Express', 'A'],
      expect.anything(),
      ['compiling', '0', '90'],
      ['copying', '40', '20'],
      ['what is less than that', '0', '4'],
      ['all', '40', '114'],
    ]);
  });
});
