import { INFRASTRUCTURE_POLICIES, type RolePlan, type ServicePlan } from '@breakwater/plan';
import { Stack } from 'aws-cdk-lib';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { ServiceContext } from './context.ts';
import { policyOf } from './grants.ts';

/**
 * A role for tasks: only ECS tasks of this account and region may take it, so that no other account can lead ECS to it.
 * ECS allows no narrower source than the region. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
function taskPrincipal(scope: Construct): ServicePrincipal {
  const { account, region, partition } = Stack.of(scope);
  return new ServicePrincipal('ecs-tasks.amazonaws.com', {
    conditions: {
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': `arn:${partition}:ecs:${region}:${account}:*` },
    },
  });
}

export interface ServiceRoles {
  readonly executionRole: Role;
  readonly taskRole: Role;
  readonly infrastructureRole: Role | null;
}

/** The roles of a service, with exactly the plan's grants. */
export function createRoles(scope: Construct, context: ServiceContext, logGroup: LogGroup): ServiceRoles {
  const { service, transform, key } = context;
  const assumedBy = taskPrincipal(scope);
  const create = (id: string, use: string, { name, grants }: RolePlan) => {
    const policy = policyOf(scope, grants, {
      ...context,
      ownLogGroup: { key: service.logs.logGroup, logGroup },
    });
    return new Role(
      scope,
      id,
      transform('role', `${key}/${use}`, {
        roleName: name,
        assumedBy,
        // Within the role, so that nothing can use the role before it may do what it needs.
        ...(policy !== null && { inlinePolicies: { Grants: policy } }),
      }),
    );
  };
  return {
    executionRole: create('ExecutionRole', 'execution', service.executionRole),
    taskRole: create('TaskRole', 'task', service.taskRole),
    infrastructureRole: infrastructureRole(scope, service.infrastructureRole, context),
  };
}

function infrastructureRole(
  scope: Construct,
  planned: ServicePlan['infrastructureRole'],
  { transform, key }: ServiceContext,
): Role | null {
  if (planned === null) return null;
  return new Role(
    scope,
    'InfrastructureRole',
    transform('role', `${key}/infrastructure`, {
      roleName: planned.name,
      assumedBy: new ServicePrincipal('ecs.amazonaws.com'),
      managedPolicies: planned.policies.map((policy) =>
        ManagedPolicy.fromAwsManagedPolicyName(INFRASTRUCTURE_POLICIES[policy]),
      ),
    }),
  );
}
