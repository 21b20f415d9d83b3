import { afterEach, describe, expect, it } from '@jest/globals';
import { topUpAnswer } from './support/endpoint-answers.js';
import { answer, clientOf, closeAll, neverAnswer, rejectionOf, startServer } from './support/server.js';

afterEach(closeAll);

const prepared = answer({ body: topUpAnswer });

describe('what is left', () => {
  it('is not waited for once the caller gives up', async () => {
    const server = await startServer(neverAnswer);
    const controller = new AbortController();
    const failure = rejectionOf(clientOf(server).billing.balance({ signal: controller.signal }));
    await server.received(1);

    controller.abort();

    expect(await failure).toMatchObject({ code: 'aborted', billed: 'no' });
  });
});

describe('a top-up', () => {
  it.each([
    [{ amountInDollars: 50 }, { amount_in_dollars: 50 }],
    [{ amountInDollars: 1_000_000 }, { amount_in_dollars: 1_000_000 }],
    [
      { amountInDollars: 50.5, successUrl: 'https://a.example/ok', cancelUrl: 'https://a.example/no' },
      { amount_in_dollars: 50.5, success_url: 'https://a.example/ok', cancel_url: 'https://a.example/no' },
    ],
  ])('sends %j by the names of the API', async (request, expected) => {
    const server = await startServer(prepared);

    await clientOf(server).billing.topUp(request);

    expect(JSON.parse((await server.received(1)).body.toString())).toEqual(expected);
  });

  it.each<[string, object, string]>([
    ['no amount', { amountInDollars: undefined }, 'topUp.amountInDollars is undefined'],
    [
      '49.99',
      { amountInDollars: 49.99 },
      'topUp.amountInDollars is 49.99, which is not allowed; allowed: a number from 50',
    ],
    ['a cent over a million', { amountInDollars: 1_000_000.01 }, 'a number from 50 to 1000000'],
    ['not a number', { amountInDollars: Number.NaN }, 'is NaN'],
    ['text', { amountInDollars: '50' }, 'is "50"'],
    ['a page that is a script', { successUrl: 'javascript:alert(1)' }, 'allowed: an absolute http or https URL'],
    ['a page without a host', { cancelUrl: '/no' }, 'allowed: an absolute http or https URL'],
  ])('is refused before anything is sent: %s (D08)', async (_name, wrong, message) => {
    const server = await startServer(prepared);

    const error = await rejectionOf(clientOf(server).billing.topUp({ amountInDollars: 50, ...wrong }));

    expect(error).toMatchObject({ code: 'invalid-option', message: expect.stringContaining(message) });
    expect(server.connections()).toBe(0);
  });

  it('says what Didit does not like', async () => {
    const server = await startServer(answer({ status: 400, body: ['Amount must be at least $50.'] }));

    expect(await rejectionOf(clientOf(server).billing.topUp({ amountInDollars: 50 }))).toMatchObject({
      code: 'bad-request',
      complaints: ['Amount must be at least $50.'],
    });
  });
});
