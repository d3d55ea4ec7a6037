import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandLine } from './command-line.ts';

test.each([
  [['env'], 'env'],
  [['ls -l /tmp'], 'ls -l /tmp'],
  [['ls', '-l', '/tmp'], 'ls -l /tmp'],
  [['sh', '-c', 'a b'], "sh -c 'a b'"],
  [['echo', "it's", ''], String.raw`echo 'it'\''s' ''`],
  [['echo', '$HOME', '*'], "echo '$HOME' '*'"],
])('%j becomes %s', (words, line) => {
  expect(commandLine(words)).toBe(line);
});

test('a shell divides the line into the very words that it was made of', () => {
  const word = fc.string({ unit: fc.constantFrom(...`ab "'\\$\`*?;&|<>()#~!\n\té`), maxLength: 8 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
      const found = execFileSync('/bin/sh', ['-c', commandLine(['printf', '%s\\0', ...words])], {
        encoding: 'utf8',
      });
      expect(found.split('\0').slice(0, -1)).toEqual(words);
    }),
    { numRuns: 60 },
  );
});
