import { byKey, entry } from '@breakwater/plan';
import type * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { idOf, type Scope } from '../../scope.ts';
import { createAlarm } from '../alarm.ts';
import { createLogGroup } from '../log-group.ts';
import type { ServiceContext, ServiceNeeds, TargetGroups } from './context.ts';
import { createEcsService } from './ecs-service.ts';
import { createListenerRules } from './listener-rules.ts';
import { createRoles } from './roles.ts';
import { createScaling } from './scaling.ts';
import { createSecurityGroupRules } from './security-group-rules.ts';
import { createTargetGroups } from './target-groups.ts';
import { createTaskDefinition } from './task-definition.ts';

type ByKey<T> = Readonly<Record<string, T>>;

/**
 * All that belongs to one service: log group, roles, task definition, target groups, listener rules, the ECS service, its scaling
 * and its alarms.
 *
 * @throws Error when the plan names something that the other parts do not have
 */
export class ServicePart extends pulumi.ComponentResource {
  readonly service: aws.ecs.Service;
  readonly taskDefinition: aws.ecs.TaskDefinition;
  readonly executionRole: aws.iam.Role;
  readonly taskRole: aws.iam.Role;
  readonly infrastructureRole: aws.iam.Role | null;
  readonly logGroup: aws.cloudwatch.LogGroup;
  readonly targetGroups: TargetGroups;
  readonly listenerRules: ByKey<aws.lb.ListenerRule>;
  readonly alarms: ByKey<aws.cloudwatch.MetricAlarm>;
  readonly scalableTarget: aws.appautoscaling.Target | null;

  constructor(outer: Scope, needs: ServiceNeeds) {
    const { key, foundation } = needs;
    super('breakwater:index:Service', idOf(outer, key), {}, { parent: outer.parent });
    const scope: Scope = { ...outer, parent: this };
    const { plan } = scope;
    const service = entry(plan.services, key, 'service');
    const context: ServiceContext = { ...needs, scope, service };
    this.logGroup = createLogGroup(
      scope,
      entry(plan.logGroups, service.logs.logGroup, 'log group'),
      foundation.keys,
      service.tags,
    );
    const roles = createRoles(context, { key: service.logs.logGroup, logGroup: this.logGroup });
    this.executionRole = roles.executionRole;
    this.taskRole = roles.taskRole;
    this.infrastructureRole = roles.infrastructureRole;
    this.taskDefinition = createTaskDefinition(context, roles, this.logGroup);
    this.targetGroups = createTargetGroups(context);
    this.listenerRules = createListenerRules(context, this.targetGroups);
    const securityGroupRules = createSecurityGroupRules(context);
    const { loadBalancer, topics } = foundation;
    const own = Object.values(plan.alarms).filter((alarm) => alarm.service === key);
    const sources = { loadBalancer, services: { [key]: { targetGroups: this.targetGroups } } };
    this.alarms = byKey(own, (alarm) => createAlarm(scope, alarm, sources, topics, service.tags));
    this.service = createEcsService(context, {
      taskDefinition: this.taskDefinition,
      roles,
      targetGroups: this.targetGroups,
      listenerRules: this.listenerRules,
      securityGroupRules,
      alarms: this.alarms,
    });
    this.scalableTarget = createScaling(context, this.service, this.targetGroups);
    this.registerOutputs();
  }
}
