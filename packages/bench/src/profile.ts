import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { JoinedModules } from './joined-modules.js';

/** A function in a profile. */
interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

/** A CPU profile as V8 writes it. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** The function that each sample met. */
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

/** A name, and its share of the time in which the process was busy. */
export interface Share {
  readonly name: string;
  readonly share: number;
}

/** A profile from a file. */
export function readProfile(path: string): CpuProfile {
  return JSON.parse(readFileSync(path, 'utf8')) as CpuProfile; // V8 wrote it
}

/** The functions in which most time was spent, without what they called. */
export function topFunctions(profile: CpuProfile, count: number): Share[] {
  return largest(sharesBy(profile, ({ callFrame }) => nameOf(callFrame))).slice(0, count);
}

/** The packages, and parts of Node, in which time was spent. */
export function topPackages(profile: CpuProfile): Share[] {
  return largest(sharesBy(profile, ({ callFrame }) => packageOf(callFrame)));
}

/** The share of samples whose nearest function of one of our packages is in a module like this. */
export function shareOf(profile: CpuProfile, modules: RegExp): number {
  const parents = parentsOf(profile);
  const joined = new JoinedModules();
  const isIn = (node: ProfileNode | undefined): boolean => {
    if (!node) return false;
    const { url, lineNumber } = node.callFrame;
    if (/\/packages\/\w+\/dist\//.test(url)) return modules.test(joined.moduleAt(url, lineNumber));
    return isIn(parents.get(node.id));
  };
  return sharesBy(profile, (node) => (isIn(node) ? 'in' : 'out')).get('in') ?? 0;
}

function sharesBy(
  { nodes, samples, timeDeltas }: CpuProfile,
  keyOf: (node: ProfileNode) => string,
): Map<string, number> {
  const busy = new Map(
    nodes.filter(({ callFrame }) => callFrame.functionName !== '(idle)').map((node) => [node.id, node]),
  );
  const times = new Map<string, number>();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const node = busy.get(id);
    const time = timeDeltas[index] ?? 0;
    if (!node) continue;
    const key = keyOf(node);
    times.set(key, (times.get(key) ?? 0) + time);
    total += time;
  }
  return new Map([...times].map(([key, time]) => [key, time / total]));
}

function largest(shares: ReadonlyMap<string, number>): Share[] {
  return [...shares].map(([name, share]) => ({ name, share })).toSorted((one, other) => other.share - one.share);
}

function parentsOf({ nodes }: CpuProfile): ReadonlyMap<number, ProfileNode> {
  return new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)));
}

function nameOf({ functionName, url, lineNumber }: ProfileNode['callFrame']): string {
  const place = url === '' ? '' : ` ${shortened(url)}:${lineNumber + 1}`;
  return `${functionName === '' ? '(anonymous)' : functionName}${place}`;
}

function packageOf({ functionName, url }: ProfileNode['callFrame']): string {
  if (url === '') return functionName.startsWith('(') ? functionName : 'native';
  const [, dependency] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
  const [, own] = /\/packages\/(\w+)\/dist\//.exec(url) ?? [];
  return dependency ?? (own === undefined ? url.replace(/^(node:internal\/[^/]+).*/, '$1') : `our ${own}`);
}

/** The path without what is the same for every file. */
function shortened(url: string): string {
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  return path.replace(/.*\/node_modules\//, '').replace(/.*\/packages\//, 'packages/');
}
