import { entry, type Plan } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import { child, idOf, named, type Scope, tagsOf } from '../../scope.ts';

/** A Cloud Map namespace of either kind. */
export type Namespace = aws.servicediscovery.PrivateDnsNamespace | aws.servicediscovery.HttpNamespace;

/** The cluster and what belongs to it. */
export interface ClusterResources {
  readonly cluster: aws.ecs.Cluster;
  /** Services name its providers, so they come after it. */
  readonly capacityProviders: aws.ecs.ClusterCapacityProviders;
  readonly namespace: Namespace | null;
}

function createNamespace(scope: Scope, vpc: aws.ec2.Vpc): Namespace | null {
  const { namespace } = scope.plan.cluster;
  if (namespace === null) return null;
  const args = { name: namespace.name, tags: tagsOf(scope) };
  return namespace.kind === 'http'
    ? new aws.servicediscovery.HttpNamespace(idOf(scope, 'namespace'), args, named(scope))
    : new aws.servicediscovery.PrivateDnsNamespace(
        idOf(scope, 'namespace'),
        { ...args, vpc: vpc.id },
        named(scope),
      );
}

function executeCommand(
  plan: Plan,
  logGroups: Readonly<Record<string, aws.cloudwatch.LogGroup>>,
): Pick<aws.ecs.ClusterArgs, 'configuration'> {
  const key = plan.cluster.executeCommandLogGroup;
  if (key === null) return {};
  return {
    configuration: {
      executeCommandConfiguration: {
        logging: 'OVERRIDE',
        logConfiguration: {
          cloudWatchLogGroupName: entry(logGroups, key, 'log group').name,
          cloudWatchEncryptionEnabled: plan.cluster.executeCommandEncrypted,
        },
      },
    },
  };
}

/** The cluster, its capacity providers and the namespace of Service Connect. */
export function createCluster(
  scope: Scope,
  vpc: aws.ec2.Vpc,
  logGroups: Readonly<Record<string, aws.cloudwatch.LogGroup>>,
): ClusterResources {
  const plan = scope.plan.cluster;
  const namespace = createNamespace(scope, vpc);
  const cluster = new aws.ecs.Cluster(
    idOf(scope, 'cluster'),
    scope.transform('cluster', 'cluster', {
      name: plan.name,
      settings: [{ name: 'containerInsights', value: plan.containerInsights }],
      ...(namespace === null ? {} : { serviceConnectDefaults: { namespace: namespace.arn } }),
      ...executeCommand(scope.plan, logGroups),
      tags: tagsOf(scope),
    }),
    named(scope),
  );
  const capacityProviders = new aws.ecs.ClusterCapacityProviders(
    idOf(scope, 'cluster'),
    { clusterName: cluster.name, capacityProviders: [...plan.capacityProviders] },
    child(scope),
  );
  return { cluster, capacityProviders, namespace };
}
