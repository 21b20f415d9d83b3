interface PasswordRule {
  readonly holds: (password: string) => boolean;
  readonly message: string;
}

const SPECIAL = '!@#$%^&*()_+-=[]{}|;:,.<>?';

/** In the order in which they are checked; the texts are assumptions. */
const RULES: readonly PasswordRule[] = [
  { holds: (password) => password.length >= 8, message: 'Password must be at least 8 characters long.' },
  { holds: (password) => /[A-Z]/u.test(password), message: 'Password must contain at least one uppercase letter.' },
  { holds: (password) => /[a-z]/u.test(password), message: 'Password must contain at least one lowercase letter.' },
  { holds: (password) => /\d/u.test(password), message: 'Password must contain at least one digit.' },
  {
    holds: (password) => Array.from(password).some((letter) => SPECIAL.includes(letter)),
    message: 'Password must contain at least one special character.',
  },
];

/**
 * The first rule that the password breaks, as the API names only one.
 *
 * Source: https://docs.didit.me/auth-api/register (read 2026-11-22)
 */
export function brokenPasswordRule(password: string): string | undefined {
  return RULES.find(({ holds }) => !holds(password))?.message;
}
