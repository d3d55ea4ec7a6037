import { byKey, entry, type Plan } from '@breakwater/plan';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as servicediscovery from 'aws-cdk-lib/aws-servicediscovery';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { PartProps } from '../../part.ts';
import type { Foundation } from '../../parts.ts';
import { addTags } from '../../tags.ts';
import { createLogGroup } from '../log-group.ts';
import { createAccessLogs } from './access-logs.ts';
import { createAlarms } from './alarms.ts';
import { createCluster } from './cluster.ts';
import { createEndpoints } from './endpoints.ts';
import { createFlowLogs } from './flow-logs.ts';
import { createKeys } from './keys.ts';
import { createLoadBalancer } from './load-balancer.ts';
import { createNetwork } from './network.ts';
import { createSecurityGroups } from './security-groups.ts';
import { createTopics } from './topics.ts';

/** Log groups that stand here: all but those of services and databases. */
function ownLogGroups(plan: Plan): readonly Plan['logGroups'][string][] {
  return Object.values(plan.logGroups).filter(({ part }) => part === 'foundation');
}

/** Network, security groups, cluster, load balancer, keys and topics: what all services stand on. */
export class FoundationPart extends Construct implements Foundation {
  readonly vpc: ec2.Vpc;
  readonly subnets: Foundation['subnets'];
  readonly subnetsOf: Foundation['subnetsOf'];
  readonly securityGroups: Readonly<Record<string, ec2.SecurityGroup>>;
  readonly cluster: ecs.Cluster;
  readonly namespace: servicediscovery.INamespace | null;
  readonly loadBalancer: elbv2.ApplicationLoadBalancer | null;
  readonly listeners: Readonly<Record<string, elbv2.ApplicationListener>>;
  readonly keys: Readonly<Record<string, kms.Key>>;
  readonly logGroups: Readonly<Record<string, logs.LogGroup>>;
  readonly topics: Readonly<Record<string, sns.Topic>>;
  readonly accessLogs: s3.Bucket | null;
  readonly alarms: Readonly<Record<string, cloudwatch.Alarm>>;

  constructor(scope: Construct, id: string, { plan, transform }: PartProps) {
    super(scope, id);
    addTags(this, plan.tags);
    const under = (kind: string) => new Construct(this, kind);

    this.keys = createKeys(under('Key'), plan, transform);
    const logScope = under('LogGroup');
    this.logGroups = byKey(ownLogGroups(plan), (group) =>
      createLogGroup(logScope, group, this.keys, transform),
    );
    const network = createNetwork(this, plan.network, transform);
    this.vpc = network.vpc;
    this.subnets = network.subnets;
    this.subnetsOf = network.subnetsOf;
    this.securityGroups = createSecurityGroups(under('SecurityGroup'), plan.network, network.vpc, transform);
    createEndpoints(under('Endpoint'), plan.network, network, this.securityGroups);
    if (plan.network.flowLogs !== null)
      createFlowLogs(this, network.vpc, entry(this.logGroups, plan.network.flowLogs, 'log group'), transform);

    const { cluster, namespace } = createCluster(this, plan, network.vpc, this.logGroups, transform);
    this.cluster = cluster;
    this.namespace = namespace;
    this.accessLogs = createAccessLogs(under('Bucket'), plan, transform);
    const entrance =
      plan.loadBalancer === null
        ? { loadBalancer: null, listeners: {} }
        : createLoadBalancer(
            this,
            plan.loadBalancer,
            network,
            this.securityGroups,
            this.accessLogs,
            transform,
          );
    this.loadBalancer = entrance.loadBalancer;
    this.listeners = entrance.listeners;
    this.topics = createTopics(under('Topic'), plan, this.keys, transform);
    this.alarms = createAlarms(under('Alarm'), plan, this.loadBalancer, this.topics, transform);
  }
}
