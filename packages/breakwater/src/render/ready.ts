import type { Snapshot } from '@breakwater/protocol';
import { type Style, visibleWidth } from '../terminal.ts';
import { formatDuration, plural, shortId } from './units.ts';

/**
 * The block that says where a started system answers and what it consists of.
 * @param took milliseconds since the command began
 */
export function renderReady(snapshot: Snapshot, took: number, style: Style): string {
  const title =
    snapshot.state === 'degraded'
      ? `${style.yellow('!')} ${style.bold(`${snapshot.system} ${snapshot.env}`)} runs, but not all of it is well`
      : `${style.green('✓')} ${style.bold(`${snapshot.system} ${snapshot.env}`)} is ready in ${formatDuration(took)}`;
  const rows: (readonly [string, string])[] = [];
  if (snapshot.url) rows.push(['url', style.bold(style.cyan(snapshot.url))]);
  for (const service of snapshot.services) {
    const where = service.paths.length > 0 ? service.paths.join('  ') : 'called by other services';
    rows.push([
      'route',
      `${where}  ${style.dim('→')} ${service.name} ${style.dim(`(${service.healthy} of ${plural(service.desired, 'task')} healthy)`)}`,
    ]);
  }
  for (const { from, to, url } of snapshot.calls)
    rows.push(['call', `${from} ${style.dim('→')} ${to}  ${style.dim(url)}`]);
  for (const store of snapshot.stores) {
    rows.push([
      'store',
      `${store.name}  ${store.kind}${store.version ? ` ${store.version}` : ''}  ${style.dim(store.address ?? store.state)}`,
    ]);
  }
  for (const task of snapshot.tasks) {
    if (task.state !== 'RUNNING') continue;
    rows.push([
      'task',
      `${shortId(task.id)}  ${task.service}  ${style.dim(`${task.zone}  ${task.capacityProvider}  ${task.health ?? task.state}`)}`,
    ]);
  }
  if (snapshot.timeScale !== 1)
    rows.push(['time', `×${snapshot.timeScale}: alarms, scaling and cooldowns run faster`]);
  for (const service of snapshot.services) {
    if (service.problem) rows.push(['problem', `${service.name}: ${style.red(service.problem)}`]);
  }
  let before = '';
  const lines = rows.map(([label, text]) => {
    const shown = label === before ? '' : label;
    before = label;
    return `  ${style.dim(shown.padEnd(8))}${text}`;
  });
  const width = Math.max(...[title, ...lines].map(visibleWidth));
  const rule = style.dim('─'.repeat(Math.min(width, 100)));
  return ['', rule, title, '', ...lines, rule].join('\n');
}
