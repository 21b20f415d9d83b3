import { Command } from 'commander';
import type { CommandContext, CommonFlags } from '../command-result.js';
import { type KeyFlags, withClient, withKeyOptions } from '../connection.js';
import { columns } from '../decision-text.js';
import { EXIT_CODES } from '../exit-codes.js';
import { parseNumber } from '../number-argument.js';
import { foreign } from '../terminal/foreign.js';

interface BalanceFlags extends CommonFlags, KeyFlags {}

/** `didit-liveness balance`. */
export function balanceCommand(context: CommandContext): Command {
  const command = new Command('balance')
    .summary('show what is left')
    .description('Shows what the organisation has left, in US dollars. Costs nothing.');
  return withKeyOptions(command)
    .addHelpText('after', '\nExamples:\n  didit-liveness balance\n  didit-liveness balance --json')
    .action(async (flags: BalanceFlags) => {
      const { balance, balanceAmount, autoRefill } = await withClient(flags, context, (client) =>
        client.billing.balance(),
      );
      const { enabled, amount, threshold } = autoRefill;
      const refill = enabled ? `${amount ?? 'unknown'} USD when it falls below ${threshold ?? 'unknown'} USD` : 'off';
      const text = columns([
        ['balance', `${balance} USD`],
        ['auto-refill', refill],
      ]);
      context.finish({ exitCode: EXIT_CODES.approved, json: { balance, balanceAmount, autoRefill }, text }, flags);
    });
}

interface TopUpFlags extends CommonFlags, KeyFlags {
  readonly amount: number;
  readonly successUrl?: string;
  readonly cancelUrl?: string;
}

/** `didit-liveness top-up`. */
export function topUpCommand(context: CommandContext): Command {
  const command = new Command('top-up')
    .summary('get a page on which credits are paid')
    .description('Gives the address of a page on which somebody pays for credits. Charges nothing by itself.')
    .requiredOption('--amount <dollars>', 'US dollars, 50 or more', parseNumber)
    .option('--success-url <url>', 'where the browser goes when it was paid')
    .option('--cancel-url <url>', 'where the browser goes otherwise');
  return withKeyOptions(command)
    .addHelpText('after', '\nExamples:\n  didit-liveness top-up --amount 50')
    .action(async ({ amount, successUrl, cancelUrl, ...flags }: TopUpFlags) => {
      const request = {
        amountInDollars: amount,
        ...(successUrl === undefined ? {} : { successUrl }),
        ...(cancelUrl === undefined ? {} : { cancelUrl }),
      };
      const { checkoutSessionId, checkoutUrl } = await withClient(flags, context, (client) =>
        client.billing.topUp(request),
      );
      const text = `Pay ${amount} USD here; until then the balance stays as it is:\n${foreign(checkoutUrl)}`;
      context.finish({ exitCode: EXIT_CODES.approved, json: { checkoutSessionId, checkoutUrl }, text }, flags);
    });
}
