import type { DeployEvent } from '@breakwater/aws';
import { type Style, sanitise, visibleWidth } from '../terminal.ts';
import { formatDuration, plural } from './units.ts';

/** Where progress is drawn. */
export interface ProgressTarget {
  /** A terminal gets a last line that says what is being worked on; a log file gets finished things only. */
  readonly isTTY: boolean;
  readonly columns: number;
  readonly write: (text: string) => void;
}

/** Draws what happens while a system is deployed, rolled back or destroyed. */
export interface DeployProgress {
  readonly onEvent: (event: DeployEvent) => void;
  /** Takes the last line away. */
  readonly end: () => void;
}

/** Progress as lines: each finished resource with its duration, and on a terminal what is being worked on. */
export function deployProgress(target: ProgressTarget, style: Style): DeployProgress {
  const working = new Map<string, string>();
  const clear = target.isTTY ? '\r\u001b[2K' : '';
  const drawWorking = (): void => {
    if (!target.isTTY) return;
    const line = [...working.values()].join(', ');
    if (line === '') return;
    const room = Math.max(20, target.columns - 4);
    target.write(style.dim(`  ${visibleWidth(line) > room ? `${line.slice(0, room - 1)}…` : line}`));
  };
  const say = (line: string | null): void => {
    target.write(clear);
    if (line !== null) target.write(`${line}\n`);
    drawWorking();
  };
  return {
    onEvent: (event) => {
      note(event, working);
      say(renderDeployEvent(event, style));
    },
    end: () => target.write(clear),
  };
}

function note(event: DeployEvent, working: Map<string, string>): void {
  if (event.kind === 'image') {
    if (event.state === 'ready') working.delete(`image ${event.service}`);
    else working.set(`image ${event.service}`, `${event.service}: ${event.state}`);
  }
  if (event.kind === 'resource') {
    const key = `${event.name} ${event.logicalId}`;
    if (event.state === 'started') working.set(key, shortType(event.type));
    else working.delete(key);
  }
  if (event.kind === 'stack-finished')
    for (const key of working.keys()) if (key.startsWith(`${event.name} `)) working.delete(key);
}

/** `AWS::EC2::NatGateway` as `EC2 NatGateway`. */
function shortType(type: string): string {
  return type.replace(/^AWS::/, '').replace('::', ' ');
}

/** One line for what is worth one; null for the rest. */
export function renderDeployEvent(event: DeployEvent, style: Style): string | null {
  switch (event.kind) {
    case 'step':
      return style.bold(event.title);
    case 'note':
      return `  ${sanitise(event.message)}`;
    case 'warning':
      return `${style.yellow('warning')} ${sanitise(event.message)}`;
    case 'image':
      return event.state === 'ready'
        ? `  ${style.green('✓')} image of ${event.service} ${style.dim(event.digest ?? '')}${took(event.durationMs)}`
        : null;
    case 'build-output':
      return style.dim(`    ${event.service} │ ${sanitise(event.line)}`);
    case 'stack-started':
      return `  ${event.operation === 'delete' ? 'Deleting' : 'Deploying'} ${style.bold(event.name)}`;
    case 'resource':
      return renderResource(event, style);
    case 'stack-finished': {
      const word = event.outcome === 'failed' ? style.red('✗') : style.green('✓');
      return `  ${word} ${event.name} ${event.outcome}${took(event.durationMs)}`;
    }
    case 'removed':
      return `  ${style.green('✓')} removed ${sanitise(event.what)}`;
    case 'released':
      return `  Release ${event.number}`;
  }
}

function renderResource(event: Extract<DeployEvent, { kind: 'resource' }>, style: Style): string | null {
  if (event.state === 'started') return null;
  const progress =
    event.completed === null || event.total === null ? '' : ` ${event.completed}/${event.total}`;
  const name = `${shortType(event.type)} ${style.dim(event.logicalId)}`;
  if (event.state === 'done')
    return `    ${style.green('✓')}${style.dim(progress)} ${name}${took(event.durationMs)}`;
  return `    ${style.red('✗')}${progress} ${name} ${event.status}: ${sanitise(event.reason ?? 'no reason given')}`;
}

function took(durationMs: number | null): string {
  return durationMs === null ? '' : ` in ${formatDuration(durationMs)}`;
}

/** `3 stacks changed, 2 as they were`. */
export function summariseStacks(stacks: Readonly<Record<string, string>>): string {
  const changed = Object.values(stacks).filter((outcome) => outcome !== 'unchanged').length;
  const same = Object.keys(stacks).length - changed;
  return [
    ...(changed > 0 ? [`${plural(changed, 'stack')} changed`] : []),
    ...(same > 0 ? [`${same} as they were`] : []),
  ].join(', ');
}
