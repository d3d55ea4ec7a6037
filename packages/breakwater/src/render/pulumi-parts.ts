import type { Part } from '@breakwater/pulumi/inspect';
import type { Style } from '../terminal.ts';
import { plural } from './units.ts';

/** `aws:ec2/vpc:Vpc` as a program writes it: `aws.ec2.Vpc`. */
export function className(type: string): string {
  const [, provider = '', module = '', name = ''] = /^([^:]+):([^:/]+)(?:\/[^:]+)?:(.+)$/.exec(type) ?? [];
  if (provider === 'pulumi') return `${name}.Provider`;
  return provider === '' ? type : `${provider}.${module}.${name}`;
}

/** What each part holds: type and name of every resource, with their number. */
export function renderPulumiParts(parts: readonly Part[], style: Style): string {
  const named = parts.map(({ key, resources }) => ({
    key,
    lines: resources.map(({ type, name }) => [className(type), name] as const),
  }));
  const width = Math.max(0, ...named.flatMap(({ lines }) => lines.map(([type]) => type.length)));
  return named
    .map(({ key, lines }) =>
      [
        `${style.bold(key)}  ${style.dim(plural(lines.length, 'resource'))}`,
        ...lines.map(([type, name]) => `  ${type.padEnd(width)}  ${name}`),
      ].join('\n'),
    )
    .join('\n\n');
}
