import { type ClusterPlan, entry, type Plan } from '@breakwater/plan';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as logs from 'aws-cdk-lib/aws-logs';
import * as servicediscovery from 'aws-cdk-lib/aws-servicediscovery';
import type { Construct } from 'constructs';
import type { ApplyTransform } from '../../transform.ts';

const INSIGHTS: Readonly<Record<ClusterPlan['containerInsights'], ecs.ContainerInsights>> = {
  enhanced: ecs.ContainerInsights.ENHANCED,
  enabled: ecs.ContainerInsights.ENABLED,
  disabled: ecs.ContainerInsights.DISABLED,
};

function executeCommand(
  plan: Plan,
  logGroups: Readonly<Record<string, logs.LogGroup>>,
): Pick<ecs.ClusterProps, 'executeCommandConfiguration'> {
  const key = plan.cluster.executeCommandLogGroup;
  if (key === null) return {};
  return {
    executeCommandConfiguration: {
      logging: ecs.ExecuteCommandLogging.OVERRIDE,
      logConfiguration: {
        cloudWatchLogGroup: entry(logGroups, key, 'log group'),
        cloudWatchEncryptionEnabled: plan.cluster.executeCommandEncrypted,
      },
    },
  };
}

/** The cluster, its capacity providers and the namespace of Service Connect. */
export function createCluster(
  scope: Construct,
  plan: Plan,
  vpc: ec2.Vpc,
  logGroups: Readonly<Record<string, logs.LogGroup>>,
  transform: ApplyTransform,
): { readonly cluster: ecs.Cluster; readonly namespace: servicediscovery.INamespace | null } {
  const { cluster: clusterPlan } = plan;
  const providers = clusterPlan.capacityProviders;
  const both = providers.includes('FARGATE') && providers.includes('FARGATE_SPOT');
  const cluster = new ecs.Cluster(
    scope,
    'Cluster',
    transform('cluster', 'cluster', {
      vpc,
      clusterName: clusterPlan.name,
      containerInsightsV2: INSIGHTS[clusterPlan.containerInsights],
      enableFargateCapacityProviders: both,
      ...executeCommand(plan, logGroups),
    }),
  );
  if (!both && providers.length > 0) {
    // The L2 property always adds both providers.
    new ecs.CfnClusterCapacityProviderAssociations(scope, 'CapacityProviders', {
      cluster: cluster.clusterName,
      capacityProviders: [...providers],
      defaultCapacityProviderStrategy: [],
    });
  }
  if (clusterPlan.namespace === null) return { cluster, namespace: null };
  const namespace = cluster.addDefaultCloudMapNamespace({
    name: clusterPlan.namespace.name,
    type:
      clusterPlan.namespace.kind === 'http'
        ? servicediscovery.NamespaceType.HTTP
        : servicediscovery.NamespaceType.DNS_PRIVATE,
    vpc,
    useForServiceConnect: true,
  });
  return { cluster, namespace };
}
