import type { DiffResult, ResourceChange, StackChange } from '@breakwater/aws';
import type { Style } from '../terminal.ts';
import { plural } from './units.ts';

const SIGNS: Readonly<Record<ResourceChange['action'], string>> = {
  create: '+',
  update: '~',
  replace: '±',
  delete: '-',
  release: '-',
};

/** What a deployment would change: stack by stack, each change as a sentence, what matters most once more at the end. */
export function renderDiff({ stacks, changed, interruptions, losses }: DiffResult, style: Style): string {
  if (!changed) return 'Nothing to change: everything is as the definition says.';
  const blocks = stacks.filter(({ action }) => action !== 'none').map((stack) => renderStack(stack, style));
  const all = stacks.flatMap(({ resources }) => resources);
  const count = (action: ResourceChange['action']) => all.filter((each) => each.action === action).length;
  const sum = [
    `${count('create')} to create`,
    `${count('update')} to change`,
    `${count('replace')} to replace`,
    `${count('delete') + count('release')} to remove`,
  ].join(', ');
  blocks.push(`${sum}; ${plural(interruptions.length, 'interruption')}.`);
  if (losses.length > 0) {
    const keys = [...new Set(losses.map(({ key }) => key))];
    blocks.push(
      `${style.red('A deployment refuses this')} unless it is told to: ${keys.map((key) => `--accept-data-loss ${key}`).join(' ')}`,
    );
  }
  return blocks.join('\n\n');
}

function renderStack({ name, action, resources }: StackChange, style: Style): string {
  const head = `${style.bold(name)} ${style.dim(`(${action})`)}`;
  return [head, ...resources.map((change) => renderChange(change, style))].join('\n');
}

function renderChange(change: ResourceChange, style: Style): string {
  const paint = change.guarded
    ? style.red
    : {
        create: style.green,
        update: style.yellow,
        replace: style.red,
        delete: style.red,
        release: style.red,
      }[change.action];
  const interrupts = change.interrupts ? ` ${style.yellow('interrupts')}` : '';
  const refused = change.refusal === null ? '' : ` ${style.red(`refused: ${change.refusal.why}`)}`;
  return `  ${paint(SIGNS[change.action])} ${change.sentence}${interrupts}${refused} ${style.dim(change.logicalId)}`;
}
