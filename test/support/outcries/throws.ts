import { afterAll, it } from '@jest/globals';

afterAll(async () => {
  setImmediate(() => {
    throw new Error('nobody caught this exception');
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
});

it('throws when everything seems to be over', () => {});
