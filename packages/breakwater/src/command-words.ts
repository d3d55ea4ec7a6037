/** Words that only a shell understands: pipes, lists, redirections, substitution, variables, globs. */
const SHELL_SYNTAX = /[|&;<>`$*?~\n]|^\s*\w+=/;

/**
 * A command as a list of words. Quotes work as in a shell; anything more (pipes, `&&`, variables) goes to `sh -c`.
 * Null for an empty command or an open quote.
 *
 * @example splitCommand(`python -m "my app"`) // ['python', '-m', 'my app']
 */
export function splitCommand(command: string): readonly string[] | null {
  const unquoted = command.replace(/'[^']*'|"(?:\\.|[^"\\])*"/g, (quoted) =>
    quoted.startsWith("'") ? '' : quoted.replace(/[^$`]/g, ''),
  );
  if (SHELL_SYNTAX.test(unquoted)) return ['sh', '-c', command];
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let index = 0; index < command.length; index++) {
    const character = command.charAt(index);
    if (quote !== null) {
      if (character === quote) quote = null;
      else if (character === '\\' && quote === '"' && /["\\]/.test(command.charAt(index + 1)))
        word += command.charAt(++index);
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (character === '\\' && index + 1 < command.length) {
      word = (word ?? '') + command.charAt(++index);
    } else if (/\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== null) return null;
  if (word !== null) words.push(word);
  return words.length > 0 ? words : null;
}
