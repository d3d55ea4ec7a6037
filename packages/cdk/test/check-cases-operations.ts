import { type Case, entry } from './check-cases.ts';

/** Logs, metrics, deployments, availability, protection, network and running. */
export const OPERATION_CASES: readonly Case[] = [
  {
    rule: 'check/log-retention',
    says: /no retention/,
    templates: ({ first }) => {
      delete first('AWS::Logs::LogGroup').Properties['RetentionInDays'];
    },
  },
  {
    rule: 'check/log-without-key',
    about: 'that was promised',
    says: /has no customer key\.$/,
    severity: 'error',
    templates: ({ first }) => {
      delete first('AWS::Logs::LogGroup').Properties['KmsKeyId'];
    },
  },
  {
    rule: 'check/log-without-key',
    about: 'of a helper',
    says: /while others have/,
    severity: 'info',
    templates: ({ add }) => add('AWS::Logs::LogGroup', { RetentionInDays: 7 }),
  },
  {
    rule: 'check/short-logs',
    says: /keeps 7 days/,
    plan: ({ logGroups }) => {
      entry(logGroups, 'service/web').retentionDays = 7;
    },
  },
  {
    rule: 'check/unknown-metric',
    about: 'in the plan',
    says: /AWS\/ECS has no metric RunningTaskCount; ECS\/ContainerInsights has/,
    severity: 'error',
    plan: ({ alarms }) => {
      entry(alarms, 'web-running-tasks').metric.namespace = 'AWS/ECS';
    },
  },
  {
    rule: 'check/unknown-metric',
    about: 'by its dimensions, in a template',
    says: /publishes HealthyHostCount by LoadBalancer, TargetGroup, not by TargetGroup/,
    templates: ({ add }) =>
      add('AWS::CloudWatch::Alarm', {
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'HealthyHostCount',
        Dimensions: [{ Name: 'TargetGroup', Value: 'x' }],
      }),
  },
  {
    rule: 'check/unknown-metric',
    about: 'in the mathematics of an alarm',
    says: /AWS\/ECS has no metric Nothing/,
    templates: ({ add }) =>
      add('AWS::CloudWatch::Alarm', {
        Metrics: [{ Id: 'a', MetricStat: { Metric: { Namespace: 'AWS/ECS', MetricName: 'Nothing' } } }],
      }),
  },
  {
    rule: 'check/empty-widget',
    says: /has no metric/,
    plan: ({ dashboard }) => {
      const metric = dashboard?.widgets[0]?.left[0];
      if (metric !== undefined) metric.name = 'CpuUsed';
    },
  },
  {
    rule: 'check/silent-alarms',
    says: /tells anybody/,
    plan: ({ alarms }) => {
      for (const alarm of Object.values(alarms)) alarm.notifies = false;
    },
  },
  {
    rule: 'check/cut-requests',
    says: /may wait 60 s.*ends after 30 s/,
    plan: ({ loadBalancer }) => {
      if (loadBalancer !== null) loadBalancer.idleTimeoutSeconds = 60;
    },
  },
  {
    rule: 'check/slow-draining',
    says: /up to 300 s/,
    plan: ({ services }) => {
      const { ingress } = entry(services, 'web');
      if (ingress !== null) ingress.deregistrationDelaySeconds = 300;
    },
  },
  {
    rule: 'check/keep-alive',
    says: /open for 60 s: web/,
    plan: ({ loadBalancer }) => {
      if (loadBalancer !== null) loadBalancer.idleTimeoutSeconds = 60;
    },
  },
  {
    rule: 'check/stuck-on-schedule',
    says: /With 3 tasks, web may neither/,
    plan: ({ services }) => {
      const { deployment } = entry(services, 'web');
      deployment.minimumHealthyPercent = 100;
      deployment.maximumPercent = 125;
    },
  },
  {
    rule: 'check/no-grace',
    says: /first second/,
    plan: ({ services }) => {
      const { ingress } = entry(services, 'web');
      if (ingress !== null) ingress.health.gracePeriodSeconds = 0;
    },
  },
  {
    rule: 'check/no-rollback',
    says: /not taken back/,
    plan: ({ services }) => {
      entry(services, 'web').deployment.circuitBreaker.rollback = false;
    },
  },
  {
    rule: 'check/shift-without-alarm',
    says: /canary deployments of web/,
    plan: ({ services }) => {
      entry(services, 'web').deployment.strategy = {
        kind: 'canary',
        percent: 5,
        canaryBakeMinutes: 5,
        bakeMinutes: 5,
      };
    },
  },
  {
    rule: 'check/double-capacity',
    says: /up to 8 tasks/,
    severity: 'info',
    plan: ({ services }) => {
      entry(services, 'web').deployment.strategy = { kind: 'blue-green', bakeMinutes: 5 };
    },
  },
  {
    rule: 'check/keep-images',
    says: /keeps 2/,
    plan: ({ services }) => {
      const { registry } = entry(services, 'web');
      if (registry !== null) registry.keepImages = 2;
    },
  },
  {
    rule: 'check/desired-count-reset',
    says: /DesiredCount is 2/,
    templates: ({ first }) => {
      first('AWS::ECS::Service').Properties['DesiredCount'] = 2;
    },
  },
  {
    rule: 'check/requests-with-two-groups',
    says: /scales by requests/,
    templates: ({ first }) => {
      first('AWS::ECS::Service').Properties['LoadBalancers'] = [{ AdvancedConfiguration: {} }];
      first('AWS::ApplicationAutoScaling::ScalingPolicy').Properties[
        'TargetTrackingScalingPolicyConfiguration'
      ] = {
        PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget' },
      };
    },
  },
  {
    rule: 'check/target-type',
    says: /instance/,
    templates: ({ first }) => {
      delete first('AWS::ElasticLoadBalancingV2::TargetGroup').Properties['TargetType'];
    },
  },
  {
    rule: 'check/spot-only',
    says: /No task of web/,
    plan: ({ services }) => {
      entry(services, 'web').capacity = [{ provider: 'FARGATE_SPOT', weight: 1, base: 2 }];
    },
  },
  {
    rule: 'check/single-nat',
    says: /2 zones share/,
    plan: ({ network }) => {
      network.natGateways.pop();
    },
  },
  {
    rule: 'check/single-task',
    says: /1 task at least/,
    plan: ({ services }) => {
      const { scaling } = entry(services, 'web');
      if (scaling !== null) scaling.minimum = 1;
    },
  },
  {
    rule: 'check/single-zone-database',
    about: 'of Aurora',
    says: /^db has no standby/,
    plan: ({ databases }) => {
      entry(databases, 'db').instances.pop();
    },
  },
  {
    rule: 'check/single-zone-database',
    about: 'of RDS',
    says: /^plain has no standby/,
    plan: ({ databases }) => {
      entry(databases, 'plain').multiAz = false;
    },
  },
  {
    rule: 'check/min-percent',
    says: /50 %/,
    plan: ({ services }) => {
      entry(services, 'web').deployment.minimumHealthyPercent = 50;
    },
  },
  {
    rule: 'check/unprotected-production',
    says: /not protected/,
    plan: (plan) => {
      plan.protect = false;
    },
  },
  {
    rule: 'check/disposable-data',
    about: 'by its policy',
    says: /deleted with its data/,
    templates: ({ first }) => {
      first('AWS::RDS::DBCluster').DeletionPolicy = 'Delete';
    },
  },
  {
    rule: 'check/disposable-data',
    about: 'without deletion protection',
    says: /Deletion protection is off/,
    templates: ({ first }) => {
      delete first('AWS::RDS::DBCluster').Properties['DeletionProtection'];
    },
  },
  {
    rule: 'check/left-behind',
    env: 'dev',
    says: /deletion policy Retain/,
    templates: ({ first }) => {
      first('AWS::S3::Bucket').DeletionPolicy = 'Retain';
    },
  },
  {
    rule: 'check/no-backups',
    about: 'of a database',
    says: /db has no backups/,
    severity: 'error',
    plan: ({ databases }) => {
      entry(databases, 'db').backupRetentionDays = 0;
    },
  },
  {
    rule: 'check/no-backups',
    about: 'of a table',
    says: /items cannot be restored/,
    plan: ({ tables }) => {
      entry(tables, 'items').pointInTimeRecovery = false;
    },
  },
  {
    rule: 'check/no-backups',
    about: 'of a bucket',
    says: /files keeps no earlier/,
    plan: ({ buckets }) => {
      entry(buckets, 'files').versioned = false;
    },
  },
  {
    rule: 'check/no-way-out',
    says: /cannot reach ssmmessages, xray/,
    plan: ({ network, services }) => {
      network.natGateways = [];
      entry(services, 'web').executeCommand = true;
    },
  },
  {
    rule: 'check/addresses',
    says: /22 addresses, but up to 40 tasks/,
    plan: ({ network, services }) => {
      for (const subnet of network.subnets) subnet.cidr = subnet.cidr.replace('/24', '/28');
      const { scaling } = entry(services, 'web');
      if (scaling !== null) scaling.maximum = 20;
    },
  },
  {
    rule: 'check/exec-in-production',
    says: /are not logged/,
    severity: 'warning',
    plan: ({ services, cluster }) => {
      entry(services, 'web').executeCommand = true;
      cluster.executeCommandLogGroup = null;
    },
  },
  {
    rule: 'check/no-image-scan',
    says: /not scanned/,
    plan: ({ services }) => {
      const { registry } = entry(services, 'web');
      if (registry !== null) registry.scanOnPush = false;
    },
  },
  {
    rule: 'check/mutable-image',
    about: 'of a service',
    says: /runs nginx:1\.29/,
    plan: ({ services }) => {
      entry(services, 'web').image = { kind: 'image', reference: 'nginx:1.29' };
    },
  },
  {
    rule: 'check/mutable-image',
    about: 'of a collector',
    says: /collector of web is otel:latest/,
    plan: ({ services }) => {
      const { tracing } = entry(services, 'web');
      if (tracing !== null) tracing.sidecar.image = 'otel:latest';
    },
  },
  {
    rule: 'check/writable-root',
    says: /writable/,
    plan: ({ services }) => {
      entry(services, 'web').readonlyRootFilesystem = false;
    },
  },
  {
    rule: 'check/key-without-rotation',
    says: /not rotated/,
    templates: ({ first }) => {
      delete first('AWS::KMS::Key').Properties['EnableKeyRotation'];
    },
  },
];
