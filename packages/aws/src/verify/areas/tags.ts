import type { Plan } from '@breakwater/plan';
import { type Check, check } from '../check.ts';
import type { Live } from '../live/live.ts';
import { plannedTargetGroups } from '../live/load-balancing.ts';
import { compareSets, type Outcome, passed, skipped } from '../outcome.ts';

type Tags = Readonly<Record<string, string>>;

/** A resource that is there, with the tags that it should have and those that it has. */
interface Tagged {
  readonly name: string;
  readonly planned: Tags;
  readonly found: Tags;
}

/** A kind of resource: how to find those of a system. Missing ones are told by other checks. */
interface Kind {
  readonly key: string;
  readonly words: string;
  /** How many the plan has. */
  readonly count: number;
  readonly find: (live: Live) => Promise<readonly (Tagged | null)[]>;
}

/** Tags of every taggable resource, one check a kind. */
export function tagChecks(plan: Plan): Check[] {
  return kinds(plan)
    .filter(({ count }) => count > 0)
    .map(({ key, words, find }) =>
      check('tags', key, `${words} carry the planned tags`, async (live) => {
        const resources = (await find(live)).filter((one) => one !== null);
        return compareTags(words, resources);
      }),
    );
}

function compareTags(words: string, resources: readonly Tagged[]): Outcome {
  if (resources.length === 0) return skipped(`There are none of the planned ${words}.`);
  const pairs = ({ name, planned }: Tagged, of: Tags) =>
    Object.keys(planned).map((tag) => `${name} ${tag}=${of[tag] ?? 'none'}`);
  const outcome = compareSets(
    'tags',
    resources.flatMap((one) => pairs(one, one.planned)),
    resources.flatMap((one) => pairs(one, one.found)),
  );
  return outcome.state === 'passed' ? passed(`${resources.length} ${words}`) : outcome;
}

/** AWS writes tags as `Key` and `Value`, or as `key` and `value`. */
function tagged(
  name: string,
  planned: Tags,
  found:
    | readonly {
        readonly Key?: string | undefined;
        readonly Value?: string | undefined;
        readonly key?: string | undefined;
        readonly value?: string | undefined;
      }[]
    | undefined,
): Tagged {
  return {
    name,
    planned,
    found: Object.fromEntries(
      (found ?? []).map((tag) => [tag.Key ?? tag.key ?? '', tag.Value ?? tag.value ?? '']),
    ),
  };
}

/** What to say of an entry of the plan: null when the account does not have it. */
function each<T>(
  entries: Readonly<Record<string, T>>,
  find: (entry: T) => Promise<Tagged | null>,
): Promise<(Tagged | null)[]> {
  return Promise.all(Object.values(entries).map(find));
}

function size(entries: Readonly<Record<string, unknown>>): number {
  return Object.keys(entries).length;
}

function kinds(plan: Plan): Kind[] {
  return [...networkKinds(plan), ...serviceKinds(plan), ...storeKinds(plan), ...operationKinds(plan)];
}

function networkKinds(plan: Plan): Kind[] {
  const { loadBalancer } = plan;
  return [
    {
      key: 'vpc',
      words: 'VPCs',
      count: 1,
      find: async (live) => {
        const vpc = await live.network.vpc();
        return [vpc === null ? null : tagged(plan.network.name, plan.tags, vpc.Tags)];
      },
    },
    {
      key: 'subnets',
      words: 'subnets',
      count: plan.network.subnets.length,
      find: async (live) =>
        (await live.network.subnets())
          .filter(({ CidrBlock }) => plan.network.subnets.some(({ cidr }) => cidr === CidrBlock))
          .map(({ CidrBlock, Tags }) => tagged(CidrBlock ?? '?', plan.tags, Tags)),
    },
    {
      key: 'security-groups',
      words: 'security groups',
      count: plan.network.securityGroups.length,
      find: async (live) => {
        const names = new Set(plan.network.securityGroups.map(({ name }) => name));
        return (await live.network.securityGroups())
          .filter(({ GroupName }) => names.has(GroupName ?? ''))
          .map(({ GroupName, Tags }) => tagged(GroupName ?? '?', plan.tags, Tags));
      },
    },
    ...(loadBalancer === null
      ? []
      : [
          {
            key: 'load-balancer',
            words: 'load balancers',
            count: 1,
            find: async (live: Live) => {
              const found = await live.loadBalancing.balancer();
              if (found?.LoadBalancerArn === undefined) return [null];
              return [
                tagged(loadBalancer.name, plan.tags, await live.loadBalancing.tags(found.LoadBalancerArn)),
              ];
            },
          },
        ]),
  ];
}

function serviceKinds(plan: Plan): Kind[] {
  return [
    {
      key: 'cluster',
      words: 'clusters',
      count: 1,
      find: async (live) => {
        const cluster = await live.containers.cluster();
        return [cluster === null ? null : tagged(plan.cluster.name, plan.tags, cluster.tags)];
      },
    },
    {
      key: 'services',
      words: 'services',
      count: size(plan.services),
      find: (live) =>
        each(plan.services, async ({ key, name, tags }) => {
          const found = await live.containers.findService(key);
          return found === null ? null : tagged(name, tags, found.tags);
        }),
    },
    {
      key: 'task-definitions',
      words: 'task definitions',
      count: size(plan.services),
      find: (live) =>
        each(plan.services, async ({ key, taskFamily, tags }) => {
          if ((await live.containers.findService(key)) === null) return null;
          return tagged(taskFamily, tags, (await live.containers.taskDefinition(key)).tags);
        }),
    },
    {
      key: 'target-groups',
      words: 'target groups',
      count: plannedTargetGroups(plan).length,
      find: (live) =>
        Promise.all(
          plannedTargetGroups(plan).map(async ({ service, name }) => {
            const arn = (await live.loadBalancing.findTargetGroup(name))?.TargetGroupArn;
            if (arn === undefined) return null;
            return tagged(
              name,
              plan.services[service]?.tags ?? plan.tags,
              await live.loadBalancing.tags(arn),
            );
          }),
        ),
    },
    {
      key: 'repositories',
      words: 'repositories',
      count: Object.values(plan.services).filter(({ registry }) => registry !== null).length,
      find: (live) =>
        each(plan.services, async ({ registry, tags }) => {
          if (registry === null) return null;
          const arn = (await live.operations.findRepository(registry.name))?.repositoryArn;
          return arn === undefined
            ? null
            : tagged(registry.name, tags, await live.operations.repositoryTags(arn));
        }),
    },
  ];
}

function storeKinds(plan: Plan): Kind[] {
  return [
    {
      key: 'databases',
      words: 'databases',
      count: size(plan.databases),
      find: (live) =>
        each(plan.databases, async ({ name, engine, tags }) => {
          const found =
            engine.kind === 'postgresql'
              ? await live.data.findInstance(name)
              : await live.data.findCluster(name);
          return found === null ? null : tagged(name, tags, found.TagList);
        }),
    },
    {
      key: 'tables',
      words: 'tables',
      count: size(plan.tables),
      find: (live) =>
        each(plan.tables, async ({ name, tags }) => {
          const arn = (await live.data.findTable(name))?.TableArn;
          return arn === undefined ? null : tagged(name, tags, await live.data.tableTags(arn));
        }),
    },
    {
      key: 'buckets',
      words: 'buckets',
      count: size(plan.buckets),
      find: (live) =>
        each(plan.buckets, async ({ name, tags }) =>
          (await live.data.bucketExists(name)) ? tagged(name, tags, await live.data.bucketTags(name)) : null,
        ),
    },
    {
      key: 'secrets',
      words: 'generated secrets',
      count: Object.values(plan.secrets).filter(({ kind }) => kind === 'generated').length,
      find: (live) =>
        each(plan.secrets, async ({ name, kind }) => {
          const found = kind === 'generated' ? await live.operations.findSecret(name) : null;
          return found === null ? null : tagged(name, plan.tags, found.Tags);
        }),
    },
  ];
}

function operationKinds(plan: Plan): Kind[] {
  return [
    {
      key: 'log-groups',
      words: 'log groups',
      count: size(plan.logGroups),
      find: (live) =>
        each(plan.logGroups, async ({ name }) => {
          const found = await live.operations.findLogGroup(name);
          if (found === null) return null;
          const arn = found.logGroupArn ?? found.arn ?? '';
          return { name, planned: plan.tags, found: await live.operations.logGroupTags(arn) };
        }),
    },
    {
      key: 'keys',
      words: 'keys',
      count: size(plan.keys),
      find: (live) =>
        each(plan.keys, async ({ alias }) => {
          const found = await live.operations.findKey(alias);
          if (found === null) return null;
          const tags = await live.operations.keyTags(alias);
          return tagged(
            alias,
            plan.tags,
            tags.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue })),
          );
        }),
    },
    {
      key: 'topics',
      words: 'topics',
      count: size(plan.topics),
      find: (live) =>
        each(plan.topics, async ({ name }) => {
          const arn = live.operations.topicArn(name);
          if ((await live.operations.topicAttributes(arn)) === null) return null;
          return tagged(name, plan.tags, await live.operations.topicTags(arn));
        }),
    },
    {
      key: 'alarms',
      words: 'alarms',
      count: size(plan.alarms),
      find: (live) =>
        each(plan.alarms, async ({ name }) => {
          const arn = (await live.operations.findAlarm(name))?.AlarmArn;
          return arn === undefined ? null : tagged(name, plan.tags, await live.operations.alarmTags(arn));
        }),
    },
  ];
}
