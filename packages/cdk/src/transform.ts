import type * as applicationautoscaling from 'aws-cdk-lib/aws-applicationautoscaling';
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
import type * as sns from 'aws-cdk-lib/aws-sns';

/**
 * The properties that a construct is created with, by kind. The `key` that a transform is given is never a physical name:
 *
 * - of what there is once, the kind's own name: `vpc`, `cluster`, `loadBalancer`, `dashboard`;
 * - of what belongs to one service, the service's key: `service`, `taskDefinition`, `scalableTarget`, `repository`, `container`;
 *   with a part after it where a service has several: `targetGroup` `api/blue`, `role` `api/task`, `container` `api/otel-collector`;
 * - of everything else the key of the entry in the plan: `listener` `https`, `listenerRule` `api`, `table` `sessions`,
 *   `logGroup` `service/api`. Roles that belong to no service have the key of what they serve: `flow-logs`.
 */
export interface TransformTargets {
  readonly vpc: ec2.VpcProps;
  readonly securityGroup: ec2.SecurityGroupProps;
  readonly cluster: ecs.ClusterProps;
  readonly loadBalancer: elbv2.ApplicationLoadBalancerProps;
  readonly listener: elbv2.BaseApplicationListenerProps;
  readonly targetGroup: elbv2.ApplicationTargetGroupProps;
  readonly listenerRule: elbv2.ApplicationListenerRuleProps;
  readonly repository: ecr.RepositoryProps;
  readonly databaseCluster: rds.DatabaseClusterProps;
  readonly databaseInstance: rds.DatabaseInstanceProps;
  readonly table: dynamodb.TablePropsV2;
  readonly bucket: s3.BucketProps;
  readonly secret: secretsmanager.SecretProps;
  readonly encryptionKey: kms.KeyProps;
  readonly logGroup: logs.LogGroupProps;
  readonly topic: sns.TopicProps;
  readonly role: iam.RoleProps;
  readonly taskDefinition: ecs.FargateTaskDefinitionProps;
  readonly container: ecs.ContainerDefinitionOptions;
  readonly service: ecs.FargateServiceProps;
  readonly scalableTarget: applicationautoscaling.ScalableTargetProps;
  readonly alarm: cloudwatch.AlarmProps;
  readonly dashboard: cloudwatch.DashboardProps;
}

/**
 * Changes what constructs are created with: the first of the two ways out, for whatever the definition cannot say.
 * Each function is given the properties that Breakwater would use and a key (see {@link TransformTargets}), and returns those to use.
 *
 * @example
 * const transform: Transform = {
 *   service: (props, key) => (key === 'api' ? { ...props, enableECSManagedTags: false } : props),
 * };
 */
export type Transform = {
  readonly [Kind in keyof TransformTargets]?: (
    props: TransformTargets[Kind],
    key: string,
  ) => TransformTargets[Kind];
};

/** Applies the transform of a kind, where there is one. */
export type ApplyTransform = <Kind extends keyof TransformTargets>(
  kind: Kind,
  key: string,
  props: TransformTargets[Kind],
) => TransformTargets[Kind];

/** The function that every part of a system passes its constructs' properties through. */
export function applyTransform(transform: Transform): ApplyTransform {
  return (kind, key, props) => transform[kind]?.(props, key) ?? props;
}
