import type { Snapshot } from '@breakwater/protocol';
import { type Style, sanitise } from '../terminal.ts';
import { paintState, renderStatus } from './status.ts';
import { renderTable } from './table.ts';
import { formatDuration, formatMemory } from './units.ts';

/** What `describe` shows of the whole system: its state, zones, alarms and the engine itself. */
export function renderSystem(snapshot: Snapshot, style: Style, now: number): string {
  const blocks = [renderStatus(snapshot, style, now)];
  if (snapshot.alarms.length > 0) {
    blocks.push(
      renderTable(
        [
          { heading: 'ALARM' },
          { heading: 'STATE' },
          { heading: 'FOR', align: 'right' },
          { heading: 'REASON' },
        ],
        snapshot.alarms.map((alarm) => [
          alarm.name,
          paintState(alarm.state, style),
          formatDuration(now - alarm.since),
          sanitise(alarm.reason),
        ]),
        style,
      ),
    );
  }
  const zones = snapshot.zones
    .map((zone) => (zone.lost ? style.red(`${zone.name} (lost)`) : zone.name))
    .join(', ');
  blocks.push(
    [
      `${style.dim('zones ')} ${zones}`,
      `${style.dim('engine')} version ${snapshot.engine.version}, process ${snapshot.pid}, ${formatMemory(snapshot.engine.rssMiB)} resident, ${formatMemory(snapshot.engine.heapMiB)} heap, control API ${snapshot.controlUrl}`,
    ].join('\n'),
  );
  return blocks.join('\n\n');
}
