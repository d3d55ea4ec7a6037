import type { Plan } from '@breakwater/plan';
import { AwsError } from '../aws-error.ts';
import { type ResourceChange, resourceChanges, type StackChange } from '../diff/changes.ts';
import type { Approve } from '../stacks/deploy-stack.ts';
import type { StackToRun } from '../stacks/run-stacks.ts';

/** Keys of the stores, repositories and load balancers whose loss is accepted. */
export type Accepted = readonly string[];

/** The changes that lose something and were not accepted. */
export function lossesIn(changes: readonly StackChange[], accepted: Accepted): readonly ResourceChange[] {
  return changes.flatMap(({ resources }) =>
    resources.filter(
      ({ guarded, key, logicalId }) =>
        guarded && !accepted.some((each) => each === key || each === logicalId),
    ),
  );
}

/** Refuses what would lose something unasked. @throws AwsError `would-lose-data` */
export function refuseLosses(changes: readonly StackChange[], accepted: Accepted): void {
  const losses = lossesIn(changes, accepted);
  if (losses.length > 0) throw lossError(losses);
}

function lossError(losses: readonly ResourceChange[]): AwsError {
  const keys = [...new Set(losses.map(({ key }) => key))];
  const [first] = losses;
  const alone = losses.length === 1 && first !== undefined;
  return new AwsError(
    'would-lose-data',
    alone ? first.sentence : `${losses.length} things of value would be lost`,
    {
      detail: alone ? null : losses.map(({ sentence }) => `- ${sentence}`).join('\n'),
      fix: `Nothing was changed. If that is what you want, run again with ${keys.map((key) => `--accept-data-loss ${key}`).join(' ')}; else take the change in the definition back.`,
    },
  );
}

/** Refuses what AWS would refuse in the middle of the deployment. @throws AwsError `cannot-change` */
export function refuseImpossible(changes: readonly StackChange[]): void {
  const refused = changes.flatMap(({ resources }) =>
    resources.flatMap(({ sentence, refusal }) => (refusal === null ? [] : [{ sentence, ...refusal }])),
  );
  const [first] = refused;
  if (first === undefined) return;
  const alone = refused.length === 1;
  throw new AwsError(
    'cannot-change',
    alone ? first.sentence : `${refused.length} changes cannot be made in one deployment`,
    {
      why: alone ? first.why : null,
      detail: alone ? null : refused.map(({ sentence, why }) => `- ${sentence}: ${why}`).join('\n'),
      fix: first.fix,
    },
  );
}

/** The last look at a change set before it is executed: the same question, with what CloudFormation knows by then. */
export function approvalOf(plan: Plan | null, accepted: Accepted): (stack: StackToRun) => Approve {
  return ({ stack, name }) =>
    (diffs) => {
      const changes = Object.values(diffs).map(
        (diff): StackChange => ({
          stack,
          name,
          action: 'update',
          resources: resourceChanges(diff, { plan, stack }),
        }),
      );
      refuseImpossible(changes);
      refuseLosses(changes, accepted);
      return true;
    };
}
