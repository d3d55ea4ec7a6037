import { entry, type GrantPlan } from '@breakwater/plan';
import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { ServiceContext } from './context.ts';

/** The log groups that a service may write to: its own and those of the foundation. */
type Context = Pick<ServiceContext, 'plan' | 'foundation' | 'data' | 'registries'> & {
  readonly ownLogGroup: { readonly key: string; readonly logGroup: LogGroup };
};

/** The ARNs that a grant of the plan is limited to. */
function resourcesOf(scope: Construct, { resource }: GrantPlan, context: Context): string[] {
  const { plan, foundation, data, registries, ownLogGroup } = context;
  switch (resource.kind) {
    case 'any':
      return ['*'];
    case 'table': {
      const { tableArn } = entry(data.tables, resource.key, 'table');
      const { indexes } = entry(plan.tables, resource.key, 'table');
      return [tableArn, ...indexes.map(({ name }) => `${tableArn}/index/${name}`)];
    }
    case 'bucket':
      return [entry(data.buckets, resource.key, 'bucket').bucketArn];
    case 'bucket-objects':
      return [entry(data.buckets, resource.key, 'bucket').arnForObjects('*')];
    case 'registry':
      return [entry(registries.repositories, resource.key, 'repository').repositoryArn];
    case 'key':
      return [entry(foundation.keys, resource.key, 'key').keyArn];
    case 'log-group':
      return resource.key === ownLogGroup.key
        ? [ownLogGroup.logGroup.logGroupArn]
        : [entry(foundation.logGroups, resource.key, 'log group').logGroupArn];
    case 'secret': {
      const secret = entry(plan.secrets, resource.key, 'secret');
      if (secret.kind === 'generated') return [entry(data.secrets, resource.key, 'secret').secretArn];
      // Secrets Manager ends each ARN in a hyphen and six characters that only it knows.
      // https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
      return [
        Stack.of(scope).formatArn({
          service: 'secretsmanager',
          resource: 'secret',
          resourceName: `${secret.name}-??????`,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ];
    }
  }
}

/** The grants of a role as one policy, statement by statement as the plan lists them; null where there are none. */
export function policyOf(
  scope: Construct,
  grants: readonly GrantPlan[],
  context: Context,
): PolicyDocument | null {
  if (grants.length === 0) return null;
  return new PolicyDocument({
    statements: grants.map(
      (grant) =>
        new PolicyStatement({
          actions: [...grant.actions],
          resources: resourcesOf(scope, grant, context),
        }),
    ),
  });
}
