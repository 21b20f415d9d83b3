import { describe, expect, it } from '@jest/globals';
import { decodeBalance, decodeTopUp } from '../src/wire/billing.js';
import { bodyOf } from './support/answers.js';
import { balanceAnswer, topUpAnswer } from './support/endpoint-answers.js';

describe('decodeBalance', () => {
  it('keeps decimals exact, and gives a number besides', () => {
    expect(decodeBalance(bodyOf(balanceAnswer))).toEqual({
      balance: '41.2500',
      balanceAmount: 41.25,
      autoRefill: { enabled: true, amount: '200.00', threshold: '25.00' },
    });
  });

  it.each(['0', '0.1000', '-3.50', '123456789012345.123456789012'])('keeps %s as it is', (balance) => {
    const decoded = decodeBalance(bodyOf({ ...balanceAnswer, balance }));

    expect([decoded.balance, decoded.balanceAmount]).toEqual([balance, Number(balance)]);
  });

  it('needs the two members that are promised, and no more', () => {
    expect(decodeBalance(bodyOf({ balance: '1', auto_refill_enabled: false })).autoRefill).toEqual({
      enabled: false,
      amount: null,
      threshold: null,
    });
  });

  it.each(['', '41,25', '1e3', 'NaN', ' 1', '.5', '1.', '0x10'])('refuses %j for a decimal', (balance) => {
    expect(() => decodeBalance(bodyOf({ ...balanceAnswer, balance }))).toThrow(
      'balance is not a decimal number in a string',
    );
  });

  it.each([41.25, null])('refuses %j for a string', (balance) => {
    expect(() => decodeBalance(bodyOf({ ...balanceAnswer, balance }))).toThrow('balance is not a string');
  });
});

describe('decodeTopUp', () => {
  it('gives the page to pay on', () => {
    expect(decodeTopUp(bodyOf(topUpAnswer))).toEqual({
      checkoutSessionId: 'cs_live_9x2',
      checkoutUrl: 'https://checkout.example/c/pay/cs_live_9x2',
    });
  });

  it.each(['javascript:alert(1)', ''])('refuses %j for a page', (checkout_session_url) => {
    expect(() => decodeTopUp(bodyOf({ ...topUpAnswer, checkout_session_url }))).toThrow(
      'checkout_session_url is not a URL',
    );
  });
});
