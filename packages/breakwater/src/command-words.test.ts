import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitCommand } from './command-words.ts';

describe('splitCommand', () => {
  it.each<[string, readonly string[] | null]>([
    ['node server.js', ['node', 'server.js']],
    [`python -m "my app" --x='a b'`, ['python', '-m', 'my app', '--x=a b']],
    [`a "b \\"c\\"" ''`, ['a', 'b "c"', '']],
    ['a\\ b c', ['a b', 'c']],
    ['cd x && node y', ['sh', '-c', 'cd x && node y']],
    ['node x.js > log', ['sh', '-c', 'node x.js > log']],
    ['PORT=1 node x', ['sh', '-c', 'PORT=1 node x']],
    ['node $FILE', ['sh', '-c', 'node $FILE']],
    ['node "$FILE"', ['sh', '-c', 'node "$FILE"']],
    [`node '$FILE'`, ['node', '$FILE']],
    [`node 'a && b'`, ['node', 'a && b']],
    ['   ', null],
    ['node "x', null],
  ])('%s', (command, words) => {
    expect(splitCommand(command)).toEqual(words);
  });

  it('gives the words that a shell would give, whatever they hold', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', 'Z', '0', '-', '=', '/', '.', ' ', '"', '\\', '$', '&', '*', '#'),
    });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (given) => {
        const command = given.map((text) => `'${text}'`).join(' ');
        expect(splitCommand(command)).toEqual(given);
      }),
    );
  });

  it('agrees with sh on quotes and escapes', () => {
    for (const command of [`a "b c" 'd e' f\\ g`, `"x"'y'z`, `a "b\\\\c" "d\\"e"`, `'' ""`]) {
      const shell = execFileSync('sh', ['-c', `for w in ${command}; do printf '%s\\0' "$w"; done`], {
        encoding: 'utf8',
      });
      expect(splitCommand(command)).toEqual(shell.split('\0').slice(0, -1));
    }
  });
});
