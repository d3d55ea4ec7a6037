import type * as aws from '@pulumi/aws';

/**
 * The arguments that a resource is created with, by kind. Kinds and keys are those of the CDK's transform. The `key` that a transform
 * is given is never a physical name:
 *
 * - of what there is once, the kind's own name: `vpc`, `cluster`, `loadBalancer`, `dashboard`;
 * - of what belongs to one service, the service's key: `service`, `taskDefinition`, `scalableTarget`, `repository`, `container`;
 *   with a part after it where a service has several: `targetGroup` `api/blue`, `role` `api/task`, `container` `api/otel-collector`;
 * - of everything else the key of the entry in the plan: `listener` `https`, `listenerRule` `api`, `table` `sessions`,
 *   `logGroup` `service/api`. Roles that belong to no service have the key of what they serve: `flow-logs`.
 */
export interface TransformTargets {
  readonly vpc: aws.ec2.VpcArgs;
  readonly securityGroup: aws.ec2.SecurityGroupArgs;
  readonly cluster: aws.ecs.ClusterArgs;
  readonly loadBalancer: aws.lb.LoadBalancerArgs;
  readonly listener: aws.lb.ListenerArgs;
  readonly targetGroup: aws.lb.TargetGroupArgs;
  readonly listenerRule: aws.lb.ListenerRuleArgs;
  readonly repository: aws.ecr.RepositoryArgs;
  readonly databaseCluster: aws.rds.ClusterArgs;
  readonly databaseInstance: aws.rds.InstanceArgs;
  readonly table: aws.dynamodb.TableArgs;
  readonly bucket: aws.s3.BucketArgs;
  readonly secret: aws.secretsmanager.SecretArgs;
  readonly encryptionKey: aws.kms.KeyArgs;
  readonly logGroup: aws.cloudwatch.LogGroupArgs;
  readonly topic: aws.sns.TopicArgs;
  readonly role: aws.iam.RoleArgs;
  readonly taskDefinition: aws.ecs.TaskDefinitionArgs;
  /** A container of a task, in the words of ECS: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
  readonly container: Readonly<Record<string, unknown>>;
  readonly service: aws.ecs.ServiceArgs;
  readonly scalableTarget: aws.appautoscaling.TargetArgs;
  readonly alarm: aws.cloudwatch.MetricAlarmArgs;
  readonly dashboard: aws.cloudwatch.DashboardArgs;
}

/**
 * Changes what resources are created with, for whatever the definition cannot say. Each function is given the arguments that
 * Breakwater would use and a key (see {@link TransformTargets}), and returns those to use.
 *
 * @example
 * const transform: Transform = {
 *   service: (args, key) => (key === 'api' ? { ...args, enableEcsManagedTags: false } : args),
 * };
 */
export type Transform = {
  readonly [Kind in keyof TransformTargets]?: (
    args: TransformTargets[Kind],
    key: string,
  ) => TransformTargets[Kind];
};

/** Applies the transform of a kind, where there is one. */
export type ApplyTransform = <Kind extends keyof TransformTargets>(
  kind: Kind,
  key: string,
  args: TransformTargets[Kind],
) => TransformTargets[Kind];

/** The function that every part of a system passes its resources' arguments through. */
export function applyTransform(transform: Transform): ApplyTransform {
  return (kind, key, args) => transform[kind]?.(args, key) ?? args;
}
