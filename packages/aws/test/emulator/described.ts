import { DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeNatGatewaysCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeRepositoriesCommand, ECRClient, GetLifecyclePolicyCommand } from '@aws-sdk/client-ecr';
import { DescribeClustersCommand, DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { DescribeDBClustersCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import type { Plan } from '@breakwater/plan';

/** What the account says of a system: some of everything that its plan declares. */
export async function described({ region, cluster, services, tables }: Plan) {
  const ecs = new ECSClient({ region });
  const elb = new ElasticLoadBalancingV2Client({ region });
  const ecr = new ECRClient({ region });
  const rds = new RDSClient({ region });
  const { clusters = [] } = await ecs.send(new DescribeClustersCommand({ clusters: [cluster.name] }));
  const { services: running = [] } = await ecs.send(
    new DescribeServicesCommand({
      cluster: cluster.name,
      services: Object.values(services).map(({ name }) => name),
    }),
  );
  const blue = Object.values(services).flatMap(({ ingress }) => ingress?.targetGroups[0]?.name ?? []);
  const groups = await elb.send(new DescribeTargetGroupsCommand({ Names: blue }));
  const health = await Promise.all(
    (groups.TargetGroups ?? []).map(async ({ TargetGroupArn }) => {
      const { TargetHealthDescriptions = [] } = await elb.send(
        new DescribeTargetHealthCommand({ TargetGroupArn }),
      );
      return TargetHealthDescriptions.map(({ TargetHealth }) => TargetHealth?.State);
    }),
  );
  const ttl = await Promise.all(
    Object.values(tables).map(async ({ name }) => {
      const table = new DescribeTimeToLiveCommand({ TableName: name });
      return (await new DynamoDBClient({ region }).send(table)).TimeToLiveDescription?.AttributeName ?? null;
    }),
  );
  const repositories = await Promise.all(
    Object.values(services).flatMap(({ registry }) =>
      registry === null
        ? []
        : [
            (async () => {
              const asked = { repositoryNames: [registry.name] };
              const found = (await ecr.send(new DescribeRepositoriesCommand(asked))).repositories?.[0];
              const policy = await ecr.send(new GetLifecyclePolicyCommand({ repositoryName: registry.name }));
              return {
                scanOnPush: found?.imageScanningConfiguration?.scanOnPush,
                keepImages: JSON.parse(policy.lifecyclePolicyText ?? '{}').rules?.[0]?.selection.countNumber,
              };
            })(),
          ],
    ),
  );
  const { NatGateways = [] } = await new EC2Client({ region }).send(new DescribeNatGatewaysCommand({}));
  const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
  const { DBClusters = [] } = await rds.send(new DescribeDBClustersCommand({}));
  return {
    insights: clusters[0]?.settings?.[0]?.value,
    services: running.map((service) => ({
      name: service.serviceName,
      running: service.runningCount,
      capacity: service.capacityProviderStrategy?.map(({ capacityProvider, weight, base }) => ({
        provider: capacityProvider,
        weight,
        base: base ?? 0,
      })),
      circuitBreaker: service.deploymentConfiguration?.deploymentCircuitBreaker?.enable,
      execute: service.enableExecuteCommand ?? false,
    })),
    health,
    ttl,
    repositories,
    natGateways: NatGateways.filter(({ State }) => State === 'available').length,
    databases: [...DBClusters, ...DBInstances.filter((i) => i.DBClusterIdentifier === undefined)].map(
      (found) => ({
        encrypted: found.StorageEncrypted,
        backupDays: found.BackupRetentionPeriod,
        protected: found.DeletionProtection,
        logExports: found.EnabledCloudwatchLogsExports ?? [],
      }),
    ),
    instances: DBInstances.map(({ DBInstanceStatus }) => DBInstanceStatus),
  };
}

/** What `described` is to say of a plan. */
export function declared(plan: Plan): Awaited<ReturnType<typeof described>> {
  const services = Object.values(plan.services);
  const databases = Object.values(plan.databases);
  return {
    insights: plan.cluster.containerInsights,
    services: services.map(({ name, desiredCount, capacity, deployment, executeCommand }) => ({
      name,
      running: desiredCount,
      capacity: [...capacity],
      circuitBreaker: deployment.circuitBreaker.enabled,
      execute: executeCommand,
    })),
    health: services.flatMap(({ ingress, desiredCount }) =>
      ingress === null ? [] : [Array.from({ length: desiredCount }, () => 'healthy' as const)],
    ),
    ttl: Object.values(plan.tables).map(({ ttlAttribute }) => ttlAttribute),
    repositories: services.flatMap(({ registry }) =>
      registry === null ? [] : [{ scanOnPush: registry.scanOnPush, keepImages: registry.keepImages }],
    ),
    natGateways: plan.network.natGateways.length,
    databases: databases.map(({ encrypted, backupRetentionDays, deletionProtection, logExports }) => ({
      encrypted,
      backupDays: backupRetentionDays,
      protected: deletionProtection,
      logExports: [...logExports],
    })),
    instances: databases.flatMap(({ instances }) => instances.map(() => 'available')),
  };
}
