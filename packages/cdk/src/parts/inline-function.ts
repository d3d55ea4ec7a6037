import type { Duration } from 'aws-cdk-lib';
import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ApplyTransform } from '../transform.ts';

/** A small function that a stack needs for itself. */
export interface InlineFunctionProps {
  /** What the transforms of its role and log group are called with. */
  readonly key: string;
  readonly description: string;
  /** Node.js source that exports `handler`; at most 4 KiB, for it stands in the template. */
  readonly code: string;
  readonly timeout: Duration;
  readonly environment: Readonly<Record<string, string>>;
  /** What it may do beside writing its log. */
  readonly statements: readonly iam.PolicyStatement[];
  readonly transform: ApplyTransform;
}

/**
 * A Lambda function with a role that has exactly the statements given, and a log group that goes with it: the one that
 * Lambda would create by itself outlives the stack and keeps everything for ever.
 */
export class InlineFunction extends Construct {
  readonly function: lambda.Function;

  constructor(scope: Construct, id: string, props: InlineFunctionProps) {
    super(scope, id);
    const { key, description, transform } = props;
    const logGroup = new logs.LogGroup(
      this,
      'logs',
      transform('logGroup', key, {
        retention: logs.RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    );
    const writeLogs = new iam.PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    });
    const role = new iam.Role(
      this,
      'role',
      transform('role', key, {
        description,
        assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
        inlinePolicies: {
          function: new iam.PolicyDocument({ statements: [writeLogs, ...props.statements] }),
        },
      }),
    );
    this.function = new lambda.Function(this, 'function', {
      description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromInline(props.code),
      role: role.withoutPolicyUpdates(),
      logGroup,
      timeout: props.timeout,
      environment: { ...props.environment },
    });
    // The function refers to its role, whose policy is part of it; CDK says so a second time, which cfn-lint (W3005) minds.
    const resource = this.function.node.defaultChild;
    if (resource instanceof lambda.CfnFunction) resource.addDeletionOverride('DependsOn');
  }
}
