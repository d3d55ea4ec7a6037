import type { SubnetTier } from '@breakwater/plan';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as rds from 'aws-cdk-lib/aws-rds';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type * as servicediscovery from 'aws-cdk-lib/aws-servicediscovery';
import type * as sns from 'aws-cdk-lib/aws-sns';

// What the parts of a system offer: to each other, and to whoever wants to reach a construct after its creation.
// All records have the keys of the plan's entries.

type ByKey<T> = Readonly<Record<string, T>>;

/** Image repositories, by service. */
export interface Registries {
  readonly repositories: ByKey<ecr.Repository>;
}

/** Network, cluster and entry: what all services stand on. */
export interface Foundation {
  readonly vpc: ec2.Vpc;
  /** By the plan's subnet key, `private-a`. */
  readonly subnets: ByKey<ec2.ISubnet>;
  /** The subnets of a tier, in the plan's order. */
  readonly subnetsOf: (tier: SubnetTier) => ec2.ISubnet[];
  readonly securityGroups: ByKey<ec2.SecurityGroup>;
  readonly cluster: ecs.Cluster;
  /** Cloud Map namespace of Service Connect. */
  readonly namespace: servicediscovery.INamespace | null;
  readonly loadBalancer: elbv2.ApplicationLoadBalancer | null;
  readonly listeners: ByKey<elbv2.ApplicationListener>;
  readonly keys: ByKey<kms.Key>;
  /** Those that belong to no service and no database: `exec`, `flow-logs`, `load-balancer`. */
  readonly logGroups: ByKey<logs.LogGroup>;
  readonly topics: ByKey<sns.Topic>;
  readonly accessLogs: s3.Bucket | null;
  /** Alarms that watch no service. */
  readonly alarms: ByKey<cloudwatch.Alarm>;
}

/** Databases, tables, buckets and generated secrets. */
export interface Data {
  readonly databases: ByKey<rds.DatabaseCluster | rds.DatabaseInstance>;
  /** Of databases, and of the functions that rotate secrets. */
  readonly logGroups: ByKey<logs.LogGroup>;
  readonly tables: ByKey<dynamodb.TableV2>;
  readonly buckets: ByKey<s3.Bucket>;
  /** Generated secrets; existing ones are imported where they are used. */
  readonly secrets: ByKey<secretsmanager.ISecret>;
}

/** All that belongs to one service. */
export interface ServiceParts {
  readonly service: ecs.FargateService;
  readonly taskDefinition: ecs.FargateTaskDefinition;
  readonly container: ecs.ContainerDefinition;
  readonly executionRole: iam.Role;
  readonly taskRole: iam.Role;
  readonly infrastructureRole: iam.Role | null;
  readonly logGroup: logs.LogGroup;
  readonly targetGroups: {
    readonly blue: elbv2.ApplicationTargetGroup | null;
    readonly green: elbv2.ApplicationTargetGroup | null;
  };
  readonly listenerRules: ByKey<elbv2.ApplicationListenerRule>;
  readonly alarms: ByKey<cloudwatch.Alarm>;
}
