import type { ScalingDecision, ServiceSnapshot, Snapshot } from '@breakwater/protocol';
import { type Style, sanitise } from '../terminal.ts';
import { renderCalls } from './calls.ts';
import { paintState, renderTasks } from './status.ts';
import { formatDuration, formatMemory, formatPercent, formatTime } from './units.ts';

/** How many of the autoscaler's decisions are shown. */
const SHOWN_DECISIONS = 5;

/** What `describe SERVICE` shows: the service's facts, its tasks, deployments, scaling decisions and alarms. */
export function renderService(
  snapshot: Snapshot,
  service: ServiceSnapshot,
  decisions: readonly ScalingDecision[],
  style: Style,
  now: number,
): string {
  const facts: (readonly [string, string])[] = [
    [
      'state',
      `${service.healthy} of ${service.desired} healthy, ${service.running} running, ${service.pending} pending`,
    ],
    ['scaling', `${service.minimum} to ${service.maximum} tasks`],
    ['revision', String(service.revision)],
    [
      'answers',
      service.paths.length > 0
        ? service.paths.map((path) => `${snapshot.url ?? ''}${path}`).join('\n')
        : 'other services only',
    ],
    ['traffic', renderTraffic(service)],
    [
      'uses',
      `CPU ${formatPercent(service.cpuPercent) || 'unknown'}, memory ${formatMemory(service.memoryMiB) || 'unknown'}`,
    ],
    ['problem', service.problem ? style.red(sanitise(service.problem)) : 'none'],
  ];
  const blocks = [
    [
      style.bold(service.name),
      ...facts.map(
        ([name, value]) => `  ${style.dim(name.padEnd(9))} ${value.replace(/\n/g, `\n${' '.repeat(12)}`)}`,
      ),
    ].join('\n'),
    renderTasks(
      snapshot.tasks.filter((task) => task.service === service.name),
      style,
      now,
    ),
  ];
  const calls = snapshot.calls.filter(({ from, to }) => from === service.name || to === service.name);
  if (calls.length > 0) blocks.push(renderCalls(calls, style));
  if (service.deployments.length > 0) {
    blocks.push(
      [
        style.dim('DEPLOYMENTS'),
        ...service.deployments.map((deployment) => {
          const end = deployment.finishedAt ?? now;
          const failed = deployment.failedTasks > 0 ? `, ${deployment.failedTasks} failed tasks` : '';
          return `  ${formatTime(deployment.startedAt)} revision ${deployment.revision} ${paintState(deployment.state, style)} ${deployment.strategy}${deployment.stage ? ` ${deployment.stage}` : ''}, ${deployment.trafficPercent} % of traffic, ${formatDuration(end - deployment.startedAt)}${failed}${deployment.reason ? `: ${sanitise(deployment.reason)}` : ''}`;
        }),
      ].join('\n'),
    );
  }
  if (decisions.length > 0) {
    blocks.push(
      [
        style.dim('SCALING DECISIONS'),
        ...decisions
          .slice(-SHOWN_DECISIONS)
          .map(({ at, policy, reason }) => `  ${formatTime(at)} ${policy}: ${sanitise(reason)}`),
      ].join('\n'),
    );
  }
  const alarms = snapshot.alarms.filter((alarm) => alarm.service === service.name);
  if (alarms.length > 0) {
    blocks.push(
      [
        style.dim('ALARMS'),
        ...alarms.map(
          (alarm) =>
            `  ${alarm.name} ${paintState(alarm.state, style)} for ${formatDuration(now - alarm.since)}: ${sanitise(alarm.reason)}`,
        ),
      ].join('\n'),
    );
  }
  return blocks.join('\n\n');
}

function renderTraffic(service: ServiceSnapshot): string {
  const latency =
    service.p50 === null || service.p99 === null
      ? 'no requests in the last minute'
      : `p50 ${formatDuration(service.p50)}, p99 ${formatDuration(service.p99)}, ${service.errors} errors in the last minute`;
  return `${service.requestsPerSecond.toFixed(1)} requests/s, ${latency}`;
}
