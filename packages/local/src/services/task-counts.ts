import { taskCountsAsHealthy, taskIsReplaced } from '@breakwater/behaviour';
import type { ServiceTask } from './service-task.ts';

/** A service's tasks of one revision or slot, sorted by what they are worth. Those that are leaving are in none. */
export interface TaskGroups {
  readonly healthy: readonly ServiceTask[];
  /** On their way: not running yet, or running and not healthy yet. */
  readonly pending: readonly ServiceTask[];
  /** Failed their checks after the grace period: to be replaced. */
  readonly unhealthy: readonly ServiceTask[];
}

const ENDED = new Set(['DEACTIVATING', 'STOPPING', 'DEPROVISIONING', 'STOPPED']);

/** @param timeScale how much faster than real time the waits of a task without checks run */
export function sortTasks(tasks: Iterable<ServiceTask>, now: number, timeScale: number): TaskGroups {
  const healthy: ServiceTask[] = [];
  const pending: ServiceTask[] = [];
  const unhealthy: ServiceTask[] = [];
  for (const task of tasks) {
    if (task.leaving || ENDED.has(task.state)) continue;
    const view = {
      runningSince: task.startedAt === null ? undefined : 0,
      targetState: task.health ?? undefined,
    };
    const age = task.startedAt === null ? 0 : (now - task.startedAt) * timeScale;
    const graceMs = (task.revision.plan.ingress?.health.gracePeriodSeconds ?? 0) * 1_000;
    if (taskCountsAsHealthy(view, age)) healthy.push(task);
    else if (taskIsReplaced(view, graceMs, age)) unhealthy.push(task);
    else pending.push(task);
  }
  return { healthy, pending, unhealthy };
}
