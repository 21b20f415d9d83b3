import type { AccountTokens, DiditAccount } from '@didit-liveness/core';
import { Command } from 'commander';
import { type PasswordFlags, readPassword, withAccount } from '../account-connection.js';
import type { CommandContext, CommandResult, CommonFlags } from '../command-result.js';
import { EXIT_CODES } from '../exit-codes.js';
import { DEFAULT_KEY_FILE, keyFileAdvice, writeKeyFile } from '../key-file.js';
import { readSecret } from '../secret.js';
import { foreign } from '../terminal/foreign.js';
import { UsageError } from '../usage-error.js';

const EMAIL = ['--email <address>', 'e-mail address of the account'] as const;
const PASSWORD_FILE = [
  '--password-file <path>',
  'file that holds the password (otherwise DIDIT_PASSWORD, or a prompt)',
] as const;
const KEY_OUT = ['--api-key-out <path>', 'new file for the API key, readable by you alone', DEFAULT_KEY_FILE] as const;

interface RegisterFlags extends CommonFlags, PasswordFlags {}

/** `didit-liveness register`. */
export function registerCommand(context: CommandContext): Command {
  return new Command('register')
    .summary('make an account at Didit')
    .description('Makes an account at Didit. Didit mails a code; verify-email takes it and gives the API key.')
    .requiredOption(...EMAIL)
    .option(...PASSWORD_FILE)
    .addHelpText('after', REGISTER_EXAMPLES)
    .action(async (flags: RegisterFlags) => {
      const password = await readPassword(flags, context);
      const { email, message } = await withAccount(context, (account) =>
        account.register({ email: flags.email, password }),
      );
      const next = `Then: didit-liveness verify-email --email ${foreign(email)}`;
      const text = `Registered ${foreign(email)}. Didit has mailed a code that is good for ten minutes.\n${next}`;
      context.finish({ exitCode: EXIT_CODES.approved, json: { email, message }, text }, flags);
    });
}

const REGISTER_EXAMPLES = `
The password needs 8 characters, with upper and lower case, a digit and a special character.

Examples:
  didit-liveness register --email you@your-company.com
  DIDIT_PASSWORD="$(pass didit)" didit-liveness register --email you@your-company.com`;

interface VerifyFlags extends CommonFlags {
  readonly email: string;
  readonly code?: string;
  readonly codeFile?: string;
  readonly apiKeyOut: string;
}

/** `didit-liveness verify-email`. */
export function verifyEmailCommand(context: CommandContext): Command {
  return new Command('verify-email')
    .summary('confirm the address with the mailed code, and get the API key')
    .description(
      'Confirms the address of a new account with the code from the mail, and writes the API key into a file.',
    )
    .requiredOption(...EMAIL)
    .option('--code-file <path>', 'file that holds the code from the mail (otherwise DIDIT_EMAIL_CODE, or a prompt)')
    .option('--code <code>', 'the code itself; visible in process lists, so you are warned')
    .option(...KEY_OUT)
    .addHelpText('after', VERIFY_EXAMPLES)
    .action(async (flags: VerifyFlags) => {
      const { email, apiKeyOut } = flags;
      const code = await readEmailCode(flags, context);
      const { application, organization } = await writeKeyFile(apiKeyOut, () =>
        withAccount(context, (account) => account.verifyEmail({ email, code })),
      );
      const json = { email, apiKeyFile: apiKeyOut, application, organization };
      const text = `Confirmed ${foreign(email)}. ${keyFileAdvice(apiKeyOut)}`;
      context.finish({ exitCode: EXIT_CODES.approved, json, text }, flags);
    });
}

/** The code yields the key of the account, so it is treated like one. */
function readEmailCode({ code, codeFile }: VerifyFlags, context: CommandContext): Promise<string> {
  const sources = {
    name: 'the code from the mail',
    variable: 'DIDIT_EMAIL_CODE',
    file: codeFile,
    fileOption: '--code-file',
    argument: code,
    argumentOption: '--code',
  };
  return readSecret(sources, context);
}

const VERIFY_EXAMPLES = `
The code is good for one use and ten minutes, and gives the API key: it is asked for, and does not appear.

Examples:
  didit-liveness verify-email --email you@your-company.com
  DIDIT_EMAIL_CODE=A1B2C3 didit-liveness verify-email --email you@your-company.com --api-key-out my-key
  didit-liveness resend-code --email you@your-company.com`;

/** `didit-liveness resend-code`. */
export function resendCodeCommand(context: CommandContext): Command {
  return new Command('resend-code')
    .summary('have the code mailed again')
    .description('Has the code of a new account mailed again; at most once a minute.')
    .requiredOption(...EMAIL)
    .addHelpText('after', '\nExamples:\n  didit-liveness resend-code --email you@your-company.com')
    .action(async ({ email, ...flags }: CommonFlags & { readonly email: string }) => {
      await withAccount(context, (account) => account.resendCode({ email }));
      const text = `Another code is on its way to ${foreign(email)}.`;
      context.finish({ exitCode: EXIT_CODES.approved, json: { email }, text }, flags);
    });
}

interface LoginFlags extends CommonFlags, PasswordFlags {
  readonly apiKeyOut: string;
  readonly organization?: string;
  readonly application?: string;
}

/** `didit-liveness login`. */
export function loginCommand(context: CommandContext): Command {
  return new Command('login')
    .summary('get the API key of an account that exists')
    .description(
      'Signs in once, with the second factor where the account has one, and writes the API key into a file. Nothing else is kept.',
    )
    .requiredOption(...EMAIL)
    .option(...PASSWORD_FILE)
    .option('--organization <id>', 'where the account has several')
    .option('--application <id>', 'where the organisation has several')
    .option(...KEY_OUT)
    .addHelpText('after', LOGIN_EXAMPLES)
    .action(async (flags: LoginFlags) => {
      context.finish(await login(flags, context), flags);
    });
}

const LOGIN_EXAMPLES = `
The code of the second factor is taken from DIDIT_TWO_FACTOR_CODE, or asked for.

Examples:
  didit-liveness login --email you@your-company.com
  didit-liveness login --email you@your-company.com --api-key-out production-key`;

async function login(flags: LoginFlags, context: CommandContext): Promise<CommandResult> {
  const { email, apiKeyOut, organization, application } = flags;
  const password = await readPassword(flags, context);
  const { id, name, organizationId } = await writeKeyFile(apiKeyOut, () =>
    withAccount(context, async (account) => {
      const { accessToken } = await signIn(account, { email, password }, context);
      return account.credentials({
        accessToken,
        ...(organization === undefined ? {} : { organizationId: organization }),
        ...(application === undefined ? {} : { applicationId: application }),
      });
    }),
  );
  return {
    exitCode: EXIT_CODES.approved,
    json: { email, apiKeyFile: apiKeyOut, organizationId, application: { id, name } },
    text: `Signed in as ${foreign(email)}, application ${foreign(name ?? id)}. ${keyFileAdvice(apiKeyOut)}`,
  };
}

async function signIn(
  account: DiditAccount,
  person: { readonly email: string; readonly password: string },
  context: CommandContext,
): Promise<AccountTokens> {
  const answer = await account.login(person);
  if (answer.kind === 'tokens') return answer;
  if (!answer.hasAuthenticator) {
    throw new UsageError(
      'The account asks for a passkey, which a command line cannot give. Copy the key from the Didit console.',
    );
  }
  return account.verifyTwoFactor({ tempToken: answer.tempToken, code: await readTwoFactorCode(context) });
}

async function readTwoFactorCode({ world, terminal }: CommandContext): Promise<string> {
  const code = world.env['DIDIT_TWO_FACTOR_CODE']?.trim() ?? '';
  if (code !== '') return code;
  if (terminal.isInteractive) return terminal.promptSecret('Enter the code of your authenticator (not shown): ');
  throw new UsageError('The account has a second factor. Set DIDIT_TWO_FACTOR_CODE to the code of your authenticator.');
}
