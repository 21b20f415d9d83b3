/**
 * Every rule of Didit that a password breaks, as ends of the sentence "the password needs ..."; empty when it breaks none.
 * Didit itself names only the first. Never repeats the password.
 *
 * Source: https://docs.didit.me/auth-api/register (read 2026-11-22). Assumption: letters and digits are those of ASCII.
 */
export function passwordProblems(password: string): string[] {
  return RULES.filter(({ pattern }) => !pattern.test(password)).map(({ needs }) => needs);
}

const RULES: readonly { readonly needs: string; readonly pattern: RegExp }[] = [
  { needs: 'at least 8 characters', pattern: /.{8}/su },
  { needs: 'an upper-case letter', pattern: /[A-Z]/ },
  { needs: 'a lower-case letter', pattern: /[a-z]/ },
  { needs: 'a digit', pattern: /[0-9]/ },
  { needs: 'one of !@#$%^&*()_+-=[]{}|;:,.<>? or a backslash', pattern: /[!@#$%^&*()_+\-=[\]{}\\|;:,.<>?]/ },
];
