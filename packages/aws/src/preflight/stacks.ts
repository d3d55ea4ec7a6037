import { ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import type { Plan } from '@breakwater/plan';
import { AwsError } from '../aws-error.ts';
import { attempt } from '../failures.ts';
import type { Session } from '../session.ts';
import { cloudFormation, descriptionPrefix, isBusy, isUnborn, type LiveStack } from '../stacks/read.ts';
import { guardedKind } from '../stacks/template.ts';
import { type Check, combine, type Findings, NOTHING } from './findings.ts';

/** Stacks with our names are ours, and none is in a state that it cannot be changed from. */
export const checkStacks: Check = async ({ session, plan, stacks }) => {
  const ours = stacks.filter(
    ({ name, description }) =>
      plan.stacks.some((stack) => stack.name === name) || description.startsWith(descriptionPrefix(plan)),
  );
  return combine(await Promise.all(ours.map((stack) => checkStack(session, plan, stack))));
};

async function checkStack(session: Session, plan: Plan, stack: LiveStack): Promise<Findings> {
  const { name, status, reason } = stack;
  const wanted = plan.stacks.find((each) => each.name === name);
  // A change set alone has no description yet: nothing stands there that could be another's.
  const taken =
    wanted !== undefined && status !== 'REVIEW_IN_PROGRESS' && stack.description !== wanted.description;
  if (taken) return problem(nameTaken(plan, stack));
  if (isBusy(stack)) return problem(busy(stack));
  if (status === 'UPDATE_ROLLBACK_FAILED') {
    return failed(
      `The stack ${name} is stuck: an update failed, and so did taking it back`,
      reason,
      `Remove the cause, then run \`aws cloudformation continue-update-rollback --stack-name ${name}\` and deploy again.`,
    );
  }
  if (status === 'DELETE_FAILED') {
    return failed(
      `The stack ${name} was to be deleted and could not be`,
      reason,
      'Run `breakwater destroy` again; it says what keeps it.',
    );
  }
  if (isUnborn(stack) && status !== 'REVIEW_IN_PROGRESS') {
    const left = await leftInside(session, stack);
    if (left.length === 0) {
      const warning = `The stack ${name} could not be created the last time (${status}); it is deleted and created anew.`;
      return { problems: [], warnings: [warning] };
    }
    return failed(
      `The stack ${name} could not be created, and left ${left.join(', ')} behind`,
      reason,
      'Delete the stack in the console after saving what is worth it, then deploy again.',
    );
  }
  return NOTHING;
}

function problem(error: AwsError): Findings {
  return { problems: [error], warnings: [] };
}

function failed(what: string, why: string | null, fix: string): Findings {
  return problem(new AwsError('stack-failed', what, { why, fix }));
}

function busy({ name, status }: LiveStack): AwsError {
  return new AwsError('busy', `CloudFormation is at work on the stack ${name}`, {
    why: `its status is ${status}: another deployment is under way, or one that was interrupted is not finished yet`,
    fix: 'Run the command again once it is done.',
  });
}

function nameTaken({ system, env }: Plan, { name, description }: LiveStack): AwsError {
  return new AwsError(
    'name-taken',
    `There is a stack ${name} already, and it is not of ${system} in ${env}`,
    {
      why: description === '' ? 'it has no description' : `its description is "${description}"`,
      fix: 'Give the system another name in its definition, use another --env, or delete that stack.',
    },
  );
}

/** Logical ids of what a failed creation left in a stack that may be of value. */
async function leftInside(session: Session, { name, id }: LiveStack): Promise<readonly string[]> {
  const { StackResourceSummaries = [] } = await attempt(`list what is in ${name}`, () =>
    cloudFormation(session).send(new ListStackResourcesCommand({ StackName: id })),
  );
  return StackResourceSummaries.flatMap(
    ({ ResourceType, ResourceStatus, LogicalResourceId, PhysicalResourceId }) => {
      const gone = ResourceStatus === 'DELETE_COMPLETE' || ResourceStatus === 'CREATE_FAILED';
      const kind = guardedKind({ Type: ResourceType ?? '' });
      if (gone || kind === null || kind === 'load balancer' || !PhysicalResourceId) return [];
      return [LogicalResourceId ?? ''];
    },
  );
}
