import type { ServiceStatus, SystemStatus } from '@breakwater/aws';
import { type Style, sanitise } from '../terminal.ts';
import { paintState } from './status.ts';
import { renderTable } from './table.ts';
import { formatDuration } from './units.ts';

/** What `breakwater status` shows: the system in a line, services, databases, alarms, and the last events of what is not well. */
export function renderCloudStatus(status: SystemStatus, style: Style, now: number): string {
  const { system, env, state, url, region, account, services, databases, alarms } = status;
  const head = [
    style.bold(`${system} ${env}`),
    paintState(state, style),
    ...(url === null ? [] : [style.cyan(url)]),
    region,
    account,
  ].join(' · ');
  const blocks = [head, renderServices(services, style)];
  if (databases.length > 0) {
    blocks.push(
      renderTable(
        [{ heading: 'DATABASE' }, { heading: 'STATE' }, { heading: 'ENGINE' }, { heading: 'ENDPOINT' }],
        databases.map((each) => [each.key, paintState(each.state, style), each.engine, each.endpoint ?? '']),
        style,
      ),
    );
  }
  if (alarms.length > 0) {
    blocks.push(
      renderTable(
        [{ heading: 'ALARM' }, { heading: 'FOR' }, { heading: 'REASON' }],
        alarms.map(({ key, since, reason }) => [
          style.red(key),
          since === null ? '' : formatDuration(now - since),
          sanitise(reason),
        ]),
        style,
      ),
    );
  }
  const unwell = services.filter(
    ({ running, desired, deployments }) =>
      running < desired || deployments.some((each) => each.state !== 'COMPLETED'),
  );
  for (const service of unwell) blocks.push(renderEvents(service, style, now));
  return blocks.join('\n\n');
}

function renderServices(services: readonly ServiceStatus[], style: Style): string {
  return renderTable(
    [
      { heading: 'SERVICE' },
      { heading: 'RUNNING' },
      { heading: 'BOUNDS' },
      { heading: 'TARGETS' },
      { heading: 'DEPLOYMENT' },
      { heading: 'REVISION', align: 'right' },
      { heading: 'PATHS' },
    ],
    services.map((service) => {
      const counts = `${service.running} of ${service.desired}`;
      const [newest] = service.deployments;
      return [
        service.key,
        service.running >= service.desired && service.state === 'ACTIVE'
          ? style.green(counts)
          : style.yellow(service.state === 'missing' ? 'missing' : counts),
        `${service.minimum}..${service.maximum}`,
        Object.entries(service.targets ?? {})
          .map(([state, count]) => `${count} ${paintState(state, style)}`)
          .join(' '),
        newest === undefined ? '' : paintState(newest.state, style),
        service.revision === null ? '' : String(service.revision),
        service.paths.join(' '),
      ];
    }),
    style,
  );
}

function renderEvents({ key, events, deployments }: ServiceStatus, style: Style, now: number): string {
  const reasons = deployments.flatMap(({ reason, state }) =>
    reason === null || state === 'COMPLETED' ? [] : [`  ${sanitise(reason)}`],
  );
  const lines = events.map(
    ({ at, message }) => `  ${style.dim(`${formatDuration(now - at)} ago`)}  ${sanitise(message)}`,
  );
  return [style.bold(key), ...reasons, ...lines].join('\n');
}
