import type { Trap, TrapGroup, TrapTest } from './trap.ts';

/** The reference page: each trap, what is done about it, and the tests that show it. */
export function renderTraps(groups: readonly TrapGroup[]): string {
  const count = groups.reduce((sum, { traps }) => sum + traps.length, 0);
  return `${[
    '<!-- Written by scripts/generate-traps-docs.mjs. Do not edit. -->',
    '# Traps',
    '',
    `${count} ways in which deployments to ECS go wrong, and what Breakwater does about each. Codes such as BW1304 are explained in`,
    '[diagnostics](diagnostics.md).',
    ...groups.flatMap(({ title, traps }) => ['', `## ${title}`, ...traps.flatMap(section)]),
  ].join('\n')}\n`;
}

function section({ number, title, what, source, avoided, tests, remains }: Trap): readonly string[] {
  return [
    '',
    `### ${number}. ${title}`,
    '',
    source === null ? what : `${what} ([source](${source}))`,
    '',
    `**Breakwater:** ${avoided}`,
    ...(remains === undefined ? [] : ['', `**What remains:** ${remains}`]),
    ...(tests.length === 0 ? [] : ['', `Shown by ${tests.map(link).join('; ')}.`]),
  ];
}

/** Bars and brackets would end a link's words. */
const link = ([file, name]: TrapTest): string => `[${name.replace(/[[\]|]/g, '\\$&')}](../../${file})`;
