import { readFile } from 'node:fs/promises';
import { type WebhookEvent, webhooks, WebhookVerificationError } from '@didit-liveness/core';
import { Command } from 'commander';
import type { CommandContext, CommandResult, CommonFlags } from '../command-result.js';
import { columns } from '../decision-text.js';
import { EXIT_CODES } from '../exit-codes.js';
import { parseWholeNumber } from '../number-argument.js';
import { reasonOf } from '../os-reason.js';
import { readSecret } from '../secret.js';
import type { Paint } from '../terminal/colours.js';
import { foreign } from '../terminal/foreign.js';
import { UsageError } from '../usage-error.js';

interface VerifyFlags extends CommonFlags {
  readonly signature?: string;
  readonly signatureV2?: string;
  readonly timestamp?: string;
  readonly secretEnv: string;
  readonly secretFile?: string;
  readonly tolerance: number;
  readonly at?: number;
}

/** `didit-liveness webhook`. */
export function webhookCommand(context: CommandContext): Command {
  return new Command('webhook')
    .summary('verify a delivery')
    .description('What helps with webhooks. Makes no call.')
    .addCommand(verifyCommand(context));
}

const DAY_SECONDS = 86_400;
/** The year 3000, in seconds. */
const LATEST = 32_503_680_000;

function verifyCommand(context: CommandContext): Command {
  return new Command('verify')
    .summary('verify the signature and the age of a delivery')
    .description('Verifies that a delivery came from Didit and is fresh. Makes no call.')
    .argument('<body>', 'file with the bytes of the body as they were received')
    .option('--signature <hex>', 'value of X-Signature')
    .option('--signature-v2 <hex>', 'value of X-Signature-V2')
    .option('--timestamp <seconds>', 'value of X-Timestamp')
    .option(
      '--secret-env <variable>',
      'environment variable that holds the secret of the destination',
      'DIDIT_WEBHOOK_SECRET',
    )
    .option('--secret-file <path>', 'file that holds it (otherwise the variable, or a prompt)')
    .option('--tolerance <seconds>', 'how old a delivery may be', parseWholeNumber(1, DAY_SECONDS), 300)
    .option(
      '--at <seconds>',
      'verify as of this time, in seconds since 1970, instead of now',
      parseWholeNumber(0, LATEST),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: VerifyFlags) => {
      const sources = {
        name: 'the webhook secret',
        variable: flags.secretEnv,
        file: flags.secretFile,
        fileOption: '--secret-file',
      };
      const secret = await readSecret(sources, context);
      context.finish(verify(await readBody(path), secret, { flags, context }), flags);
    });
}

const EXAMPLES = `
Exit codes: 0 genuine and fresh, 1 not to be trusted, 3 usage.

Examples:
  didit-liveness webhook verify body.json --signature 5f2c...
  didit-liveness webhook verify body.json --signature-v2 9d01... --secret-file secret.txt --at 1795339260`;

async function readBody(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${reasonOf(error)}).`);
  }
}

interface VerifyInput {
  readonly flags: VerifyFlags;
  readonly context: CommandContext;
}

function verify(body: Uint8Array, secret: string, { flags, context }: VerifyInput): CommandResult {
  const { world, terminal } = context;
  const headers = {
    'x-signature': flags.signature,
    'x-signature-v2': flags.signatureV2,
    'x-timestamp': flags.timestamp,
  };
  const now = flags.at === undefined ? world.clock.date() : flags.at * 1_000;
  try {
    return accepted(webhooks.verify(body, headers, secret, { toleranceSeconds: flags.tolerance, now }), terminal.paint);
  } catch (error) {
    if (error instanceof WebhookVerificationError) return rejected(error, terminal.paint);
    throw error;
  }
}

function accepted(event: WebhookEvent, paint: Paint): CommandResult {
  const { type, webhookType, eventId, timestamp, environment, status } = event;
  const sessionId = 'sessionId' in event ? event.sessionId : null;
  return {
    exitCode: EXIT_CODES.approved,
    json: { genuine: true, type, webhookType, eventId, timestamp, environment, status, sessionId },
    text: [
      `${paint('good', 'GENUINE')}  ${foreign(webhookType)}`,
      columns([
        ['event', eventId ?? 'no id'],
        ['session', sessionId ?? 'none'],
        ['status', status ?? 'none'],
        ['sent', String(timestamp)],
      ]),
    ].join('\n'),
  };
}

function rejected({ reason, message }: WebhookVerificationError, paint: Paint): CommandResult {
  return {
    exitCode: EXIT_CODES.declined,
    json: { genuine: false, reason, message },
    text: `${paint('bad', 'NOT TO BE TRUSTED')}  ${reason}: ${foreign(message)}`,
  };
}
