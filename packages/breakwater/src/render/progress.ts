import type { EngineEventRecord } from '@breakwater/protocol';
import { type Style, sanitise } from '../terminal.ts';
import { formatDuration } from './units.ts';

/** States of a task that pass quickly and tell a reader nothing. */
const PASSING = new Set(['PROVISIONING', 'PENDING', 'ACTIVATING', 'DEACTIVATING', 'DEPROVISIONING']);

/** Whether an event is worth a line for somebody who watches. */
export function isWorthALine(event: EngineEventRecord): boolean {
  if (event.kind === 'task') return !PASSING.has(event.state);
  if (event.kind === 'target') return event.state === 'healthy' || event.state === 'unhealthy';
  return true;
}

const LONGEST_MESSAGE = 200;

/** A line of progress while the system starts: how long after the start, and what happened, in one line. */
export function renderProgress(event: EngineEventRecord, startedAt: number, style: Style): string {
  return `${style.dim(formatDuration(event.at - startedAt).padStart(8))}  ${shorten(event.message)}`;
}

/** What an error says in full follows when the start fails. */
function shorten(message: string): string {
  const line = sanitise(message).replace(/\s+/g, ' ');
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE - 1)}…` : line;
}
