import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand, ListDashboardsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeAddressesCommand,
  DescribeFlowLogsCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  DescribeClustersCommand,
  ECSClient,
  ListClustersCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient, paginateListRoles } from '@aws-sdk/client-iam';
import { DescribeKeyCommand, KMSClient, ListAliasesCommand, ListKeysCommand } from '@aws-sdk/client-kms';
import {
  DescribeDBClusterParameterGroupsCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBParameterGroupsCommand,
  DescribeDBSnapshotsCommand,
  DescribeDBSubnetGroupsCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListNamespacesCommand, ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { ListTopicsCommand, SNSClient } from '@aws-sdk/client-sns';

/** What there is, by kind: identifiers. A kind of which there is nothing is left out. */
export type Inventory = Readonly<Record<string, readonly string[]>>;

/**
 * What exists in the account in a region. Left out is what nobody made or nobody can take away: the default VPC, keys
 * pending deletion, roles and buckets of the CDK bootstrap (`cdk-…`), AWS's own roles and keys, RDS's
 * automated snapshots and default parameter groups, inactive clusters.
 */
export async function inventory(region: string): Promise<Inventory> {
  const kinds = await Promise.all(
    [network, entry, containers, databases, stores, telemetry, identities].map((list) => list({ region })),
  );
  const all = Object.entries(Object.assign({}, ...kinds) as Record<string, readonly (string | undefined)[]>);
  return Object.fromEntries(
    all
      .map(([kind, found]) => [kind, found.filter((id) => id !== undefined)] as const)
      .filter(([, found]) => found.length > 0),
  );
}

type Listed = Promise<Record<string, readonly (string | undefined)[]>>;
type Where = { readonly region: string };

async function network(where: Where): Listed {
  const ec2 = new EC2Client(where);
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
  const vpcs = Vpcs.filter(({ IsDefault }) => IsDefault !== true).map(({ VpcId }) => VpcId);
  const [subnets, gateways, addresses, internet, tables, groups, endpoints, flowLogs] = await Promise.all([
    ec2.send(new DescribeSubnetsCommand({})),
    ec2.send(new DescribeNatGatewaysCommand({})),
    ec2.send(new DescribeAddressesCommand({})),
    ec2.send(new DescribeInternetGatewaysCommand({})),
    ec2.send(new DescribeRouteTablesCommand({})),
    ec2.send(new DescribeSecurityGroupsCommand({})),
    ec2.send(new DescribeVpcEndpointsCommand({})),
    ec2.send(new DescribeFlowLogsCommand({})),
  ]);
  return {
    vpcs,
    subnets: subnets.Subnets?.filter((s) => s.DefaultForAz !== true).map((s) => s.SubnetId) ?? [],
    natGateways: gateways.NatGateways?.filter((g) => g.State !== 'deleted').map((g) => g.NatGatewayId) ?? [],
    addresses: addresses.Addresses?.map((a) => a.PublicIp) ?? [],
    internetGateways: internet.InternetGateways?.map((g) => g.InternetGatewayId) ?? [],
    routeTables:
      tables.RouteTables?.filter((t) => !t.Associations?.some((a) => a.Main)).map((t) => t.RouteTableId) ??
      [],
    securityGroups:
      groups.SecurityGroups?.filter((g) => g.GroupName !== 'default').map((g) => g.GroupId) ?? [],
    vpcEndpoints:
      endpoints.VpcEndpoints?.filter((e) => String(e.State) !== 'deleted').map((e) => e.VpcEndpointId) ?? [],
    flowLogs: flowLogs.FlowLogs?.map((f) => f.FlowLogId) ?? [],
  };
}

async function entry(where: Where): Listed {
  const elb = new ElasticLoadBalancingV2Client(where);
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
  const { Namespaces = [] } = await new ServiceDiscoveryClient(where).send(new ListNamespacesCommand({}));
  return {
    loadBalancers: LoadBalancers.map((balancer) => balancer.LoadBalancerName),
    targetGroups: TargetGroups.map((group) => group.TargetGroupName),
    namespaces: Namespaces.map((namespace) => namespace.Name),
  };
}

async function containers(where: Where): Listed {
  const ecs = new ECSClient(where);
  const scaling = new ApplicationAutoScalingClient(where);
  const { clusterArns = [] } = await ecs.send(new ListClustersCommand({}));
  const { clusters = [] } =
    clusterArns.length === 0 ? {} : await ecs.send(new DescribeClustersCommand({ clusters: clusterArns }));
  const active = clusters.filter(({ status }) => status === 'ACTIVE');
  const services = await Promise.all(
    active.map(({ clusterArn }) => ecs.send(new ListServicesCommand({ cluster: clusterArn }))),
  );
  const ofEcs = { ServiceNamespace: 'ecs' } as const;
  const [definitions, targets, policies, repositories] = await Promise.all([
    ecs.send(new ListTaskDefinitionsCommand({ status: 'ACTIVE' })),
    scaling.send(new DescribeScalableTargetsCommand(ofEcs)),
    scaling.send(new DescribeScalingPoliciesCommand(ofEcs)),
    new ECRClient(where).send(new DescribeRepositoriesCommand({})),
  ]);
  return {
    clusters: active.map(({ clusterName }) => clusterName),
    services: services.flatMap(({ serviceArns = [] }) => serviceArns),
    taskDefinitions: definitions.taskDefinitionArns ?? [],
    scalableTargets: targets.ScalableTargets?.map((target) => target.ResourceId) ?? [],
    scalingPolicies: policies.ScalingPolicies?.map((policy) => policy.PolicyName) ?? [],
    repositories: repositories.repositories?.map((r) => r.repositoryName).filter(notOfBootstrap) ?? [],
  };
}

async function databases(where: Where): Listed {
  const rds = new RDSClient(where);
  const [clusters, instances, subnetGroups, parameterGroups, clusterGroups, snapshots, clusterSnapshots] =
    await Promise.all([
      rds.send(new DescribeDBClustersCommand({})),
      rds.send(new DescribeDBInstancesCommand({})),
      rds.send(new DescribeDBSubnetGroupsCommand({})),
      rds.send(new DescribeDBParameterGroupsCommand({})),
      rds.send(new DescribeDBClusterParameterGroupsCommand({})),
      rds.send(new DescribeDBSnapshotsCommand({})),
      rds.send(new DescribeDBClusterSnapshotsCommand({})),
    ]);
  return {
    dbClusters: clusters.DBClusters?.map((c) => c.DBClusterIdentifier) ?? [],
    dbInstances: instances.DBInstances?.map((i) => i.DBInstanceIdentifier) ?? [],
    dbSubnetGroups: subnetGroups.DBSubnetGroups?.map((g) => g.DBSubnetGroupName) ?? [],
    dbParameterGroups:
      parameterGroups.DBParameterGroups?.map((g) => g.DBParameterGroupName).filter(notDefault) ?? [],
    dbClusterParameterGroups:
      clusterGroups.DBClusterParameterGroups?.map((g) => g.DBClusterParameterGroupName).filter(notDefault) ??
      [],
    dbSnapshots:
      snapshots.DBSnapshots?.filter((s) => s.SnapshotType === 'manual').map((s) => s.DBSnapshotIdentifier) ??
      [],
    dbClusterSnapshots:
      clusterSnapshots.DBClusterSnapshots?.filter((s) => s.SnapshotType === 'manual').map(
        (s) => s.DBClusterSnapshotIdentifier,
      ) ?? [],
  };
}

async function stores(where: Where): Listed {
  const [tables, buckets, secrets] = await Promise.all([
    new DynamoDBClient(where).send(new ListTablesCommand({})),
    new S3Client(where).send(new ListBucketsCommand({})),
    new SecretsManagerClient(where).send(new ListSecretsCommand({})),
  ]);
  return {
    tables: tables.TableNames ?? [],
    buckets: buckets.Buckets?.map(({ Name }) => Name).filter(notOfBootstrap) ?? [],
    secrets: secrets.SecretList?.map(({ Name }) => Name) ?? [],
  };
}

async function telemetry(where: Where): Listed {
  const cloudwatch = new CloudWatchClient(where);
  const [stacks, alarms, dashboards, groups, topics] = await Promise.all([
    new CloudFormationClient(where).send(new DescribeStacksCommand({})),
    cloudwatch.send(new DescribeAlarmsCommand({})),
    cloudwatch.send(new ListDashboardsCommand({})),
    new CloudWatchLogsClient(where).send(new DescribeLogGroupsCommand({})),
    new SNSClient(where).send(new ListTopicsCommand({})),
  ]);
  return {
    stacks: stacks.Stacks?.map(({ StackName }) => StackName).filter((name) => name !== 'CDKToolkit') ?? [],
    alarms: alarms.MetricAlarms?.map(({ AlarmName }) => AlarmName) ?? [],
    dashboards: dashboards.DashboardEntries?.map(({ DashboardName }) => DashboardName) ?? [],
    logGroups: groups.logGroups?.map(({ logGroupName }) => logGroupName) ?? [],
    topics: topics.Topics?.map(({ TopicArn }) => TopicArn) ?? [],
  };
}

async function identities(where: Where): Listed {
  const kms = new KMSClient(where);
  const roles: (string | undefined)[] = [];
  for await (const page of paginateListRoles({ client: new IAMClient(where) }, {})) {
    roles.push(...(page.Roles?.map(({ RoleName }) => RoleName) ?? []));
  }
  const { Aliases = [] } = await kms.send(new ListAliasesCommand({}));
  const { Keys = [] } = await kms.send(new ListKeysCommand({}));
  const keys = await Promise.all(Keys.map(({ KeyId }) => kms.send(new DescribeKeyCommand({ KeyId }))));
  const ofAws = Aliases.filter(({ AliasName }) => AliasName?.startsWith('alias/aws/')).map(
    ({ TargetKeyId }) => TargetKeyId,
  );
  return {
    roles: roles.filter((name) => notOfBootstrap(name) && !name?.startsWith('AWSServiceRole')),
    aliases: Aliases.map(({ AliasName }) => AliasName).filter((name) => !name?.startsWith('alias/aws/')),
    keys: keys
      .map(({ KeyMetadata }) => KeyMetadata)
      .filter((key) => key?.KeyState === 'Enabled' && !ofAws.includes(key.KeyId))
      .map((key) => key?.KeyId),
  };
}

function notDefault(name: string | undefined): boolean {
  return name?.startsWith('default.') !== true;
}

function notOfBootstrap(name: string | undefined): boolean {
  return name?.startsWith('cdk-') !== true;
}
