import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  paginateDescribeLogGroups,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  ECSClient,
  paginateListTaskDefinitions,
} from '@aws-sdk/client-ecs';
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Plan } from '@breakwater/plan';
import type { OnEvent } from '../events.ts';
import { isNamed, toAwsError } from '../failures.ts';
import { clientOptions, type Session } from '../session.ts';
import type { Inventory } from './destroy-plan.ts';

/** What {@link removeLeftovers} needs; the inventory is that from before the stacks were deleted. */
export interface Leftovers {
  readonly plan: Plan;
  readonly inventory: Inventory;
  readonly onEvent: OnEvent;
}

/**
 * Removes what AWS services leave behind when their stacks are gone: log groups, revisions of task definitions, secrets in their waiting
 * time. Returns what it could not remove, a phrase each.
 */
export async function removeLeftovers(
  session: Session,
  { plan, inventory, onEvent }: Leftovers,
): Promise<readonly string[]> {
  const tasks: readonly (readonly [what: string, remove: () => Promise<readonly string[]>])[] = [
    ['log groups', () => removeLogGroups(session, plan, inventory)],
    ...Object.values(plan.services).map(
      ({ taskFamily }) =>
        [`task definitions of ${taskFamily}`, () => removeTaskDefinitions(session, taskFamily)] as const,
    ),
    ...Object.values(plan.secrets)
      .filter((secret) => secret.kind === 'generated' && secret.removal === 'destroy')
      .map(({ name }) => [`the secret ${name}`, () => removeSecret(session, name)] as const),
  ];
  const left: string[] = [];
  for (const [what, remove] of tasks) {
    try {
      for (const removed of await remove()) onEvent({ kind: 'removed', what: removed });
    } catch (error) {
      const { message, why } = toAwsError(error, `remove ${what}`);
      onEvent({ kind: 'warning', message: `${message}: ${why ?? ''}` });
      left.push(what);
    }
  }
  return left;
}

/** Beginnings of the names of log groups that services create by themselves, and those that the plan does not keep. */
function logGroupsToRemove(plan: Plan, { resources }: Inventory): { prefixes: string[]; exact: Set<string> } {
  const functions = resources.filter(({ type }) => type === 'AWS::Lambda::Function');
  const databases = Object.values(plan.databases).flatMap(({ name, instances }) => [
    `/aws/rds/cluster/${name}/`,
    ...[name, ...instances.map((instance) => instance.name)].map((each) => `/aws/rds/instance/${each}/`),
  ]);
  const own = Object.values(plan.logGroups).filter(({ removal }) => removal === 'destroy');
  return {
    prefixes: [...databases, `/aws/ecs/containerinsights/${plan.cluster.name}/`],
    exact: new Set([
      ...functions.map(({ physicalId }) => `/aws/lambda/${physicalId}`),
      ...own.map(({ name }) => name),
    ]),
  };
}

async function removeLogGroups(
  session: Session,
  plan: Plan,
  inventory: Inventory,
): Promise<readonly string[]> {
  const client = new CloudWatchLogsClient(clientOptions(session));
  const { prefixes, exact } = logGroupsToRemove(plan, inventory);
  const kept = new Set(
    Object.values(plan.logGroups).flatMap((g) => (g.removal === 'destroy' ? [] : [g.name])),
  );
  const found = new Set<string>();
  for (const logGroupNamePrefix of [...prefixes, ...exact]) {
    for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, { logGroupNamePrefix })) {
      for (const { logGroupName = '' } of logGroups) {
        const wanted = exact.has(logGroupName) || prefixes.some((prefix) => logGroupName.startsWith(prefix));
        if (wanted && !kept.has(logGroupName)) found.add(logGroupName);
      }
    }
  }
  for (const logGroupName of found) await client.send(new DeleteLogGroupCommand({ logGroupName }));
  return [...found].map((name) => `the log group ${name}`);
}

async function removeTaskDefinitions(session: Session, familyPrefix: string): Promise<readonly string[]> {
  const client = new ECSClient(clientOptions(session));
  const ofFamily = (arn: string): boolean => arn.split('/').at(-1)?.replace(/:\d+$/, '') === familyPrefix;
  const active: string[] = [];
  for await (const { taskDefinitionArns = [] } of paginateListTaskDefinitions(
    { client },
    { familyPrefix, status: 'ACTIVE' },
  )) {
    active.push(...taskDefinitionArns.filter(ofFamily));
  }
  for (const taskDefinition of active)
    await client.send(new DeregisterTaskDefinitionCommand({ taskDefinition }));
  for (let at = 0; at < active.length; at += 10) {
    // At most ten in one call.
    await client.send(new DeleteTaskDefinitionsCommand({ taskDefinitions: active.slice(at, at + 10) }));
  }
  return active.map((arn) => `the task definition ${arn.split('/').at(-1) ?? arn}`);
}

/** A secret that CloudFormation deleted but Secrets Manager keeps for a while would keep its name from being used again. */
async function removeSecret(session: Session, name: string): Promise<readonly string[]> {
  const client = new SecretsManagerClient(clientOptions(session));
  try {
    await client.send(new DescribeSecretCommand({ SecretId: name }));
    await client.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
    return [`the secret ${name}`];
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return [];
    throw error;
  }
}
