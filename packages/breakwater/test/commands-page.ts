import type { Command } from 'commander';
import { EXIT, EXIT_MEANINGS } from '../src/exit-codes.ts';

/** The reference page of the command line, from the very declarations that it runs on. */
export function renderCommandsPage(program: Command): string {
  const codes = Object.entries(EXIT).map(
    ([name, code]) => `| ${code} | ${EXIT_MEANINGS[name as keyof typeof EXIT]} |`,
  );
  return [
    '# Commands',
    '',
    '<!-- Generated from packages/breakwater/src/program by packages/breakwater/test/commands-page.test.ts: npx vitest run packages/breakwater/test/commands-page.test.ts -u -->',
    '',
    program.description(),
    '',
    'Data goes to standard output, progress and messages to standard error, so that `breakwater ps --json | jq` works. With',
    '`--json` a command prints one JSON value; what follows (`logs -f`, `dev`) prints one JSON value a line. Colour is used on',
    'a terminal only, and never with `NO_COLOR`. `--env`, `--config` and `--json` mean the same everywhere.',
    '',
    '## Exit codes',
    '',
    '| code | meaning |',
    '| ---: | --- |',
    ...codes,
    '',
    ...program.commands.flatMap((command) => renderCommand(command, [program.name()], 2)),
  ].join('\n');
}

function renderCommand(command: Command, parents: readonly string[], level: number): readonly string[] {
  const path = [...parents, command.name()];
  const words = command.registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  );
  const lines = [
    `${'#'.repeat(level)} \`${[...path, ...words].join(' ')}\``,
    '',
    `${sentence(command.description())}`,
    '',
  ];
  const rows = [
    ...command.registeredArguments.map((argument) => [argument.name(), argument.description]),
    ...command.options
      .filter((option) => !option.hidden)
      .map((option) => [
        option.flags,
        `${option.description}${renderChoices(option.argChoices)}${renderDefault(option.defaultValue)}`,
      ]),
  ];
  if (rows.length > 0) {
    lines.push('| argument or option | meaning |', '| --- | --- |');
    lines.push(...rows.map(([name, text]) => `| \`${name}\` | ${String(text).replaceAll('|', '\\|')} |`), '');
  }
  return [...lines, ...command.commands.flatMap((child) => renderCommand(child, path, level + 1))];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function renderChoices(choices: readonly string[] | undefined): string {
  return choices ? `: ${choices.map((choice) => `\`${choice}\``).join(', ')}` : '';
}

function renderDefault(value: unknown): string {
  if (typeof value !== 'number' && typeof value !== 'string') return '';
  return ` (default: ${typeof value === 'number' && value >= 1000 ? `${value / 1000} s` : value})`;
}
