import { isStaged, type Plan, type ServicePlan } from '@breakwater/plan';

/** Virtual processors that a system's tasks take, on demand and on Spot. */
export interface Vcpus {
  readonly onDemand: number;
  readonly spot: number;
}

/** How many tasks run: as few as at the beginning, or as many as there can be at once. */
export type Load = 'smallest' | 'largest';

/**
 * The virtual processors that Fargate counts for a plan's tasks. The largest load is every service at its maximum,
 * one of them being deployed: with two target groups that doubles its tasks.
 */
export function vcpusOf(plan: Plan, load: Load): Vcpus {
  const services = Object.values(plan.services);
  const needs = services.map((service) => split(service, tasksOf(service, load)));
  const sum = (all: readonly Vcpus[]): Vcpus => ({
    onDemand: all.reduce((total, { onDemand }) => total + onDemand, 0),
    spot: all.reduce((total, { spot }) => total + spot, 0),
  });
  if (load === 'smallest') return sum(needs);
  const extra = services.map((service) => split(service, extraTasks(service, tasksOf(service, load))));
  const most = extra.reduce(
    (largest, each) => (each.onDemand + each.spot > largest.onDemand + largest.spot ? each : largest),
    { onDemand: 0, spot: 0 },
  );
  return sum([...needs, most]);
}

function tasksOf({ scaling, desiredCount }: ServicePlan, load: Load): number {
  if (scaling === null) return desiredCount;
  return load === 'smallest' ? scaling.minimum : scaling.maximum;
}

/** Tasks beyond the desired number while a deployment runs. */
function extraTasks({ deployment }: ServicePlan, tasks: number): number {
  if (isStaged(deployment.strategy)) return tasks;
  return Math.max(0, Math.floor((tasks * deployment.maximumPercent) / 100) - tasks);
}

function split(service: ServicePlan, tasks: number): Vcpus {
  const vcpus = service.cpuUnits / 1024;
  const base = service.capacity.reduce((total, provider) => total + provider.base, 0);
  const weights = service.capacity.reduce((total, { weight }) => total + weight, 0);
  const rest = Math.max(0, tasks - base);
  const share = (provider: 'FARGATE' | 'FARGATE_SPOT'): number =>
    service.capacity
      .filter((each) => each.provider === provider)
      .reduce((total, each) => {
        const weighted = weights === 0 ? 0 : Math.ceil((rest * each.weight) / weights);
        return total + Math.min(tasks, each.base + weighted);
      }, 0);
  return { onDemand: share('FARGATE') * vcpus, spot: share('FARGATE_SPOT') * vcpus };
}
