/** What a thread was found at: its id, and the functions it was in, the innermost first. */
export interface Sample {
  readonly thread: number;
  /** Each as `perf script` names it: symbol and file. */
  readonly frames: readonly string[];
}

/** Work by its kind, from how a function at it is called. The innermost function that tells of one decides. */
const BY_ANY_FRAME: readonly (readonly [kind: string, names: RegExp])[] = [
  ['SHA-256', /sha256|SHA256/],
  ['collecting garbage', /Marking|MarkCompact|Scaveng|Sweeper|Evacuat|Heap::(Collect|PerformGarbage)|RememberedSet/],
  [
    'compiling',
    /v8::internal::(compiler|baseline|interpreter|maglev|Compiler|Turbofan|OptimizedCompilation)|CompileLazy/,
  ],
  ['writing to sockets (kernel)', /tcp_sendmsg|sock_write|do_writev/],
  ['reading from sockets (kernel)', /sock_read|tcp_recvmsg/],
  ['finding bytes', /StringSearch|IndexOf|memchr/],
];

/** The kind of what none of those tells of, from the innermost function. */
const BY_INNERMOST: readonly (readonly [kind: string, names: RegExp])[] = [
  ['copying', /memmove|memcpy/],
  ['slow paths of V8', /v8::internal/],
  ['built-in functions of V8', /Builtins_/],
  ['JavaScript, compiled', /^\[unknown\]|^JS:/],
];

/** The kind of work that a sample met. */
export function kindOf({ frames }: Sample): string {
  for (const frame of frames) {
    const known = BY_ANY_FRAME.find(([, names]) => names.test(frame));
    if (known) return known[0];
  }
  const [innermost = ''] = frames;
  return BY_INNERMOST.find(([, names]) => names.test(innermost))?.[0] ?? 'everything else';
}

/** Reads what `perf script -F tid,ip,sym,dso` prints: a line with the thread, the functions, and an empty line. */
export function parseSamples(text: string): Sample[] {
  return text.split(/\n\s*\n/).flatMap((block) => {
    const [thread = '', ...lines] = block.split('\n').filter((line) => line.trim() !== '');
    // Each begins with an address.
    const frames = lines.map((line) => line.trim().replace(/^\S+ /, ''));
    return frames.length > 0 ? [{ thread: Number(thread), frames }] : [];
  });
}
