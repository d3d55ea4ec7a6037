import { type App, Aws, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { DataStack } from './data-stack.ts';
import type { FoundationStack } from './foundation-stack.ts';
import { env, region } from './names.ts';
import type { RegistriesStack } from './registries-stack.ts';

const collector = `extensions: {health_check: {endpoint: 127.0.0.1:13133}}
receivers: {otlp: {protocols: {grpc: {endpoint: 127.0.0.1:4317}, http: {endpoint: 127.0.0.1:4318}}}}
processors: {batch: {}, memory_limiter: {check_interval: 1s, limit_mib: 100}}
exporters: {awsxray: {region: ${region}}}
service:
  extensions: [health_check]
  pipelines: {traces: {receivers: [otlp], processors: [memory_limiter, batch], exporters: [awsxray]}}`;

export class CatalogStack extends Stack {
  readonly targetGroup: elbv2.ApplicationTargetGroup;
  constructor(
    app: App,
    id: string,
    {
      foundation,
      data,
      registries,
      ...props
    }: StackProps & { foundation: FoundationStack; data: DataStack; registries: RegistriesStack },
  ) {
    super(app, id, props);
    const group = (name: string, from: ec2.SecurityGroup) =>
      ec2.SecurityGroup.fromSecurityGroupId(this, name, from.securityGroupId, { mutable: false });
    const rule = (name: string, from: ec2.SecurityGroup, to: ec2.SecurityGroup, port: number) => {
      new ec2.CfnSecurityGroupEgress(this, `${name}Egress`, {
        groupId: from.securityGroupId,
        destinationSecurityGroupId: to.securityGroupId,
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
      });
      new ec2.CfnSecurityGroupIngress(this, `${name}Ingress`, {
        groupId: to.securityGroupId,
        sourceSecurityGroupId: from.securityGroupId,
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
      });
    };
    rule('Requests', foundation.balancerGroup, foundation.serviceGroup, 5000);
    rule('Postgres', foundation.serviceGroup, foundation.databaseGroup, 5432);
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/ecs/logs-catalog-${env}`,
      retention: logs.RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const assumedBy = new iam.ServicePrincipal('ecs-tasks.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        ArnLike: { 'aws:SourceArn': `arn:aws:ecs:${region}:${Aws.ACCOUNT_ID}:*` },
      },
    });
    const statement = (actions: string[], resources: string[]) =>
      new iam.PolicyStatement({ actions, resources });
    const executionRole = new iam.Role(this, 'ExecutionRole', {
      roleName: `execution-role-catalog-${env}`,
      assumedBy,
      inlinePolicies: {
        Grants: new iam.PolicyDocument({
          statements: [
            statement(['ecr:GetAuthorizationToken'], ['*']),
            statement(
              ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
              [registries.repository.repositoryArn],
            ),
            statement(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]),
            statement(['secretsmanager:GetSecretValue'], [data.secret.secretArn]),
          ],
        }),
      },
    });
    const taskRole = new iam.Role(this, 'TaskRole', {
      roleName: `task-role-catalog-${env}`,
      assumedBy,
      inlinePolicies: {
        Grants: new iam.PolicyDocument({
          statements: [
            statement(
              [
                'xray:GetSamplingRules',
                'xray:GetSamplingStatisticSummaries',
                'xray:GetSamplingTargets',
                'xray:PutTelemetryRecords',
                'xray:PutTraceSegments',
                'ssmmessages:CreateControlChannel',
                'ssmmessages:CreateDataChannel',
                'ssmmessages:OpenControlChannel',
                'ssmmessages:OpenDataChannel',
                'logs:DescribeLogGroups',
              ],
              ['*'],
            ),
            statement(
              ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
              [foundation.execLogs.logGroupArn],
            ),
          ],
        }),
      },
    });
    const definition = new ecs.FargateTaskDefinition(this, 'TaskDefinition', {
      family: `task-catalog-${env}`,
      cpu: 512,
      memoryLimitMiB: 1024,
      executionRole: executionRole.withoutPolicyUpdates(),
      taskRole: taskRole.withoutPolicyUpdates(),
      runtimePlatform: { cpuArchitecture: ecs.CpuArchitecture.X86_64 },
    });
    const field = (name: string) => ecs.Secret.fromSecretsManager(data.secret, name);
    const logging = ecs.LogDrivers.awsLogs({ logGroup, streamPrefix: `task-catalog-${env}` });
    definition.addContainer('catalog', {
      image: ecs.ContainerImage.fromEcrRepository(registries.repository, 'latest'),
      portMappings: [{ containerPort: 5000 }],
      environment: {
        AWS_REGION: region,
        ENVIRONMENT: env,
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
        OTEL_PROPAGATORS: 'xray,tracecontext,baggage',
        OTEL_RESOURCE_ATTRIBUTES: `deployment.environment.name=${env},service.namespace=catalog`,
        OTEL_SERVICE_NAME: 'catalog',
        OTEL_TRACES_SAMPLER: 'xray',
        PORT: '5000',
        SERVICE_NAME: 'catalog',
      },
      secrets: {
        DB_HOST: field('host'),
        DB_NAME: field('dbname'),
        DB_PASSWORD: field('password'),
        DB_PORT: field('port'),
        DB_USERNAME: field('username'),
      },
      linuxParameters: new ecs.LinuxParameters(this, 'Linux', { initProcessEnabled: true }),
      stopTimeout: Duration.seconds(120),
      logging,
    });
    definition.addContainer('otel-collector', {
      image: ecs.ContainerImage.fromRegistry('public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0'),
      essential: false,
      cpu: 64,
      memoryLimitMiB: 128,
      environment: { AOT_CONFIG_CONTENT: collector },
      healthCheck: { command: ['CMD', '/healthcheck'] },
      logging,
    });
    const targets = (id: string, name: string) =>
      new elbv2.ApplicationTargetGroup(this, id, {
        targetGroupName: name,
        vpc: foundation.vpc,
        port: 5000,
        protocol: elbv2.ApplicationProtocol.HTTP,
        targetType: elbv2.TargetType.IP,
        deregistrationDelay: Duration.seconds(30),
        healthCheck: {
          path: '/health',
          interval: Duration.seconds(30),
          timeout: Duration.seconds(5),
          healthyThresholdCount: 2,
          unhealthyThresholdCount: 3,
          healthyHttpCodes: '200',
        },
      });
    this.targetGroup = targets('Blue', `tg-catalog-${env}`);
    targets('Green', `tg-green-catalog-${env}`);
    const listener = elbv2.ApplicationListener.fromApplicationListenerAttributes(this, 'Listener', {
      listenerArn: foundation.listener.listenerArn,
      securityGroup: group('BalancerGroup', foundation.balancerGroup),
    });
    const listenerRule = new elbv2.ApplicationListenerRule(this, 'Rule', {
      listener,
      priority: 10,
      conditions: [elbv2.ListenerCondition.pathPatterns(['/health', '/api/*'])],
      action: elbv2.ListenerAction.forward([this.targetGroup]),
    });
    const service = new ecs.FargateService(this, 'Service', {
      serviceName: `service-catalog-${env}`,
      cluster: ecs.Cluster.fromClusterAttributes(this, 'Cluster', {
        clusterName: foundation.cluster.clusterName,
        vpc: foundation.vpc,
      }),
      taskDefinition: definition,
      vpcSubnets: { subnets: foundation.subnets.private },
      securityGroups: [group('ServiceGroup', foundation.serviceGroup)],
      capacityProviderStrategies: [
        { capacityProvider: 'FARGATE', weight: 30, base: 1 },
        { capacityProvider: 'FARGATE_SPOT', weight: 70 },
      ],
      minHealthyPercent: 50,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
      enableExecuteCommand: true,
      healthCheckGracePeriod: Duration.seconds(60),
      availabilityZoneRebalancing: ecs.AvailabilityZoneRebalancing.ENABLED,
    });
    this.targetGroup.addTarget(service);
    service.node.addDependency(listenerRule);
    service.autoScaleTaskCount({ minCapacity: 2, maxCapacity: 10 }).scaleOnCpuUtilization('Cpu', {
      policyName: `cpu-scaling-catalog-${env}`,
      targetUtilizationPercent: 70,
      scaleInCooldown: Duration.seconds(60),
      scaleOutCooldown: Duration.seconds(60),
    });
    const dimensionsMap = { ClusterName: `cluster-catalog-${env}`, ServiceName: `service-catalog-${env}` };
    new cloudwatch.Alarm(this, 'CpuAlarm', {
      alarmName: `cpu-alarm-catalog-${env}`,
      metric: new cloudwatch.Metric({
        namespace: 'AWS/ECS',
        metricName: 'CPUUtilization',
        dimensionsMap,
        period: Duration.minutes(1),
      }),
      threshold: 80,
      evaluationPeriods: 2,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    });
    new cloudwatch.Alarm(this, 'TasksAlarm', {
      alarmName: `running-tasks-alarm-catalog-${env}`,
      metric: new cloudwatch.Metric({
        namespace: 'ECS/ContainerInsights',
        metricName: 'RunningTaskCount',
        dimensionsMap,
        statistic: 'Minimum',
        period: Duration.minutes(1),
      }),
      threshold: 2,
      evaluationPeriods: 2,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    new CfnOutput(this, 'CatalogServiceName', { value: service.serviceName });
  }
}
