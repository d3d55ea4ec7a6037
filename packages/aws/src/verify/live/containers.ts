import {
  DescribeScalableTargetsCommand,
  DescribeScheduledActionsCommand,
  paginateDescribeScalingPolicies,
} from '@aws-sdk/client-application-auto-scaling';
import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
} from '@aws-sdk/client-ecs';
import type { Plan } from '@breakwater/plan';
import { inPortions, once, onceEach, orNull } from '../once.ts';
import { present } from '../outcome.ts';
import type { Clients } from './clients.ts';
import { collect } from './pages.ts';

/** Reads cluster, services, task definitions and scaling. Services are asked for by their keys in the plan. */
export type ContainersReader = ReturnType<typeof readContainers>;

/** See {@link ContainersReader}. */
export function readContainers({ ecs, applicationAutoScaling }: Clients, plan: Plan) {
  const cluster = once(async () => {
    const answer = await ecs.send(
      new DescribeClustersCommand({
        clusters: [plan.cluster.name],
        include: ['SETTINGS', 'CONFIGURATIONS', 'TAGS'],
      }),
    );
    const found = answer.clusters?.[0];
    // A deleted cluster is shown as inactive for a while.
    return found === undefined || found.status === 'INACTIVE' ? null : found;
  });
  const keys = Object.keys(plan.services);
  const nameOf = (key: string) => plan.services[key]?.name ?? key;
  const keyOf = new Map(keys.map((key) => [nameOf(key), key]));

  // DescribeServices takes ten at once.
  const services = inPortions(keys, 10, async (portion) => {
    const answer = await orNull(
      ['ClusterNotFoundException'],
      ecs.send(
        new DescribeServicesCommand({
          cluster: plan.cluster.name,
          services: portion.map(nameOf),
          include: ['TAGS'],
        }),
      ),
    );
    return new Map(
      (answer?.services ?? [])
        .filter(({ status }) => status !== 'INACTIVE')
        .map((service) => [keyOf.get(service.serviceName ?? '') ?? '', service]),
    );
  });
  const service = async (key: string) => present(await services(key), `service ${nameOf(key)}`);
  const taskDefinitionByArn = onceEach((arn) =>
    ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ['TAGS'] })),
  );
  const resourceId = (key: string) => `service/${plan.cluster.name}/${nameOf(key)}`;
  const resources = { ServiceNamespace: 'ecs' as const };
  const targets = inPortions(keys, 50, async (portion) => {
    const answer = await applicationAutoScaling.send(
      new DescribeScalableTargetsCommand({ ...resources, ResourceIds: portion.map(resourceId) }),
    );
    return new Map(
      (answer.ScalableTargets ?? []).map((target) => [
        keyOf.get(target.ResourceId?.split('/').at(-1) ?? '') ?? '',
        target,
      ]),
    );
  });
  return {
    cluster,
    /** Null when there is none, or a deleted one. */
    findService: services,
    service,
    /** The task definition that the service runs. */
    taskDefinition: async (key: string) => {
      const answer = await taskDefinitionByArn(
        present((await service(key)).taskDefinition, `task definition of ${nameOf(key)}`),
      );
      return {
        ...present(answer.taskDefinition, `task definition of ${nameOf(key)}`),
        tags: answer.tags ?? [],
      };
    },
    /** ARN of the family's newest revision. */
    newestRevision: onceEach(async (family) => {
      const answer = await ecs.send(
        new ListTaskDefinitionsCommand({
          familyPrefix: family,
          sort: 'DESC',
          status: 'ACTIVE',
        }),
      );
      // The prefix also finds families whose names are longer.
      const own = (answer.taskDefinitionArns ?? []).filter((arn) => familyOf(arn) === family);
      return own.sort((a, b) => revisionOf(b) - revisionOf(a))[0] ?? null;
    }),
    scalableTarget: targets,
    scalingPolicies: onceEach((key) =>
      collect(
        paginateDescribeScalingPolicies(
          { client: applicationAutoScaling },
          { ...resources, ResourceId: resourceId(key) },
        ),
        (page) => page.ScalingPolicies,
      ),
    ),
    scheduledActions: onceEach(async (key) => {
      const answer = await applicationAutoScaling.send(
        new DescribeScheduledActionsCommand({ ...resources, ResourceId: resourceId(key) }),
      );
      return answer.ScheduledActions ?? [];
    }),
  };
}

/** `task-catalog-dev` of `arn:aws:ecs:…:task-definition/task-catalog-dev:7`. */
export function familyOf(taskDefinitionArn: string): string {
  return taskDefinitionArn.split('/').at(-1)?.split(':')[0] ?? '';
}

/** 7 of `arn:aws:ecs:…:task-definition/task-catalog-dev:7`. */
export function revisionOf(taskDefinitionArn: string): number {
  return Number(taskDefinitionArn.split(':').at(-1));
}
