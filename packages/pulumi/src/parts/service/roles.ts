import { INFRASTRUCTURE_POLICIES, type RolePlan, type ServicePlan } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { policyDocument, trust } from '../../policy.ts';
import { child, idOf, named, tagsOf } from '../../scope.ts';
import type { ServiceContext } from './context.ts';
import { type OwnLogGroup, statementsOf } from './grants.ts';

/** The roles of a service. */
export interface ServiceRoles {
  readonly executionRole: aws.iam.Role;
  readonly taskRole: aws.iam.Role;
  readonly infrastructureRole: aws.iam.Role | null;
  /** What the roles may do: there before anything uses them. */
  readonly policies: readonly pulumi.Resource[];
}

/**
 * A role for tasks: only ECS tasks of this account and region may take it, so that no other account can lead ECS to it.
 * ECS allows no narrower source than the region. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
const taskTrust = ({ scope: { place } }: ServiceContext) =>
  trust('ecs-tasks.amazonaws.com', {
    StringEquals: { 'aws:SourceAccount': place.account },
    ArnLike: {
      'aws:SourceArn': pulumi.interpolate`arn:${place.partition}:ecs:${place.region}:${place.account}:*`,
    },
  });

/** The roles of a service, with exactly the plan's grants. */
export function createRoles(context: ServiceContext, own: OwnLogGroup): ServiceRoles {
  const { scope, service, key } = context;
  const policies: pulumi.Resource[] = [];
  const create = (use: string, { name, grants }: RolePlan) => {
    const id = idOf(scope, `${key}/${use}`);
    const role = new aws.iam.Role(
      id,
      scope.transform('role', `${key}/${use}`, {
        name,
        assumeRolePolicy: taskTrust(context),
        tags: tagsOf(scope, service.tags),
      }),
      named(scope),
    );
    if (grants.length > 0)
      policies.push(
        new aws.iam.RolePolicy(
          id,
          { name: 'Grants', role: role.name, policy: policyDocument(statementsOf(grants, context, own)) },
          child(scope),
        ),
      );
    return role;
  };
  const executionRole = create('execution', service.executionRole);
  const taskRole = create('task', service.taskRole);
  const infrastructureRole = createInfrastructureRole(service.infrastructureRole, context, policies);
  return { executionRole, taskRole, infrastructureRole, policies };
}

function createInfrastructureRole(
  planned: ServicePlan['infrastructureRole'],
  { scope, service, key }: ServiceContext,
  policies: pulumi.Resource[],
): aws.iam.Role | null {
  if (planned === null) return null;
  const role = new aws.iam.Role(
    idOf(scope, `${key}/infrastructure`),
    scope.transform('role', `${key}/infrastructure`, {
      name: planned.name,
      assumeRolePolicy: trust('ecs.amazonaws.com'),
      tags: tagsOf(scope, service.tags),
    }),
    named(scope),
  );
  for (const policy of planned.policies)
    policies.push(
      new aws.iam.RolePolicyAttachment(
        idOf(scope, `${key}/infrastructure/${policy}`),
        {
          role: role.name,
          policyArn: pulumi.interpolate`arn:${scope.place.partition}:iam::aws:policy/${INFRASTRUCTURE_POLICIES[policy]}`,
        },
        child(scope),
      ),
    );
  return role;
}
