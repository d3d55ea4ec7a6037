import type { ServiceFacts } from './inspect-folder.ts';

/** A first definition as source text. */
export function writeDefinition(
  system: string,
  region: string,
  services: readonly { readonly facts: ServiceFacts; readonly image: string }[],
): string {
  const blocks = services.map(({ facts, image }) => {
    const route = services.length === 1 ? '/*' : `/${facts.name}/*`;
    const lines = [
      `image: ${quote(image)},`,
      `port: ${facts.port.value}, // ${facts.port.from}`,
      `routes: [${quote(route)}],`,
      facts.healthPath === null
        ? `health: { path: '/', codes: '200-399' }, // better: a path that answers 200 as long as the process works`
        : `health: ${quote(facts.healthPath.value)}, // ${facts.healthPath.from}`,
      ...(facts.command === null
        ? []
        : [`process: { command: [${facts.command.value.map(quote).join(', ')}] }, // ${facts.command.from}`]),
    ];
    const key = /^[a-z][a-z0-9]*$/.test(facts.name) ? facts.name : quote(facts.name);
    return [`    ${key}: {`, ...lines.map((line) => `      ${line}`), '    },'].join('\n');
  });
  return [
    "import { defineSystem } from 'breakwater';",
    '',
    'export default defineSystem({',
    `  name: ${quote(system)},`,
    `  region: ${quote(region)},`,
    '  services: {',
    ...blocks,
    '  },',
    '});',
    '',
  ].join('\n');
}

function quote(text: string): string {
  return `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'").replace(/\n/g, '\\n')}'`;
}
