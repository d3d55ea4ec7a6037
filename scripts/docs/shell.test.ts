import { expect, it } from 'vitest';
import { createProgram } from '../../packages/breakwater/src/program/program.ts';
import { commandProblem, readCommands } from './shell.mjs';

const wordsOf = (text: string) => readCommands(text).map(({ words }) => words);

it('parts commands, leaves comments, variables and prompts out, keeps quoted words whole', () => {
  expect(wordsOf("$ A=1 npx breakwater dev --run api='flask run' && npm test # all")).toEqual([
    ['breakwater', 'dev', '--run', 'api=flask run'],
    ['npm', 'test'],
  ]);
});

it('joins continued lines and says where they began', () => {
  expect(readCommands('\nnpm run \\\n  build', 10)).toEqual([{ words: ['npm', 'run', 'build'], line: 11 }]);
});

const problem = (text: string, complete = true) =>
  commandProblem(wordsOf(text)[0] ?? [], createProgram(), complete);

it.each([
  'breakwater dev --time-scale 10 -p 9000',
  'breakwater chaos slow-database 200ms products',
  'breakwater logs catalog --tail=20 -f',
  'breakwater --help',
  "breakwater exec catalog -- sh -c 'env | sort'",
])('accepts %s', (text) => {
  expect(problem(text)).toBeNull();
});

it.each([
  ['breakwater forecast', '`breakwater` has no command forecast'],
  ['breakwater dev --forecast', '`breakwater dev` has no option --forecast'],
  ['breakwater chaos burn', '`breakwater chaos` has no command burn'],
  ['breakwater scale catalog', '`breakwater scale` needs the argument tasks'],
  ['breakwater ps everything', '`breakwater ps` takes 0 arguments, not 1'],
])('refuses %s', (text, sentence) => {
  expect(problem(text)).toBe(sentence);
});

it('lets running text name a command without its arguments', () => {
  expect(problem('breakwater scale', false)).toBeNull();
});
