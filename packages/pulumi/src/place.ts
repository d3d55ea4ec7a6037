import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

/** Where a system stands: what ARNs are made of. */
export interface Place {
  readonly region: string;
  /** Known from the plan, or asked of AWS. */
  readonly account: pulumi.Output<string>;
  /** `aws`, `aws-cn`, `aws-us-gov`. */
  readonly partition: pulumi.Output<string>;
  /** `arn:<partition>:<service>:<region>:<account>:<resource>` */
  readonly arn: (service: string, resource: string) => pulumi.Output<string>;
}

/** The place of a system's region, with the account of whoever deploys where the plan does not say one. */
export function placeOf(
  { region, account: known }: { readonly region: string; readonly account: string | null },
  parent: pulumi.Resource,
): Place {
  const account =
    known === null ? aws.getCallerIdentityOutput({}, { parent }).accountId : pulumi.output(known);
  const { partition } = aws.getPartitionOutput({}, { parent });
  return {
    region,
    account,
    partition,
    arn: (service, resource) =>
      pulumi.interpolate`arn:${partition}:${service}:${region}:${account}:${resource}`,
  };
}
