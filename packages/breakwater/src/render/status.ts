import type { Snapshot, StoreSnapshot, TaskSnapshot } from '@breakwater/protocol';
import { firstLine, type Style, sanitise } from '../terminal.ts';
import { renderCalls } from './calls.ts';
import { renderTable } from './table.ts';
import { formatDuration, formatMemory, formatPercent, plural, shortId } from './units.ts';

type Paint = (text: string) => string;

/** How each state word is coloured; the word itself stays, so that colour is never the only signal. */
export function paintState(state: string, style: Style): string {
  const paints: Readonly<Record<string, Paint>> = {
    ready: style.green,
    running: style.green,
    RUNNING: style.green,
    healthy: style.green,
    OK: style.green,
    COMPLETED: style.green,
    degraded: style.red,
    failed: style.red,
    unhealthy: style.red,
    ALARM: style.red,
    FAILED: style.red,
    ROLLED_BACK: style.red,
    ROLLING_BACK: style.red,
    STOPPED: style.dim,
    stopped: style.dim,
    INSUFFICIENT_DATA: style.dim,
    unused: style.dim,
  };
  return (paints[state] ?? style.yellow)(state);
}

/** What `ps` shows: the system in a line, then services, tasks, calls between services, stores and what is wrong. */
export function renderStatus(snapshot: Snapshot, style: Style, now: number): string {
  const head = [
    style.bold(`${snapshot.system} ${snapshot.env}`),
    paintState(snapshot.state, style),
    ...(snapshot.url ? [style.cyan(snapshot.url)] : []),
    snapshot.region,
    `up ${formatDuration(now - snapshot.startedAt)}`,
    ...(snapshot.timeScale === 1 ? [] : [`time ×${snapshot.timeScale}`]),
  ].join(' · ');
  const blocks = [head, renderServices(snapshot, style), renderTasks(snapshot.tasks, style, now)];
  if (snapshot.calls.length > 0) blocks.push(renderCalls(snapshot.calls, style));
  if (snapshot.stores.length > 0) blocks.push(renderStores(snapshot.stores, style));
  const problems = renderProblems(snapshot, style);
  if (problems) blocks.push(problems);
  return blocks.join('\n\n');
}

function renderServices(snapshot: Snapshot, style: Style): string {
  const right = (heading: string) => ({ heading, align: 'right' as const });
  return renderTable(
    [
      { heading: 'SERVICE' },
      { heading: 'HEALTHY' },
      { heading: 'BOUNDS' },
      right('CPU'),
      right('MEMORY'),
      right('REQ/S'),
      right('P50'),
      right('P99'),
      right('ERRORS'),
      right('REVISION'),
      { heading: 'PATHS' },
    ],
    snapshot.services.map((service) => {
      const counts = `${service.healthy} of ${service.desired}`;
      return [
        service.name,
        service.healthy >= service.desired ? style.green(counts) : style.yellow(counts),
        `${service.minimum}..${service.maximum}`,
        formatPercent(service.cpuPercent),
        formatMemory(service.memoryMiB),
        service.requestsPerSecond.toFixed(service.requestsPerSecond < 10 ? 1 : 0),
        service.p50 === null ? '' : formatDuration(service.p50),
        service.p99 === null ? '' : formatDuration(service.p99),
        service.errors > 0 ? style.red(String(service.errors)) : '0',
        String(service.revision),
        service.paths.join(' '),
      ];
    }),
    style,
  );
}

/** Tasks, newest last; stopped ones with their reason. */
export function renderTasks(tasks: readonly TaskSnapshot[], style: Style, now: number): string {
  if (tasks.length === 0) return style.dim('no tasks');
  const right = (heading: string) => ({ heading, align: 'right' as const });
  const rows = [...tasks]
    .sort((a, b) => a.service.localeCompare(b.service) || a.createdAt - b.createdAt)
    .map((task) => [
      shortId(task.id),
      task.service,
      paintState(task.state, style),
      task.health === null || task.state === 'STOPPED' ? '' : paintState(task.health, style),
      String(task.revision),
      task.zone,
      task.capacityProvider,
      formatPercent(task.cpuPercent),
      formatMemory(task.memoryMiB),
      String(task.inFlight),
      formatDuration(now - (task.stoppedAt ?? task.startedAt ?? task.createdAt)),
      task.pid === null ? '' : String(task.pid),
      sanitise(firstLine(task.stoppedReason ?? task.healthReason ?? '')),
    ]);
  return renderTable(
    [
      { heading: 'TASK' },
      { heading: 'SERVICE' },
      { heading: 'STATE' },
      { heading: 'HEALTH' },
      right('REV'),
      { heading: 'ZONE' },
      { heading: 'PROVIDER' },
      right('CPU'),
      right('MEMORY'),
      right('OPEN'),
      right('FOR'),
      right('PID'),
      { heading: 'REASON' },
    ],
    rows,
    style,
  );
}

function renderStores(stores: readonly StoreSnapshot[], style: Style): string {
  return renderTable(
    [
      { heading: 'STORE' },
      { heading: 'KIND' },
      { heading: 'STATE' },
      { heading: 'ADDRESS' },
      { heading: 'PROBLEM' },
    ],
    stores.map((store) => [
      store.name,
      store.version ? `${store.kind} ${store.version}` : store.kind,
      paintState(store.state, style),
      store.address ?? '',
      sanitise(store.problem ?? ''),
    ]),
    style,
  );
}

function renderProblems(snapshot: Snapshot, style: Style): string | null {
  const lines: string[] = [];
  for (const service of snapshot.services) {
    if (service.problem)
      lines.push(`${style.red('problem')} ${service.name}: ${sanitise(firstLine(service.problem))}`);
    // Earlier deployments are history: `describe` shows them.
    for (const deployment of service.deployments.slice(-1)) {
      if (deployment.state === 'COMPLETED') continue;
      const stage = deployment.stage ? `, ${deployment.stage}` : '';
      lines.push(
        `${style.yellow('deployment')} ${service.name} revision ${deployment.revision}: ${paintState(deployment.state, style)} (${deployment.strategy}${stage}) ${sanitise(firstLine(deployment.reason))}`.trimEnd(),
      );
    }
  }
  for (const alarm of snapshot.alarms) {
    if (alarm.state === 'ALARM') lines.push(`${style.red('alarm')} ${alarm.name}: ${sanitise(alarm.reason)}`);
  }
  const lost = snapshot.zones.filter((zone) => zone.lost).map((zone) => zone.name);
  if (lost.length > 0) lines.push(`${style.red('lost')} ${plural(lost.length, 'zone')}: ${lost.join(', ')}`);
  return lines.length > 0 ? lines.join('\n') : null;
}
