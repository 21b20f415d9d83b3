import { describe, expect, it, jest } from '@jest/globals';
import { sharedWeakMap } from '../src/shared-state.js';

describe('sharedWeakMap', () => {
  it('is the same for the same name, and for no other', () => {
    const map = sharedWeakMap<object, number>('test/same');
    const key = {};

    map.set(key, 1);

    expect(sharedWeakMap<object, number>('test/same')).toBe(map);
    expect(sharedWeakMap<object, number>('test/same').get(key)).toBe(1);
    expect(sharedWeakMap('test/other')).not.toBe(map);
    expect(sharedWeakMap('test/other').has(key)).toBe(false);
  });

  it('is a map that keeps nothing alive, and begins empty', () => {
    const map = sharedWeakMap<object, number>('test/new');

    expect(map).toBeInstanceOf(WeakMap);
    expect(map.has({})).toBe(false);
  });

  it('lies where every copy of the package finds it, and no enumeration does', () => {
    const map = sharedWeakMap('test/found');

    expect(Reflect.get(globalThis, Symbol.for('didit-liveness.test/found'))).toBe(map);
    expect(Object.keys(globalThis).filter((name) => name.includes('didit'))).toEqual([]);
  });

  it('is what another copy made first (F09)', () => {
    const map = new WeakMap();
    Reflect.set(globalThis, Symbol.for('didit-liveness.test/foreign'), map);

    expect(sharedWeakMap('test/foreign')).toBe(map);
  });

  it('is shared by a second copy of the module (F09)', async () => {
    const map = sharedWeakMap('test/copies');
    jest.resetModules();
    const copy = await import('../src/shared-state.js');

    expect(copy.sharedWeakMap).not.toBe(sharedWeakMap);
    expect(copy.sharedWeakMap('test/copies')).toBe(map);
  });
});
