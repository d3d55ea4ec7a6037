import type { ServicePlan } from '@breakwater/plan';
import type { ServiceSnapshot, TaskSnapshot } from '@breakwater/protocol';
import type { MetricStore } from '../metrics/index.ts';
import type { Service } from '../services/service.ts';
import type { ServiceTask } from '../services/service-task.ts';
import type { TaskUsage } from './measure.ts';

/** What of a task lasts. */
export function taskSnapshot(task: ServiceTask, usage: TaskUsage | null, inFlight: number): TaskSnapshot {
  return {
    id: task.id,
    service: task.revision.plan.key,
    revision: task.revision.number,
    state: task.state,
    health: task.health,
    healthReason: task.healthReason,
    zone: task.zone,
    capacityProvider: task.capacityProvider,
    pid: task.state === 'STOPPED' ? null : task.pid,
    host: task.host,
    port: task.port,
    createdAt: task.createdAt,
    startedAt: task.startedAt,
    stoppedAt: task.stoppedAt,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    exitCode: task.exitCode,
    cpuPercent: usage?.cpuPercent ?? null,
    memoryMiB: usage?.memoryMiB ?? null,
    inFlight,
  };
}

/** What of a service lasts. */
export function serviceSnapshot(
  service: Service,
  metrics: MetricStore,
  usageOf: (task: string) => TaskUsage | null,
  now: number,
  problem: string | null,
): ServiceSnapshot {
  const plan: ServicePlan = service.plan();
  const { requestsPerSecond, p50, p99, errors } = metrics.serviceSummary(service.key, now);
  const running = service.tasks().filter((task) => task.state === 'RUNNING' && !task.leaving);
  const usages = running.flatMap((task) => usageOf(task.id) ?? []);
  const percents = usages.flatMap(({ cpuPercent }) => cpuPercent ?? []);
  return {
    name: service.key,
    ...service.counts(),
    ...service.limits(),
    revision: service.revision(),
    paths: plan.ingress?.paths ?? [],
    deployments: service.deployments(),
    cpuPercent:
      percents.length === 0 ? null : percents.reduce((sum, value) => sum + value, 0) / percents.length,
    memoryMiB: usages.length === 0 ? null : usages.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0),
    requestsPerSecond,
    p50,
    p99,
    errors,
    problem,
  };
}
