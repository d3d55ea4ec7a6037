import { byKey, entry, type Plan, type SubnetTier } from '@breakwater/plan';
import type * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { idOf, type Scope } from '../../scope.ts';
import { createAlarm } from '../alarm.ts';
import { createLogGroup } from '../log-group.ts';
import { createAccessLogs } from './access-logs.ts';
import { createCluster, type Namespace } from './cluster.ts';
import { createEndpoints } from './endpoints.ts';
import { createFlowLogs } from './flow-logs.ts';
import { createKeys } from './keys.ts';
import { createLoadBalancer } from './load-balancer.ts';
import { createNetwork } from './network.ts';
import { createSecurityGroups } from './security-groups.ts';
import { createTopics } from './topics.ts';

type ByKey<T> = Readonly<Record<string, T>>;

/** Log groups that stand here: all but those of services and databases. */
function ownLogGroups(plan: Plan): readonly Plan['logGroups'][string][] {
  return Object.values(plan.logGroups).filter(({ part }) => part === 'foundation');
}

/** Network, security groups, cluster, load balancer, keys and topics: what all services stand on. All records have the plan's keys. */
export class FoundationPart extends pulumi.ComponentResource {
  readonly vpc: aws.ec2.Vpc;
  /** By the plan's subnet key, `private-a`. */
  readonly subnets: ByKey<aws.ec2.Subnet>;
  /** The subnets of a tier, in the plan's order. */
  readonly subnetsOf: (tier: SubnetTier) => readonly aws.ec2.Subnet[];
  /** Routes and endpoints: what has to be there before a task can reach anything. */
  readonly ways: readonly pulumi.Resource[];
  readonly securityGroups: ByKey<aws.ec2.SecurityGroup>;
  readonly cluster: aws.ecs.Cluster;
  readonly capacityProviders: aws.ecs.ClusterCapacityProviders;
  /** Cloud Map namespace of Service Connect. */
  readonly namespace: Namespace | null;
  readonly loadBalancer: aws.lb.LoadBalancer | null;
  readonly listeners: ByKey<aws.lb.Listener>;
  readonly keys: ByKey<aws.kms.Key>;
  /** Those that belong to no service and no database: `exec`, `flow-logs`, `load-balancer`. */
  readonly logGroups: ByKey<aws.cloudwatch.LogGroup>;
  readonly topics: ByKey<aws.sns.Topic>;
  readonly accessLogs: aws.s3.Bucket | null;
  /** Alarms that watch no service. */
  readonly alarms: ByKey<aws.cloudwatch.MetricAlarm>;

  constructor(outer: Scope) {
    super('breakwater:index:Foundation', idOf(outer, 'foundation'), {}, { parent: outer.parent });
    const scope: Scope = { ...outer, parent: this };
    const { plan } = scope;
    this.keys = createKeys(scope);
    this.logGroups = byKey(ownLogGroups(plan), (group) => createLogGroup(scope, group, this.keys));
    const network = createNetwork(scope);
    this.vpc = network.vpc;
    this.subnets = network.subnets;
    this.subnetsOf = network.subnetsOf;
    this.securityGroups = createSecurityGroups(scope, network.vpc);
    this.ways = [...network.ways, ...createEndpoints(scope, network, this.securityGroups)];
    if (plan.network.flowLogs !== null)
      createFlowLogs(scope, network.vpc, entry(this.logGroups, plan.network.flowLogs, 'log group'));

    const { cluster, capacityProviders, namespace } = createCluster(scope, network.vpc, this.logGroups);
    this.cluster = cluster;
    this.capacityProviders = capacityProviders;
    this.namespace = namespace;
    const accessLogs = createAccessLogs(scope);
    this.accessLogs = accessLogs?.bucket ?? null;
    const entrance =
      plan.loadBalancer === null
        ? { loadBalancer: null, listeners: {} }
        : createLoadBalancer(scope, plan.loadBalancer, network, this.securityGroups, accessLogs);
    this.loadBalancer = entrance.loadBalancer;
    this.listeners = entrance.listeners;
    this.topics = createTopics(scope, this.keys);
    const own = Object.values(plan.alarms).filter(({ service }) => service === null);
    this.alarms = byKey(own, (alarm) =>
      createAlarm(scope, alarm, { loadBalancer: this.loadBalancer, services: {} }, this.topics),
    );
    this.registerOutputs();
  }
}
