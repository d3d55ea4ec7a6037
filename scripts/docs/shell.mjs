// What the documentation check understands of shell lines: where a command begins, its words, and whether it exists.

/**
 * The commands of a shell text: continuation lines are joined, comments and prompts left out, `&&`, `||`, `;` and `|` part commands.
 * @param {string} text
 * @param {number} line of the first line
 * @returns {{ words: string[], line: number }[]}
 */
export function readCommands(text, line = 1) {
  const commands = [];
  let pending = '';
  let startedAt = line;
  for (const [index, raw] of text.split('\n').entries()) {
    if (pending === '') startedAt = line + index;
    if (raw.endsWith('\\')) {
      pending += `${raw.slice(0, -1)} `;
      continue;
    }
    for (const words of splitCommands(pending + raw)) commands.push({ words, line: startedAt });
    pending = '';
  }
  return commands;
}

const OPERATORS = new Set(['&&', '||', ';', '|', '&']);

function splitCommands(text) {
  const commands = [];
  let words = [];
  for (const word of splitWords(text.replace(/^\s*\$\s+/, ''))) {
    if (word.startsWith('#')) break;
    if (OPERATORS.has(word)) {
      commands.push(words);
      words = [];
    } else if (!(words.length === 0 && (/^\w+=/.test(word) || word === 'npx'))) words.push(word);
  }
  commands.push(words);
  return commands.filter((each) => each.length > 0);
}

function splitWords(text) {
  const pattern = /&&|\|\||[;|&]|(?:[^\s;|&'"]|'[^']*'|"[^"]*")+/g;
  return (text.match(pattern) ?? []).map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}

/**
 * What is wrong with a `breakwater …` command, as a sentence; null when it could be run.
 * @param {string[]} words from `breakwater` on
 * @param {import('commander').Command} program
 * @param {boolean} complete whether all required arguments must be there
 */
export function commandProblem(words, program, complete) {
  let command = program;
  const operands = [];
  const name = () => {
    const names = [];
    for (let at = command; at; at = at.parent) names.unshift(at.name());
    return names.join(' ');
  };
  for (let index = 1; index < words.length; index += 1) {
    const word = words[index];
    if (word === '…' || word === '...') return null;
    if (word === '>' || word === '<' || word.startsWith('2>')) break;
    if (word === '--') {
      // What comes after it are operands, whatever they look like.
      operands.push(...words.slice(index + 1));
      break;
    }
    if (word.startsWith('-') && word !== '-') {
      const [flag] = word.split('=');
      if (['--help', '-h', '--version', '-V'].includes(flag)) continue;
      const option = command.options.find(({ long, short }) => long === flag || short === flag);
      if (!option) return `\`${name()}\` has no option ${flag}`;
      if (option.required && !word.includes('=')) {
        index += 1;
        if (words[index] === undefined && complete) return `${flag} of \`${name()}\` needs a value`;
      }
      continue;
    }
    const sub = operands.length === 0 ? command.commands.find((each) => each.name() === word) : undefined;
    if (sub) command = sub;
    else if (command.commands.length > 0) return `\`${name()}\` has no command ${word}`;
    else operands.push(word);
  }
  const declared = command.registeredArguments ?? [];
  if (operands.length > declared.length && declared.at(-1)?.variadic !== true)
    return `\`${name()}\` takes ${declared.length} arguments, not ${operands.length}`;
  const missing = declared.filter(({ required }) => required)[operands.length];
  return complete && missing ? `\`${name()}\` needs the argument ${missing.name()}` : null;
}
