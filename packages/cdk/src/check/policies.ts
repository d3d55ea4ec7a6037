import type { CheckedSystem, Resource } from './checked-system.ts';
import { at, fields, list } from './json.ts';

/** A statement of an IAM policy, with the resource of the template that it stands in. */
export interface Statement {
  readonly resource: Resource;
  readonly effect: string;
  readonly actions: readonly string[];
  /** As in the template: text or an expression. */
  readonly resources: readonly unknown[];
  readonly principal: unknown;
  readonly condition: Readonly<Record<string, unknown>>;
}

function statementsOf(resource: Resource, document: unknown): readonly Statement[] {
  return list(at(document, 'Statement')).map((each) => {
    const { Effect, Action, Resource: target, Principal, Condition } = fields(each);
    return {
      resource,
      effect: Effect === 'Deny' ? 'Deny' : 'Allow',
      actions: list(Action).filter((action) => typeof action === 'string'),
      resources: list(target),
      principal: Principal,
      condition: fields(Condition),
    };
  });
}

/** Statements that say what an identity may do. */
export function identityStatements({ of }: CheckedSystem): readonly Statement[] {
  return [
    ...['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy']
      .flatMap(of)
      .flatMap((resource) => statementsOf(resource, resource.properties['PolicyDocument'])),
    ...['AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group']
      .flatMap(of)
      .flatMap((resource) =>
        list(resource.properties['Policies']).flatMap((policy) =>
          statementsOf(resource, at(policy, 'PolicyDocument')),
        ),
      ),
  ];
}

/** Statements that say who may take on a role. */
export function trustStatements({ of }: CheckedSystem): readonly Statement[] {
  return of('AWS::IAM::Role').flatMap((role) =>
    statementsOf(role, role.properties['AssumeRolePolicyDocument']),
  );
}

/** Statements of policies that stand on a resource, by the type of the policy. */
export function resourceStatements({ of }: CheckedSystem, type: string): readonly Statement[] {
  return of(type).flatMap((resource) => statementsOf(resource, resource.properties['PolicyDocument']));
}
