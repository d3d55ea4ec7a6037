import { type App, CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { env, region, zones } from './names.ts';

export class FoundationStack extends Stack {
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
