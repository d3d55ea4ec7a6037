import { entry } from '@breakwater/plan';
import { Construct } from 'constructs';
import type { ServiceParts } from '../../parts.ts';
import { addTags } from '../../tags.ts';
import { createLogGroup } from '../log-group.ts';
import { createAlarms } from './alarms.ts';
import type { ServiceContext, ServiceProps } from './context.ts';
import { createEcsService } from './ecs-service.ts';
import { createListenerRules } from './listener-rules.ts';
import { createRoles } from './roles.ts';
import { createScaling } from './scaling.ts';
import { SecurityGroupRules } from './security-group-rules.ts';
import { createTargetGroups } from './target-groups.ts';
import { createTaskDefinition } from './task-definition.ts';

/**
 * All that belongs to one service: log group, roles, task definition, target groups, listener rules, the ECS service, its scaling
 * and its alarms.
 *
 * @throws Error when the plan names something that the other parts do not have
 */
export class ServicePart extends Construct implements ServiceParts {
  readonly service: ServiceParts['service'];
  readonly taskDefinition: ServiceParts['taskDefinition'];
  readonly container: ServiceParts['container'];
  readonly executionRole: ServiceParts['executionRole'];
  readonly taskRole: ServiceParts['taskRole'];
  readonly infrastructureRole: ServiceParts['infrastructureRole'];
  readonly logGroup: ServiceParts['logGroup'];
  readonly targetGroups: ServiceParts['targetGroups'];
  readonly listenerRules: ServiceParts['listenerRules'];
  readonly alarms: ServiceParts['alarms'];

  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id);
    const service = entry(props.plan.services, props.key, 'service');
    const context: ServiceContext = { ...props, service };
    this.logGroup = createLogGroup(
      new Construct(this, 'LogGroup'),
      entry(props.plan.logGroups, service.logs.logGroup, 'log group'),
      props.foundation.keys,
      props.transform,
    );
    const roles = createRoles(this, context, this.logGroup);
    this.executionRole = roles.executionRole;
    this.taskRole = roles.taskRole;
    this.infrastructureRole = roles.infrastructureRole;
    const { taskDefinition, container } = createTaskDefinition(this, context, roles, this.logGroup);
    this.taskDefinition = taskDefinition;
    this.container = container;
    this.targetGroups = createTargetGroups(this, context);
    this.listenerRules = createListenerRules(this, context, this.targetGroups);
    const securityGroupRules = new SecurityGroupRules(this, 'SecurityGroupRule', context);
    this.alarms = createAlarms(this, context, {
      loadBalancer: props.foundation.loadBalancer,
      services: { [props.key]: { targetGroups: this.targetGroups } },
    });
    this.service = createEcsService(this, context, this);
    // Its tasks need the ways to the load balancer, the registry and the stores from their first second to their last.
    this.service.node.addDependency(securityGroupRules);
    for (const alarm of service.deployment.rollbackAlarms)
      this.service.node.addDependency(entry(this.alarms, alarm, 'alarm'));
    createScaling(this, context, this.service, this.targetGroups);
    addTags(this, service.tags);
  }
}
