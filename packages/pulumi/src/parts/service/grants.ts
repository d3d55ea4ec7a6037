import { entry, type GrantPlan } from '@breakwater/plan';
import type * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Statement } from '../../policy.ts';
import type { ServiceContext } from './context.ts';

/** The log group that a service may write to beside those of the foundation. */
export interface OwnLogGroup {
  readonly key: string;
  readonly logGroup: aws.cloudwatch.LogGroup;
}

/** The ARNs that a grant of the plan is limited to. */
function resourcesOf(
  { resource }: GrantPlan,
  { scope, foundation, data, registries }: ServiceContext,
  own: OwnLogGroup,
): readonly pulumi.Input<string>[] {
  const { plan, place } = scope;
  switch (resource.kind) {
    case 'any':
      return ['*'];
    case 'table': {
      const { arn } = entry(data.tables, resource.key, 'table');
      const { indexes } = entry(plan.tables, resource.key, 'table');
      return [arn, ...indexes.map(({ name }) => pulumi.interpolate`${arn}/index/${name}`)];
    }
    case 'bucket':
      return [entry(data.buckets, resource.key, 'bucket').arn];
    case 'bucket-objects':
      return [pulumi.interpolate`${entry(data.buckets, resource.key, 'bucket').arn}/*`];
    case 'registry':
      return [entry(registries.repositories, resource.key, 'repository').arn];
    case 'key':
      return [entry(foundation.keys, resource.key, 'key').arn];
    case 'log-group': {
      const { arn } =
        resource.key === own.key ? own.logGroup : entry(foundation.logGroups, resource.key, 'log group');
      // Its streams, for which the provider's ARN has no ending.
      return [pulumi.interpolate`${arn}:*`];
    }
    case 'secret': {
      const secret = entry(plan.secrets, resource.key, 'secret');
      if (secret.kind === 'generated') return [entry(data.secrets, resource.key, 'secret').arn];
      // Secrets Manager ends each ARN in a hyphen and six characters that only it knows.
      // https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
      return [place.arn('secretsmanager', `secret:${secret.name}-??????`)];
    }
  }
}

/** The grants of a role, statement by statement as the plan lists them. */
export function statementsOf(
  grants: readonly GrantPlan[],
  context: ServiceContext,
  own: OwnLogGroup,
): readonly Statement[] {
  return grants.map((grant) => ({
    Effect: 'Allow',
    Action: [...grant.actions],
    Resource: resourcesOf(grant, context, own),
  }));
}
