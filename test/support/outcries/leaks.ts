import { EventEmitter } from 'node:events';
import { it } from '@jest/globals';

it('collects listeners', () => {
  const emitter = new EventEmitter();
  for (let count = 0; count < 11; count += 1) emitter.on('data', () => {});
});
