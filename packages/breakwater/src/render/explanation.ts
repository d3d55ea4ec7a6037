import type { ExplainedValue } from '@breakwater/plan';
import { type Style, sanitise } from '../terminal.ts';

/** Each value with its origin below it. */
export function renderExplanations(explanations: readonly ExplainedValue[], style: Style): string {
  return explanations
    .map(({ path, value, origin }) =>
      [`${style.bold(path)} = ${sanitise(JSON.stringify(value))}`, `  ${renderOrigin(origin, style)}`].join(
        '\n',
      ),
    )
    .join('\n');
}

function renderOrigin(origin: ExplainedValue['origin'], style: Style): string {
  const pass = style.dim(`(pass ${origin.pass})`);
  switch (origin.kind) {
    case 'given':
      return `${style.green('given')} in the definition at ${origin.from} ${pass}`;
    case 'defaulted':
      return `${style.yellow('default')} ${origin.why} ${pass}`;
    case 'derived':
      return `${style.cyan('derived')} ${origin.from.length > 0 ? `from ${origin.from.join(', ')}: ` : ''}${origin.why} ${pass}`;
  }
}
