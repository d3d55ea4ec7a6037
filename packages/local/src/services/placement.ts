import { nextProviderToLaunch, nextProviderToStop, nextTaskToStop, nextZone } from '@breakwater/behaviour';
import type { CapacityProviderPlan } from '@breakwater/plan';
import { isUnhealthy, type ServiceTask } from './service-task.ts';

export interface Placement {
  readonly zone: string;
  readonly capacityProvider: 'FARGATE' | 'FARGATE_SPOT';
}

const items = (strategy: readonly CapacityProviderPlan[]) =>
  strategy.map(({ provider, base, weight }) => ({ capacityProvider: provider, base, weight }));

function countByProvider(tasks: readonly ServiceTask[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const task of tasks) counts[task.capacityProvider] = (counts[task.capacityProvider] ?? 0) + 1;
  return counts;
}

const placed = (task: ServiceTask) => ({
  task,
  id: task.id,
  zone: task.zone,
  capacityProvider: task.capacityProvider,
  startedAt: task.createdAt,
  healthy: !isUnhealthy(task),
});

/** Where the next task goes; null while every zone is lost. */
export function placeTask(
  strategy: readonly CapacityProviderPlan[],
  zones: readonly string[],
  tasks: readonly ServiceTask[],
): Placement | null {
  if (zones.length === 0) return null;
  const provider = nextProviderToLaunch(items(strategy), countByProvider(tasks));
  const capacityProvider = provider === 'FARGATE_SPOT' ? 'FARGATE_SPOT' : 'FARGATE';
  return { zone: nextZone(zones, tasks.map(placed), capacityProvider), capacityProvider };
}

/** Which tasks go when `count` are too many: unhealthy ones first, the split over providers and zones kept. */
export function chooseTasksToStop(
  strategy: readonly CapacityProviderPlan[],
  tasks: readonly ServiceTask[],
  count: number,
): readonly ServiceTask[] {
  const rest = [...tasks];
  const chosen: ServiceTask[] = [];
  const take = (task: ServiceTask) => {
    chosen.push(task);
    rest.splice(rest.indexOf(task), 1);
  };
  for (const task of tasks.filter(isUnhealthy)) if (chosen.length < count) take(task);
  while (chosen.length < count && rest.length > 0) {
    const provider = nextProviderToStop(items(strategy), countByProvider(rest));
    const next = provider === undefined ? undefined : nextTaskToStop(rest.map(placed), provider);
    const task = next?.task ?? rest[0];
    if (task === undefined) break;
    take(task);
  }
  return chosen;
}
