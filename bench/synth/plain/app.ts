// The product catalogue's infrastructure as one would write it by hand with the CDK: the peer that `breakwater synth` is timed against.
// `run.mjs` checks that both give the same resources before it measures.
import { createRequire } from 'node:module';
import {
  App,
  Aws,
  CfnOutput,
  Duration,
  RemovalPolicy,
  SecretValue,
  Stack,
  type StackProps,
  Tags,
} from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';

const env = process.env.ENVIRONMENT_SUFFIX ?? 'dev';
const region = 'ap-southeast-2';
const zones = ['a', 'b', 'c'];

class RegistriesStack extends Stack {
  readonly repository: ecr.Repository;
  constructor(app: App, id: string, props: StackProps) {
    super(app, id, props);
    this.repository = new ecr.Repository(this, 'Catalog', {
      repositoryName: `repo-catalog-${env}`,
      imageScanOnPush: true,
      emptyOnDelete: true,
      removalPolicy: RemovalPolicy.DESTROY,
      lifecycleRules: [{ maxImageCount: 10 }],
    });
    new CfnOutput(this, 'CatalogRegistryUri', { value: this.repository.repositoryUri });
  }
}

class FoundationStack extends Stack {
  readonly vpc: ec2.Vpc;
  readonly subnets: Record<'public' | 'private' | 'isolated', ec2.ISubnet[]>;
  readonly balancerGroup: ec2.SecurityGroup;
  readonly serviceGroup: ec2.SecurityGroup;
  readonly databaseGroup: ec2.SecurityGroup;
  readonly cluster: ecs.Cluster;
  readonly execLogs: logs.LogGroup;
  readonly balancer: elbv2.ApplicationLoadBalancer;
  readonly listener: elbv2.ApplicationListener;

  constructor(app: App, id: string, props: StackProps) {
    super(app, id, props);
    this.execLogs = new logs.LogGroup(this, 'ExecLogs', {
      logGroupName: `/ecs/exec-catalog-${env}`,
      retention: logs.RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr('10.0.0.0/16'),
      subnetConfiguration: [],
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      availabilityZones: zones.map((zone) => `${region}${zone}`),
    });
    Tags.of(vpc).add('Name', `vpc-catalog-${env}`);
    this.vpc = vpc;
    const gateway = new ec2.CfnInternetGateway(this, 'InternetGateway');
    const attachment = new ec2.CfnVPCGatewayAttachment(this, 'InternetGatewayAttachment', {
      vpcId: vpc.vpcId,
      internetGatewayId: gateway.ref,
    });
    const subnet = (tier: string, index: number, base: number, table: ec2.CfnRouteTable) => {
      const zone = zones[index];
      const created = new ec2.CfnSubnet(this, `Subnet-${tier}-${zone}`, {
        vpcId: vpc.vpcId,
        availabilityZone: `${region}${zone}`,
        cidrBlock: `10.0.${base + index}.0/24`,
        mapPublicIpOnLaunch: false,
        tags: [{ key: 'Name', value: `${tier}-subnet-${zone}-catalog-${env}` }],
      });
      new ec2.CfnSubnetRouteTableAssociation(this, `Association-${tier}-${zone}`, {
        subnetId: created.ref,
        routeTableId: table.ref,
      });
      return ec2.Subnet.fromSubnetAttributes(this, `Imported-${tier}-${zone}`, {
        subnetId: created.ref,
        availabilityZone: `${region}${zone}`,
        routeTableId: table.ref,
      });
    };
    const table = (name: string) =>
      new ec2.CfnRouteTable(this, `Routes-${name}`, {
        vpcId: vpc.vpcId,
        tags: [{ key: 'Name', value: `${name}-routes-catalog-${env}` }],
      });
    const publicTable = table('public');
    const internet = new ec2.CfnRoute(this, 'Route-public', {
      routeTableId: publicTable.ref,
      destinationCidrBlock: '0.0.0.0/0',
      gatewayId: gateway.ref,
    });
    internet.addResourceDependency(attachment);
    const publicSubnets = zones.map((_, i) => subnet('public', i, 0, publicTable));
    const privateSubnets = zones.map((zone, i) => {
      const address = new ec2.CfnEIP(this, `Address-${zone}`, { domain: 'vpc' });
      const nat = new ec2.CfnNatGateway(this, `Nat-${zone}`, {
        subnetId: publicSubnets[i]?.subnetId ?? '',
        allocationId: address.attrAllocationId,
        tags: [{ key: 'Name', value: `nat-${zone}-catalog-${env}` }],
      });
      nat.addResourceDependency(internet);
      const own = table(`private-${zone}`);
      new ec2.CfnRoute(this, `Route-private-${zone}`, {
        routeTableId: own.ref,
        destinationCidrBlock: '0.0.0.0/0',
        natGatewayId: nat.ref,
      });
      return subnet('private', i, 16, own);
    });
    const isolatedTable = table('isolated');
    const isolatedSubnets = zones.map((_, i) => subnet('isolated', i, 32, isolatedTable));
    this.subnets = { public: publicSubnets, private: privateSubnets, isolated: isolatedSubnets };
    const group = (name: string, description: string) =>
      new ec2.SecurityGroup(this, name, {
        vpc,
        securityGroupName: `${name.toLowerCase()}-sg-catalog-${env}`,
        description,
        allowAllOutbound: false,
      });
    this.balancerGroup = group('LoadBalancerGroup', 'Load balancer');
    this.balancerGroup.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(80), 'HTTP from clients');
    this.balancerGroup.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'HTTPS from clients');
    this.serviceGroup = group('ServiceGroup', 'Tasks of catalog');
    this.serviceGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443), 'HTTPS to AWS and the internet');
    this.databaseGroup = group('DatabaseGroup', 'Database products');
    this.cluster = new ecs.Cluster(this, 'Cluster', {
      vpc,
      clusterName: `cluster-catalog-${env}`,
      containerInsightsV2: ecs.ContainerInsights.ENABLED,
      enableFargateCapacityProviders: true,
      executeCommandConfiguration: {
        logging: ecs.ExecuteCommandLogging.OVERRIDE,
        logConfiguration: { cloudWatchLogGroup: this.execLogs },
      },
    });
    this.balancer = new elbv2.ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc,
      loadBalancerName: `alb-catalog-${env}`,
      internetFacing: true,
      securityGroup: this.balancerGroup,
      vpcSubnets: { subnets: publicSubnets },
      dropInvalidHeaderFields: true,
      idleTimeout: Duration.seconds(60),
    });
    this.balancer.node.addDependency(internet);
    this.listener = this.balancer.addListener('Http', {
      port: 80,
      open: false,
      protocol: elbv2.ApplicationProtocol.HTTP,
      defaultAction: elbv2.ListenerAction.fixedResponse(404, {
        contentType: 'text/plain',
        messageBody: 'Not Found',
      }),
    });
    new CfnOutput(this, 'LoadBalancerDnsName', { value: this.balancer.loadBalancerDnsName });
    new CfnOutput(this, 'LoadBalancerUrl', { value: `http://${this.balancer.loadBalancerDnsName}` });
    new CfnOutput(this, 'VpcId', { value: vpc.vpcId });
    new CfnOutput(this, 'ClusterName', { value: this.cluster.clusterName });
  }
}

class DataStack extends Stack {
  readonly secret: secretsmanager.ISecret;
  constructor(app: App, id: string, { foundation, ...props }: StackProps & { foundation: FoundationStack }) {
    super(app, id, props);
    const name = `database-products-${env}`;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/rds/cluster/${name}/postgresql`,
      retention: logs.RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const secret = new secretsmanager.Secret(this, 'Credentials', {
      secretName: `credentials-products-${env}`,
      removalPolicy: RemovalPolicy.DESTROY,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: 'catalog' }),
        generateStringKey: 'password',
        passwordLength: 32,
        excludePunctuation: true,
      },
    });
    const engine = rds.DatabaseClusterEngine.auroraPostgres({
      version: rds.AuroraPostgresEngineVersion.of('17.9', '17'),
    });
    const cluster = new rds.DatabaseCluster(this, 'Database', {
      clusterIdentifier: name,
      engine,
      vpc: foundation.vpc,
      vpcSubnets: { subnets: foundation.subnets.isolated },
      subnetGroup: new rds.SubnetGroup(this, 'Subnets', {
        vpc: foundation.vpc,
        description: `Subnets of ${name}`,
        subnetGroupName: `subnet-group-products-${env}`,
        vpcSubnets: { subnets: foundation.subnets.isolated },
      }),
      securityGroups: [
        ec2.SecurityGroup.fromSecurityGroupId(this, 'Group', foundation.databaseGroup.securityGroupId, {
          mutable: false,
        }),
      ],
      parameterGroup: new rds.ParameterGroup(this, 'Parameters', {
        engine,
        name: `parameter-group-products-${env}`,
        parameters: { 'rds.force_ssl': '1' },
      }),
      credentials: rds.Credentials.fromPassword(
        'catalog',
        SecretValue.secretsManager(secret.secretArn, { jsonField: 'password' }),
      ),
      writer: rds.ClusterInstance.serverlessV2('Writer', { instanceIdentifier: `writer-products-${env}` }),
      readers: [
        rds.ClusterInstance.serverlessV2('Reader', {
          instanceIdentifier: `reader-1-products-${env}`,
          scaleWithWriter: true,
        }),
      ],
      serverlessV2MinCapacity: 0.5,
      serverlessV2MaxCapacity: 2,
      defaultDatabaseName: 'productdb',
      port: 5432,
      storageEncrypted: true,
      backup: { retention: Duration.days(7), preferredWindow: '03:00-04:00' },
      cloudwatchLogsExports: ['postgresql'],
      removalPolicy: RemovalPolicy.DESTROY,
    });
    cluster.node.addDependency(logGroup);
    this.secret = secret.attach(cluster);
    new CfnOutput(this, 'ProductsDatabaseEndpoint', { value: cluster.clusterEndpoint.hostname });
  }
}

const collector = `extensions: {health_check: {endpoint: 127.0.0.1:13133}}
receivers: {otlp: {protocols: {grpc: {endpoint: 127.0.0.1:4317}, http: {endpoint: 127.0.0.1:4318}}}}
processors: {batch: {}, memory_limiter: {check_interval: 1s, limit_mib: 100}}
exporters: {awsxray: {region: ${region}}}
service:
  extensions: [health_check]
  pipelines: {traces: {receivers: [otlp], processors: [memory_limiter, batch], exporters: [awsxray]}}`;

class CatalogStack extends Stack {
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

class DashboardStack extends Stack {
  constructor(
    app: App,
    id: string,
    { foundation, catalog, ...props }: StackProps & { foundation: FoundationStack; catalog: CatalogStack },
  ) {
    super(app, id, props);
    const dashboardName = `dashboard-catalog-${env}`;
    const metric = (
      namespace: string,
      metricName: string,
      dimensionsMap: Record<string, string>,
      statistic: string,
    ) =>
      new cloudwatch.Metric({ namespace, metricName, dimensionsMap, statistic, period: Duration.minutes(1) });
    const cluster = { ClusterName: `cluster-catalog-${env}` };
    const service = { ...cluster, ServiceName: `service-catalog-${env}` };
    const balancer = { LoadBalancer: foundation.balancer.loadBalancerFullName };
    const targets = { ...balancer, TargetGroup: catalog.targetGroup.targetGroupFullName };
    const alb = 'AWS/ApplicationELB';
    const widget = (title: string, left: cloudwatch.IMetric[], right: cloudwatch.IMetric[] = []) =>
      new cloudwatch.GraphWidget({ title, left, right, width: 12, height: 6 });
    new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName,
      widgets: [
        [
          widget(
            'Cluster CPU and memory',
            [metric('AWS/ECS', 'CPUUtilization', cluster, 'Average')],
            [metric('AWS/ECS', 'MemoryUtilization', cluster, 'Average')],
          ),
          widget('CPU', [metric('AWS/ECS', 'CPUUtilization', service, 'Average')]),
        ],
        [
          widget('Memory', [metric('AWS/ECS', 'MemoryUtilization', service, 'Average')]),
          widget('Running tasks', [metric('ECS/ContainerInsights', 'RunningTaskCount', service, 'Minimum')]),
        ],
        [
          widget('Request count', [metric(alb, 'RequestCount', balancer, 'Sum')]),
          widget('Target response time', [
            metric(alb, 'TargetResponseTime', balancer, 'Average'),
            metric(alb, 'TargetResponseTime', balancer, 'p99'),
          ]),
        ],
        [
          widget(
            '4xx and 5xx',
            [metric(alb, 'HTTPCode_Target_4XX_Count', balancer, 'Sum')],
            [
              metric(alb, 'HTTPCode_Target_5XX_Count', balancer, 'Sum'),
              metric(alb, 'HTTPCode_ELB_5XX_Count', balancer, 'Sum'),
            ],
          ),
          widget('Healthy hosts', [metric(alb, 'HealthyHostCount', targets, 'Minimum')]),
        ],
      ],
    });
    new CfnOutput(this, 'DashboardUrl', {
      value: `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`,
    });
  }
}

const flags = createRequire(import.meta.url)('aws-cdk-lib/recommended-feature-flags.json');
const app = new App({
  analyticsReporting: false,
  context: { ...flags, '@aws-cdk/core:defaultCrossStackReferences': 'weak' },
});
const props = { env: { region } };
const registries = new RegistriesStack(app, `catalog-${env}-registries`, props);
const foundation = new FoundationStack(app, `catalog-${env}-foundation`, props);
const data = new DataStack(app, `catalog-${env}-data`, { ...props, foundation });
const catalog = new CatalogStack(app, `catalog-${env}-service-catalog`, {
  ...props,
  foundation,
  data,
  registries,
});
new DashboardStack(app, `catalog-${env}-dashboard`, { ...props, foundation, catalog });
for (const [key, value] of Object.entries({ Environment: env, Project: 'catalog', ManagedBy: 'CDK' }))
  Tags.of(app).add(key, value);
app.synth();
