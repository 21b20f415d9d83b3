import { it } from '@jest/globals';

it('leaves a rejection to nobody', async () => {
  void Promise.reject(new Error('nobody caught this rejection'));
  await new Promise((resolve) => setImmediate(resolve));
});
