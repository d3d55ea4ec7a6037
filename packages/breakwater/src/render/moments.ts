import type { EngineEventRecord, LogLine } from '@breakwater/protocol';
import { type Style, sanitise } from '../terminal.ts';
import { formatTime, shortId } from './units.ts';

type PaintName = 'cyan' | 'magenta' | 'blue' | 'yellow' | 'green';
const PALETTE: readonly PaintName[] = ['cyan', 'magenta', 'blue', 'yellow', 'green'];

/** The same colour for the same name in every run. */
function paintOf(name: string, style: Style): (text: string) => string {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return style[PALETTE[sum % PALETTE.length] ?? 'cyan'];
}

/** A log line behind its source: `catalog/1f0c22aa │ listening`. Standard error is told apart by `!`. */
export function renderLogLine(line: LogLine, style: Style): string {
  const source = line.task === null ? line.source : `${line.source}/${shortId(line.task)}`;
  const bar = line.stream === 'stderr' ? style.red('!') : style.dim('│');
  return `${paintOf(line.source, style)(source)} ${bar} ${sanitise(line.line, style.enabled)}`;
}

/** An event as one line: `14:03:07 deployment catalog: revision 2 completed`. */
export function renderEvent(event: EngineEventRecord, style: Style): string {
  const paint = isTrouble(event) ? style.red : isGood(event) ? style.green : style.dim;
  return `${style.dim(formatTime(event.at))} ${paint(event.kind.padEnd(10))} ${sanitise(event.message)}`;
}

function isTrouble(event: EngineEventRecord): boolean {
  switch (event.kind) {
    case 'target':
      return event.state === 'unhealthy';
    case 'deployment':
      return event.state === 'FAILED' || event.state === 'ROLLING_BACK' || event.state === 'ROLLED_BACK';
    case 'alarm':
      return event.state === 'ALARM';
    case 'store':
      return event.state === 'failed';
    case 'engine':
      return event.state === 'degraded';
    case 'task':
      return event.stopCode === 'EssentialContainerExited' || event.stopCode === 'TaskFailedToStart';
    case 'call':
      return true;
    case 'scaling':
    case 'chaos':
      return false;
  }
}

function isGood(event: EngineEventRecord): boolean {
  return (
    (event.kind === 'engine' && event.state === 'ready') ||
    (event.kind === 'deployment' && event.state === 'COMPLETED') ||
    (event.kind === 'target' && event.state === 'healthy')
  );
}
