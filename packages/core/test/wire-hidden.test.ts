import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { withHidden } from '../src/wire/hidden.js';
import { printed } from './support/canaries.js';

describe('withHidden', () => {
  const result = withHidden({ name: 'shown' }, { token: 'CANARY', missing: null });

  it('gives hidden members by their names', () => {
    expect([result.name, result.token, result.missing]).toEqual(['shown', 'CANARY', null]);
  });

  it('shows them to nothing that lists, copies or prints (D03, P8)', () => {
    expect(Object.keys(result)).toEqual(['name']);
    expect(Object.keys({ ...result })).toEqual(['name']);
    expect(printed(result)).not.toContain('CANARY');
    expect(printed({ nested: [result] })).not.toContain('CANARY');
    expect(inspect(new Error('wrapped', { cause: result }))).not.toContain('CANARY');
  });

  it('lets nobody change them', () => {
    expect(Object.isFrozen(result)).toBe(true);
    expect(Reflect.set(result, 'token', 'other')).toBe(false);
  });
});
