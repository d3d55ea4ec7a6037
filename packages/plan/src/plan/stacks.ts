/**
 * A part of the system that is created, changed and deleted as one: a CloudFormation stack where the target has stacks.
 *
 * - `registries`: the image repositories, there before anything asks for an image
 * - `foundation`: network, security groups, cluster, load balancer with its listeners, keys, topics
 * - `data`: databases, tables, buckets and generated secrets
 * - `service/<key>`: all that belongs to one service: task definition, roles, target groups, listener rules, scaling, logs, alarms
 * - `dashboard`: the dashboard, which shows metrics of all others
 */
export type StackPart = 'registries' | 'foundation' | 'data' | `service/${string}` | 'dashboard';

export interface StackPlan {
  readonly key: StackPart;
  /** `catalog-dev-service-catalog` */
  readonly name: string;
  /** What its owner reads in the console, and how Breakwater knows the stack as its own. */
  readonly description: string;
  /** Keys of the stacks that must be there first, all listed before this one. */
  readonly dependsOn: readonly StackPart[];
}
