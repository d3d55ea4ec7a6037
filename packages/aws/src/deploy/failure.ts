import { ToolkitError } from '@aws-cdk/toolkit-lib';
import { AwsError } from '../aws-error.ts';
import { toAwsError } from '../failures.ts';
import { StackFailure, toolkitMessage } from '../stacks/deploy-stack.ts';
import type { FailedResource } from '../stacks/progress.ts';

/** Whatever ended a deployment, as an error for people. `explanations` are lines by stack: stopped tasks, ends of logs. */
export function deploymentError(
  error: unknown,
  explanations: ReadonlyMap<string, readonly string[]>,
): AwsError {
  if (!(error instanceof StackFailure)) return toAwsError(error, 'deploy');
  const { where, failures, cause } = error;
  for (const each of causes(cause)) {
    if (each instanceof AwsError) return each;
    if (ToolkitError.isBootstrapError(each)) {
      const { account, region } = each.environment;
      return new AwsError(
        'not-bootstrapped',
        `Nothing can be deployed to account ${account} in ${region} yet`,
        {
          why: each.message,
          fix: `Run \`npx cdk bootstrap aws://${account}/${region}\` once, with the same credentials.`,
          cause: error,
        },
      );
    }
  }
  const known = toAwsError(cause, `deploy the stack ${where.name}`);
  if (known.code !== 'unexpected' && failures.length === 0) return known;
  const lines = [...failures.map(line), ...(explanations.get(where.name) ?? [])];
  return new AwsError('deployment-failed', `The stack ${where.name} could not be deployed`, {
    why: failures[0]?.reason ?? toolkitMessage(cause),
    detail: lines.length === 0 ? null : lines.join('\n'),
    fix: 'CloudFormation takes the stack back to what it was. Correct the cause and run the command again: it goes on from here.',
    cause: error,
  });
}

function line({ logicalId, type, reason }: FailedResource): string {
  return `${logicalId} (${type}): ${reason}`;
}

function causes(error: unknown): readonly unknown[] {
  const found: unknown[] = [];
  for (let each = error; each !== undefined && found.length < 10; ) {
    found.push(each);
    each = each instanceof Error ? each.cause : undefined;
  }
  return found;
}
