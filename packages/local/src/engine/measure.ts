import type { MetricStore } from '../metrics/index.ts';
import { cpuPercent, type Usage, type UsageSampler } from '../processes/index.ts';
import type { Service } from '../services/service.ts';
import type { ServiceTask } from '../services/service-task.ts';
import { sortTasks } from '../services/task-counts.ts';

/** What a task used when it was last looked at. */
export interface TaskUsage {
  readonly cpuPercent: number | null;
  readonly memoryMiB: number;
}

const MIB = 1024 * 1024;

/** Measures every running task and counts every service's tasks, once a call; call it each second. */
export interface Measurer {
  /** @param services a list: an iterator would be used up by the first of the two passes over it */
  measure(services: readonly Service[], now: number, inFlight: (task: ServiceTask) => number): Promise<void>;
  usageOf(task: string): TaskUsage | null;
}

export function createMeasurer(sampler: UsageSampler, metrics: MetricStore, timeScale: number): Measurer {
  let previous: ReadonlyMap<string, Usage> = new Map();
  const last = new Map<string, TaskUsage>();

  return {
    usageOf: (task) => last.get(task) ?? null,
    async measure(services, now, inFlight) {
      const running = new Map<string, ServiceTask>();
      for (const service of services) {
        for (const task of service.tasks())
          if (task.pid !== null && task.state !== 'STOPPED') running.set(task.id, task);
      }
      const groups = new Map([...running].map(([id, task]) => [id, task.pid ?? 0]));
      const usages = await sampler.sample(groups);
      last.clear();
      for (const [id, usage] of usages) {
        const task = running.get(id);
        if (task === undefined) continue;
        const { cpuUnits, memoryMiB: memoryLimitMiB, key } = task.revision.plan;
        const before = previous.get(id);
        const memoryMiB = usage.rssBytes / MIB;
        const percent = before === undefined ? null : cpuPercent(before, usage, cpuUnits);
        last.set(id, { cpuPercent: percent, memoryMiB });
        if (percent === null || task.state !== 'RUNNING') continue;
        metrics.recordUsage({
          service: key,
          task: id,
          cpuPercent: percent,
          memoryMiB,
          memoryLimitMiB,
          at: now,
        });
      }
      previous = usages;
      for (const service of services) count(service, now, inFlight);
    },
  };

  function count(service: Service, now: number, inFlight: (task: ServiceTask) => number): void {
    const tasks = service.tasks();
    const { desired, running, pending } = service.counts();
    metrics.recordCounts({
      service: service.key,
      running,
      pending,
      desired,
      inFlight: tasks.reduce((sum, task) => sum + inFlight(task), 0),
      at: now,
    });
    for (const slot of ['blue', 'green'] as const) {
      const { healthy, unhealthy } = sortTasks(
        tasks.filter((task) => task.slot === slot),
        now,
        timeScale,
      );
      metrics.recordCounts({
        service: service.key,
        group: slot,
        healthy: healthy.length,
        unhealthy: unhealthy.length,
        at: now,
      });
    }
  }
}
