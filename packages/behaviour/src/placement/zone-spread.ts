/** A task as the placement sees it. */
export interface PlacedTask {
  readonly id: string;
  readonly zone: string;
  readonly capacityProvider: string;
  /** When it was started, in milliseconds. */
  readonly startedAt: number;
  /** False for a task that failed its health checks; such tasks are stopped first. Default true. */
  readonly healthy?: boolean;
}

/**
 * Which of several equal tasks in the fullest zone is stopped. AWS does not say. Inferred: the newest, whose caches
 * and connections are the least worth.
 */
export const TASK_TO_STOP_AMONG_EQUALS: 'newest' | 'oldest' = 'newest';

/**
 * The zone of the next task of a capacity provider: the one with the fewest of that provider's tasks, because
 * FARGATE and FARGATE_SPOT are spread independently. Ties go to the zone with the fewest tasks of all, then to order.
 *
 * @throws RangeError when there is no zone
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
 */
export function nextZone(
  zones: readonly string[],
  tasks: readonly PlacedTask[],
  capacityProvider: string,
): string {
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  let fewestOfAll = Number.POSITIVE_INFINITY;
  for (const zone of zones) {
    let own = 0;
    let all = 0;
    for (const task of tasks) {
      if (task.zone !== zone) continue;
      all++;
      if (task.capacityProvider === capacityProvider) own++;
    }
    if (own < fewest || (own === fewest && all < fewestOfAll)) {
      best = zone;
      fewest = own;
      fewestOfAll = all;
    }
  }
  if (best === undefined) throw new RangeError('A task needs at least one Availability Zone to run in.');
  return best;
}

/**
 * The task of a capacity provider that is stopped on scale-in: unhealthy ones first, then from that provider's
 * fullest zone, and there the newest ({@link TASK_TO_STOP_AMONG_EQUALS}). Undefined when the provider has no task.
 */
export function nextTaskToStop<Task extends PlacedTask>(
  tasks: readonly Task[],
  capacityProvider: string,
): Task | undefined {
  const perZone = new Map<string, number>();
  const all = new Map<string, number>();
  for (const task of tasks) {
    all.set(task.zone, (all.get(task.zone) ?? 0) + 1);
    if (task.capacityProvider !== capacityProvider) continue;
    perZone.set(task.zone, (perZone.get(task.zone) ?? 0) + 1);
  }
  let best: Task | undefined;
  for (const task of tasks) {
    if (task.capacityProvider !== capacityProvider) continue;
    if (best === undefined || goesBefore(task, best)) best = task;
  }
  return best;

  function goesBefore(a: Task, b: Task): boolean {
    const unhealthy = Number(a.healthy === false) - Number(b.healthy === false);
    if (unhealthy !== 0) return unhealthy > 0;
    const fuller = (perZone.get(a.zone) ?? 0) - (perZone.get(b.zone) ?? 0);
    if (fuller !== 0) return fuller > 0;
    const fullerOfAll = (all.get(a.zone) ?? 0) - (all.get(b.zone) ?? 0);
    if (fullerOfAll !== 0) return fullerOfAll > 0;
    return TASK_TO_STOP_AMONG_EQUALS === 'newest' ? a.startedAt > b.startedAt : a.startedAt < b.startedAt;
  }
}
