import {
  DeleteScalingPolicyCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  DeleteAlarmsCommand,
  DeleteDashboardsCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { DeleteRetentionPolicyCommand, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteLifecyclePolicyCommand,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
} from '@aws-sdk/client-ecr';
import {
  DeregisterTaskDefinitionCommand,
  PutClusterCapacityProvidersCommand,
  RegisterTaskDefinitionCommand,
  UpdateClusterCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { ModifyDBClusterCommand, ModifyDBClusterParameterGroupCommand } from '@aws-sdk/client-rds';
import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { present } from '../../src/verify/outcome.ts';
import type { Deployed } from './deployed.ts';
import type { Mutation } from './mutation.ts';

const CLUSTER = 'cluster-catalog-dev';
const SERVICE = 'service-catalog-dev';
const DATABASE = 'database-products-dev';
const TARGET = {
  ServiceNamespace: 'ecs',
  ResourceId: `service/${CLUSTER}/${SERVICE}`,
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;

function service(change: object, back: object) {
  return async ({ clients: { ecs } }: Deployed) => {
    const update = (input: object) =>
      ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service: SERVICE, ...input }));
    await update(change);
    return () => update(back);
  };
}

function cluster(change: object, back: object) {
  return async ({ clients: { rds } }: Deployed) => {
    const modify = (input: object) =>
      rds.send(
        new ModifyDBClusterCommand({ DBClusterIdentifier: DATABASE, ApplyImmediately: true, ...input }),
      );
    await modify(change);
    return () => modify(back);
  };
}

/** Changes of the catalogue's containers, scaling, registry, database, secret, logs and alarms. */
export const CATALOG_MUTATIONS: readonly Mutation[] = [
  {
    name: 'Container Insights are switched off',
    caughtBy: ['cluster.insights'],
    change: async ({ clients: { ecs } }) => {
      const set = (value: string) =>
        ecs.send(
          new UpdateClusterCommand({
            cluster: CLUSTER,
            settings: [{ name: 'containerInsights', value }],
          }),
        );
      await set('disabled');
      return () => set('enabled');
    },
  },
  {
    name: 'Fargate Spot is taken from the cluster',
    caughtBy: ['cluster.capacity-providers'],
    change: async ({ clients: { ecs } }) => {
      const put = (capacityProviders: string[]) =>
        ecs.send(
          new PutClusterCapacityProvidersCommand({
            cluster: CLUSTER,
            capacityProviders,
            defaultCapacityProviderStrategy: [],
          }),
        );
      await put(['FARGATE']);
      return () => put(['FARGATE', 'FARGATE_SPOT']);
    },
  },
  {
    name: 'the desired count is set below the minimum',
    caughtBy: ['services.catalog.count', 'target-groups.catalog.health'],
    change: service({ desiredCount: 1 }, { desiredCount: 2 }),
  },
  {
    name: 'a newer revision of the task definition is registered',
    caughtBy: ['services.catalog.revision'],
    change: async ({ clients: { ecs }, look }) => {
      const { family, containerDefinitions, cpu, memory, networkMode } =
        await look().containers.taskDefinition('catalog');
      const { taskDefinition } = await ecs.send(
        new RegisterTaskDefinitionCommand({
          family,
          containerDefinitions,
          cpu,
          memory,
          networkMode,
          requiresCompatibilities: ['FARGATE'],
        }),
      );
      return () =>
        ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: taskDefinition?.taskDefinitionArn }));
    },
  },
  {
    name: 'the maximum of scaling is raised',
    caughtBy: ['scaling.catalog.target'],
    change: async ({ clients: { applicationAutoScaling } }) => {
      const set = (MaxCapacity: number) =>
        applicationAutoScaling.send(
          new RegisterScalableTargetCommand({ ...TARGET, MinCapacity: 2, MaxCapacity }),
        );
      await set(50);
      return () => set(10);
    },
  },
  {
    name: 'the scaling policy is deleted',
    caughtBy: ['scaling.catalog.policies'],
    change: async ({ clients: { applicationAutoScaling }, look }) => {
      const [policy] = await look().containers.scalingPolicies('catalog');
      await applicationAutoScaling.send(
        new DeleteScalingPolicyCommand({ ...TARGET, PolicyName: policy?.PolicyName }),
      );
      return () =>
        applicationAutoScaling.send(
          new PutScalingPolicyCommand({
            ...TARGET,
            PolicyName: policy?.PolicyName,
            PolicyType: 'TargetTrackingScaling',
            TargetTrackingScalingPolicyConfiguration: policy?.TargetTrackingScalingPolicyConfiguration,
          }),
        );
    },
  },
  {
    name: 'the scaling policy aims at another CPU utilisation',
    caughtBy: ['scaling.catalog.policies'],
    change: async ({ clients: { applicationAutoScaling }, look }) => {
      const [policy] = await look().containers.scalingPolicies('catalog');
      const configuration = present(policy?.TargetTrackingScalingPolicyConfiguration, 'policy');
      const put = (TargetValue: number | undefined) =>
        applicationAutoScaling.send(
          new PutScalingPolicyCommand({
            ...TARGET,
            PolicyName: policy?.PolicyName,
            PolicyType: 'TargetTrackingScaling',
            TargetTrackingScalingPolicyConfiguration: { ...configuration, TargetValue },
          }),
        );
      await put(95);
      return () => put(configuration.TargetValue);
    },
  },
  {
    name: 'image scanning is switched off',
    caughtBy: ['registries.catalog.scanning'],
    change: async ({ clients: { ecr } }) => {
      const put = (scanOnPush: boolean) =>
        ecr.send(
          new PutImageScanningConfigurationCommand({
            repositoryName: 'repo-catalog-dev',
            imageScanningConfiguration: { scanOnPush },
          }),
        );
      await put(false);
      return () => put(true);
    },
  },
  {
    name: 'tags of images become immutable',
    caughtBy: ['registries.catalog.tags'],
    change: async ({ clients: { ecr } }) => {
      const put = (imageTagMutability: 'IMMUTABLE' | 'MUTABLE') =>
        ecr.send(
          new PutImageTagMutabilityCommand({ repositoryName: 'repo-catalog-dev', imageTagMutability }),
        );
      await put('IMMUTABLE');
      return () => put('MUTABLE');
    },
  },
  {
    name: 'the lifecycle policy of the repository is deleted',
    caughtBy: ['registries.catalog.lifecycle'],
    change: async ({ clients: { ecr }, look }) => {
      const repositoryName = 'repo-catalog-dev';
      const lifecyclePolicyText = present(await look().operations.lifecyclePolicy(repositoryName), 'policy');
      await ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName }));
      return () => ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
    },
  },
  {
    name: 'backups are kept for fewer days',
    caughtBy: ['databases.products.backups'],
    change: cluster({ BackupRetentionPeriod: 1 }, { BackupRetentionPeriod: 7 }),
  },
  {
    name: 'the database is protected from deletion',
    caughtBy: ['databases.products.protection'],
    change: cluster({ DeletionProtection: true }, { DeletionProtection: false }),
  },
  {
    name: 'the database may grow further',
    caughtBy: ['databases.products.capacity'],
    change: cluster(
      { ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 64 } },
      { ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 2 } },
    ),
  },
  {
    name: 'the database accepts connections without TLS',
    caughtBy: ['databases.products.tls'],
    change: async ({ clients: { rds } }) => {
      const set = (ParameterValue: string) =>
        rds.send(
          new ModifyDBClusterParameterGroupCommand({
            DBClusterParameterGroupName: 'parameter-group-products-dev',
            Parameters: [{ ParameterName: 'rds.force_ssl', ParameterValue, ApplyMethod: 'immediate' }],
          }),
        );
      await set('0');
      return () => set('1');
    },
  },
  {
    name: 'the secret loses a field',
    caughtBy: ['secrets.database/products.fields'],
    change: async ({ clients: { secrets } }) => {
      const SecretId = 'credentials-products-dev';
      const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId }));
      const { host: _, ...rest } = JSON.parse(SecretString) as Record<string, string>;
      await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(rest) }));
      return () => secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
    },
  },
  {
    name: 'lines are kept for longer',
    caughtBy: ['logs.service/catalog.retention'],
    change: async ({ clients: { logs } }) => {
      const logGroupName = '/ecs/logs-catalog-dev';
      await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 30 }));
      return () => logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 7 }));
    },
  },
  {
    name: 'lines of the database are kept for ever',
    caughtBy: ['logs.database/products.retention'],
    change: async ({ clients: { logs } }) => {
      const logGroupName = '/aws/rds/cluster/database-products-dev/postgresql';
      await logs.send(new DeleteRetentionPolicyCommand({ logGroupName }));
      return () => logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 7 }));
    },
  },
  {
    name: 'an alarm is disarmed',
    caughtBy: ['alarms.catalog-cpu.armed'],
    change: async ({ clients: { cloudWatch } }) => {
      const AlarmNames = ['cpu-alarm-catalog-dev'];
      await cloudWatch.send(new DisableAlarmActionsCommand({ AlarmNames }));
      return () => cloudWatch.send(new EnableAlarmActionsCommand({ AlarmNames }));
    },
  },
  {
    name: 'an alarm goes off',
    caughtBy: ['alarms.catalog-running-tasks.armed'],
    change: async ({ clients: { cloudWatch } }) => {
      const set = (StateValue: 'ALARM' | 'OK') =>
        cloudWatch.send(
          new SetAlarmStateCommand({
            AlarmName: 'running-tasks-alarm-catalog-dev',
            StateValue,
            StateReason: 'a test',
          }),
        );
      await set('ALARM');
      return () => set('OK');
    },
  },
  ...(['threshold', 'deleted'] as const).map(
    (kind): Mutation => ({
      name: kind === 'deleted' ? 'an alarm is deleted' : 'an alarm watches for another threshold',
      caughtBy: [kind === 'deleted' ? 'alarms.catalog-cpu.armed' : 'alarms.catalog-cpu.configuration'],
      change: async ({ clients: { cloudWatch }, look }) => {
        const AlarmName = 'cpu-alarm-catalog-dev';
        const alarm = present(await look().operations.findAlarm(AlarmName), 'alarm');
        const put = (Threshold: number | undefined) =>
          cloudWatch.send(
            new PutMetricAlarmCommand({
              AlarmName,
              AlarmDescription: alarm.AlarmDescription,
              Namespace: alarm.Namespace,
              MetricName: alarm.MetricName,
              Dimensions: alarm.Dimensions,
              Statistic: alarm.Statistic,
              Period: alarm.Period,
              EvaluationPeriods: alarm.EvaluationPeriods,
              DatapointsToAlarm: alarm.DatapointsToAlarm,
              ComparisonOperator: alarm.ComparisonOperator,
              TreatMissingData: alarm.TreatMissingData,
              Threshold,
              Tags: [
                { Key: 'Environment', Value: 'dev' },
                { Key: 'ManagedBy', Value: 'Breakwater' },
                { Key: 'Project', Value: 'catalog' },
              ],
            }),
          );
        if (kind === 'deleted') await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [AlarmName] }));
        else await put(99);
        return () => put(alarm.Threshold);
      },
    }),
  ),
  ...(['changed', 'deleted'] as const).map(
    (kind): Mutation => ({
      name: `the dashboard is ${kind}`,
      caughtBy: [kind === 'deleted' ? 'dashboard.exists' : 'dashboard.widgets'],
      change: async ({ clients: { cloudWatch }, look }) => {
        const DashboardName = 'dashboard-catalog-dev';
        const DashboardBody = present(await look().operations.findDashboard(DashboardName), 'dashboard');
        const changed = DashboardBody.replace('MemoryUtilization', 'MemoryReservation');
        if (kind === 'deleted')
          await cloudWatch.send(new DeleteDashboardsCommand({ DashboardNames: [DashboardName] }));
        else await cloudWatch.send(new PutDashboardCommand({ DashboardName, DashboardBody: changed }));
        return () => cloudWatch.send(new PutDashboardCommand({ DashboardName, DashboardBody }));
      },
    }),
  ),
];
