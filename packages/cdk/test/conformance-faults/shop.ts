import { type Fault, fault, find, property, put, remove } from './fault.ts';
import {
  AURORA,
  CLUSTER,
  GROUP,
  INGRESS,
  INSTANCE,
  LISTENER,
  LOGS,
  of,
  P,
  POLICY,
  REPOSITORY,
  SCALING,
  SECRET,
  SERVICE,
  SUBNET,
  TASK,
  TRACKING,
} from './types.ts';

/** Faults that rows of shop must notice. */
export const shopFaults: readonly Fault[] = [
  property('shop/region', 'another zone', 'shop', SUBNET, `${P}.AvailabilityZone`, 'eu-south-1c'),
  property('shop/network', 'no DNS host names', 'shop', 'AWS::EC2::VPC', `${P}.EnableDnsHostnames`, false),
  property('shop/network', 'another block', 'shop', SUBNET, `${P}.CidrBlock`, '10.0.2.0/24', {
    id: 'publicb',
  }),
  property(
    'shop/network',
    'a NAT gateway without an address',
    'shop',
    'AWS::EC2::NatGateway',
    `${P}.AllocationId`,
    undefined,
  ),
  fault('shop/network', 'one route table for both private subnets', 'shop', (stacks) => {
    const type = 'AWS::EC2::SubnetRouteTableAssociation';
    const { Properties: other } = find(stacks, type, 'privatea');
    const { Properties: own } = find(stacks, type, 'privateb');
    // Both are associations.
    (own as Record<string, unknown>)['RouteTableId'] = (other as Record<string, unknown>)['RouteTableId'];
  }),
  property('shop/security-groups', 'tasks open on 8080', 'shop', INGRESS, `${P}.ToPort`, 8080, {
    id: 'serviceapi',
  }),
  property('shop/registry', 'tags for ever', 'shop', REPOSITORY, `${P}.ImageTagMutability`, 'IMMUTABLE'),
  property(
    'shop/registry',
    'no scan',
    'shop',
    REPOSITORY,
    `${P}.ImageScanningConfiguration.ScanOnPush`,
    false,
  ),
  property('shop/database', 'a larger class', 'shop', INSTANCE, `${P}.DBInstanceClass`, 'db.t3.large', {
    id: 'reader',
  }),
  property('shop/database', 'a final snapshot', 'shop', AURORA, 'DeletionPolicy', 'Snapshot'),
  property(
    'shop/database',
    'a secret without generation',
    'shop',
    SECRET,
    `${P}.GenerateSecretString`,
    undefined,
  ),
  property('shop/service', 'half a CPU', 'shop', TASK, `${P}.Cpu`, '512'),
  property('shop/service', 'one task to begin with', 'shop', SCALING, `${P}.MinCapacity`, 1),
  property('shop/load-balancer', 'a listener on 8080', 'shop', LISTENER, `${P}.Port`, 8080),
  fault(
    'shop/load-balancer',
    'no record',
    'shop',
    (stacks) => remove(stacks, 'AWS::Route53::RecordSet'),
    'domain',
  ),
  property('shop/load-balancer', 'another path', 'shop', GROUP, `${P}.HealthCheckPath`, '/'),
  property('shop/scaling', 'scale-in after 60 s', 'shop', POLICY, `${TRACKING}.ScaleInCooldown`, 60),
  property('shop/logs', 'another name', 'shop', LOGS, `${P}.LogGroupName`, '/ecs/api-dev', { id: 'service' }),
  property(
    'shop/logs',
    'a name without its environment',
    'shop',
    LOGS,
    `${P}.LogGroupName`,
    '/aws/alb/flask-api',
    { variant: 'pr42', id: 'loadbalancer' },
  ),
  property(
    'shop/names-and-tags',
    'a cluster by another pattern',
    'shop',
    CLUSTER,
    `${P}.ClusterName`,
    'cluster-flask-api-dev',
  ),
  property(
    'shop/names-and-tags',
    'managed by another',
    'shop',
    SERVICE,
    `${P}.Tags.[Key=ManagedBy].Value`,
    'Breakwater',
  ),
  fault('shop/outputs', 'the endpoint of nothing', 'shop', (stacks) => {
    put(of('data', stacks)[0]?.template, 'Outputs.ProductsDatabaseEndpoint.Value', 'localhost');
  }),
];
