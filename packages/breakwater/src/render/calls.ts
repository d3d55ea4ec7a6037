import type { CallSnapshot } from '@breakwater/protocol';
import type { Style } from '../terminal.ts';
import { renderTable } from './table.ts';
import { formatDuration, shortId } from './units.ts';

/** Calls between services: how many, how fast, how many went wrong, and which tasks are left out because they fail. */
export function renderCalls(calls: readonly CallSnapshot[], style: Style): string {
  const right = (heading: string) => ({ heading, align: 'right' as const });
  return renderTable(
    [
      { heading: 'CALL' },
      { heading: 'TASKS' },
      right('REQ/S'),
      right('P50'),
      right('P99'),
      right('ERRORS'),
      { heading: 'EJECTED' },
    ],
    calls.map((call) => [
      `${call.from} → ${call.to}`,
      call.endpoints === 0 ? style.red('none') : String(call.endpoints),
      call.requestsPerSecond.toFixed(call.requestsPerSecond < 10 ? 1 : 0),
      call.p50 === null ? '' : formatDuration(call.p50),
      call.p99 === null ? '' : formatDuration(call.p99),
      call.errors > 0 ? style.red(String(call.errors)) : '0',
      style.yellow(call.ejected.map(shortId).join(' ')),
    ]),
    style,
  );
}
