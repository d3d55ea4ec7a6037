// Holds the documentation to the code: examples compile and resolve, links and anchors lead somewhere, commands and npm scripts
// exist. Each problem is printed as file:line.
//
//   node scripts/check-docs.mjs [page …]      default: every page of the repository
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkExamples } from './docs/examples.mjs';
import { readMarkdown } from './docs/markdown.mjs';
import { commandProblem, readCommands } from './docs/shell.mjs';
import { ensureBuilt, ROOT } from './setup.mjs';

const root = resolve(ROOT);
const LEFT_OUT = new Set(['node_modules', '.git', '.breakwater', 'dist', 'coverage']);

function* pagesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (LEFT_OUT.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* pagesBelow(path);
    else if (entry.name.endsWith('.md')) yield path;
  }
}

ensureBuilt();
const { createProgram } = await import(
  pathToFileURL(join(root, 'packages', 'breakwater', 'dist', 'program', 'program.js')).href
);
const program = createProgram();
const given = process.argv.slice(2).map((path) => resolve(path));
const pages = (given.length > 0 ? given : [...pagesBelow(root)]).map((path) => ({
  path,
  name: relative(root, path),
  ...readMarkdown(readFileSync(path, 'utf8')),
}));
const anchors = new Map(pages.map(({ path, anchors: found }) => [path, found]));
const problems = [];

for (const page of pages) {
  const say = (line, text) => problems.push(`${page.name}:${line} ${text}`);
  for (const { target, line } of page.links) {
    if (/^[a-z][a-z+.-]*:/i.test(target)) continue;
    const [file = '', anchor] = decodeURI(target).split('#');
    const path = file === '' ? page.path : resolve(dirname(page.path), file);
    if (!existsSync(path)) say(line, `leads to ${target}, which does not exist`);
    else if (anchor && path.endsWith('.md') && !anchorsIn(path).has(anchor))
      say(line, `leads to ${target}, but that page has no such heading`);
  }
  for (const { text, line } of page.codes) {
    const [{ words } = { words: [] }] = /^(npx )?breakwater \S/.test(text) ? readCommands(text) : [];
    // `breakwater dev` in running text names a command; it need not be complete.
    const problem = words.length > 0 ? commandProblem(words, program, false) : null;
    if (problem) say(line, problem);
  }
  for (const block of page.blocks.filter(({ language }) => ['sh', 'bash', 'console'].includes(language))) {
    for (const { words, line } of readCommands(block.text, block.line)) {
      const problem = shellProblem(words, page.path);
      if (problem) say(line, problem);
    }
  }
}
const examples = pages.flatMap(({ name, blocks }) =>
  blocks.filter(({ language }) => language === 'ts').map((block) => ({ ...block, file: name })),
);
problems.push(...(await checkExamples(examples, root)));

for (const problem of problems) console.error(`✗ ${problem}`);
if (problems.length > 0) {
  console.error(`\n${problems.length} problems in the documentation.`);
  process.exit(1);
}
console.log(`${pages.length} pages and ${examples.length} examples say what the code does.`);

function anchorsIn(path) {
  const known = anchors.get(path) ?? readMarkdown(readFileSync(path, 'utf8')).anchors;
  anchors.set(path, known);
  return known;
}

/** What is wrong with a command of a shell block, null when it exists. Other programs than ours are not judged. */
function shellProblem(words, path) {
  const [command, first, second] = words;
  if (command === 'breakwater') return commandProblem(words, program, true);
  if (command === 'npm') {
    const script = first === 'run' ? second : ['start', 'test'].includes(first) ? first : undefined;
    if (script === undefined || script.startsWith('-')) return null;
    const scripts = scriptsNear(path, words);
    return scripts.has(script) ? null : `there is no npm script ${script}`;
  }
  if (command === 'node' && /^(scripts|bench)\//.test(first ?? '')) {
    const found = [root, dirname(path)].some((folder) => existsSync(join(folder, first)));
    return found ? null : `${first} does not exist`;
  }
  return null;
}

/** The npm scripts of the repository and of the page's own package. */
function scriptsNear(path) {
  const scripts = new Set();
  for (let folder = dirname(path); folder.startsWith(root); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file))
      for (const name of Object.keys(JSON.parse(readFileSync(file, 'utf8')).scripts ?? {})) scripts.add(name);
  }
  return scripts;
}
