/**
 * Words as the one command line that ECS Exec takes. The agent in the task divides it by the rules of a POSIX shell, so a word that
 * those would divide or change is quoted; a single word is taken as a command line already: `exec api 'ls -l /tmp'`.
 *
 * @example
 * commandLine(['sh', '-c', 'a b']) // sh -c 'a b'
 */
export function commandLine(words: readonly string[]): string {
  return words.length === 1 ? words.join('') : words.map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
