import { FUNCTION_LOG_ACTIONS } from '@breakwater/plan';
import type { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ApplyTransform } from '../transform.ts';

/** A small function that a stack needs for itself. */
export interface InlineFunctionProps {
  /** What the transform of its role is called with. */
  readonly key: string;
  readonly description: string;
  /** Node.js source that exports `handler`; at most 4 KiB, for it stands in the template. */
  readonly code: string;
  readonly timeout: Duration;
  readonly environment: Readonly<Record<string, string>>;
  /** Where it writes its log; null: it writes none. */
  readonly logGroup: logs.ILogGroup | null;
  /** What it may do beside writing its log. */
  readonly statements: readonly iam.PolicyStatement[];
  readonly transform: ApplyTransform;
}

/**
 * A Lambda function with a role that has exactly the statements given. It may write to the log group given and cannot create one:
 * a log group that Lambda creates by itself outlives the stack and keeps everything for ever.
 */
export class InlineFunction extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: InlineFunctionProps) {
    super(scope, id);
    // CDK would give it a log group that nothing may write to.
    if (props.logGroup === null) this.node.setContext('@aws-cdk/aws-lambda:useCdkManagedLogGroup', false);
    const { key, description, transform } = props;
    const writeLogs =
      props.logGroup === null
        ? []
        : [
            new iam.PolicyStatement({
              actions: [...FUNCTION_LOG_ACTIONS],
              resources: [props.logGroup.logGroupArn],
            }),
          ];
    const role = new iam.Role(
      this,
      'Role',
      transform('role', key, {
        description,
        assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
        inlinePolicies: {
          function: new iam.PolicyDocument({ statements: [...writeLogs, ...props.statements] }),
        },
      }),
    );
    this.function = new lambda.Function(this, 'Function', {
      description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromInline(props.code),
      role: role.withoutPolicyUpdates(),
      ...(props.logGroup === null ? {} : { logGroup: props.logGroup }),
      timeout: props.timeout,
      environment: { ...props.environment },
    });
    // The function refers to its role, whose policy is part of it; CDK says so a second time, which cfn-lint (W3005) minds.
    const resource = this.function.node.defaultChild;
    if (resource instanceof lambda.CfnFunction) resource.addDeletionOverride('DependsOn');
  }
}
