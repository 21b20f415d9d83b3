/**
 * What commander says is wrong, without the words that it quotes: what was typed in the wrong place may be a secret.
 * Names of options stay, up to `=`; values and unknown commands do not.
 */
export function withoutTypedWords(message: string): string {
  return message
    .replace(/unknown option '(.*)'/s, (_, option: string) => `unknown option${nameOf(option)}`)
    .replace(/unknown command '.*'/s, 'unknown command')
    .replace(/ argument '.*' is invalid/s, ': its value is invalid')
    .replace(/command-argument value '.*' is invalid/s, 'a value is invalid');
}

/** Letters and dashes, as names of options are made of; a key has other characters too. */
function nameOf(option: string): string {
  const [, name] = /^(--[a-z]+(?:-[a-z]+)*)(?:=|$)/.exec(option) ?? [];
  return name === undefined ? '' : ` '${name}'`;
}

const KEY = /sk_(?:live|test)_/;
const SECRET_OPTION = /^--?[a-z-]*(?:key|secret|password|passwd|code|token)(?:=|$)/i;

/** Whether arguments of a command that was refused look as if a secret is among them. */
export function seemToHoldSecret(args: readonly string[]): boolean {
  return args.some((argument) => KEY.test(argument) || SECRET_OPTION.test(argument));
}
