import type { DeployEvent, OnEvent, StackOutcome } from '../events.ts';
import type { Session } from '../session.ts';
import type { Assembly } from './assembly.ts';
import { type Approve, deployStack } from './deploy-stack.ts';
import type { FailedResource, StackName } from './progress.ts';

/** Stacks changed at the same time. CloudFormation allows more, but each holds API calls and quotas. */
const AT_ONCE = 4;

/** A stack to deploy, after those that it depends on. */
export interface StackToRun extends StackName {
  readonly key: string;
  readonly dependsOn: readonly string[];
}

/** What {@link runStacks} needs. */
export interface StackRun {
  readonly stacks: readonly StackToRun[];
  readonly assembly: Assembly;
  /** Keys of stacks that changed before: those that refer to them read them anew. */
  readonly changedBefore: ReadonlySet<string>;
  readonly approve: (stack: StackToRun) => Approve;
  readonly onEvent: OnEvent;
  readonly onFailure: (stack: StackToRun, failure: FailedResource) => void;
  readonly signal: AbortSignal;
  readonly pollIntervalMs: number;
}

/**
 * Deploys stacks, each after those that it depends on and at the same time as the others. After a failure or an
 * interruption none is begun any more; those under way are waited for. Returns what became of each.
 *
 * A stack that refers to one that changed is deployed even when its own template did not: such references are read at deployment.
 *
 * @throws StackFailure the first one
 */
export async function runStacks(session: Session, run: StackRun): Promise<ReadonlyMap<string, StackOutcome>> {
  const outcomes = new Map<string, StackOutcome>();
  const failures: unknown[] = [];
  const waiting = [...run.stacks];
  const known = new Set(run.stacks.map(({ key }) => key));
  const changed = new Set(run.changedBefore);
  const active = new Set<Promise<void>>();
  const start = async (stack: StackToRun): Promise<void> => {
    try {
      const outcome = await deployStack(session, {
        stack: stack.stack,
        name: stack.name,
        assembly: run.assembly,
        force: stack.dependsOn.some((key) => changed.has(key)),
        // A change set that is only ready after the interruption is not executed any more.
        approve: (diffs) => !run.signal.aborted && run.approve(stack)(diffs),
        onEvent: (event: DeployEvent) => run.onEvent(event),
        onFailure: (failure) => run.onFailure(stack, failure),
        pollIntervalMs: run.pollIntervalMs,
      });
      outcomes.set(stack.key, outcome);
      if (outcome !== 'unchanged') changed.add(stack.key);
    } catch (error) {
      failures.push(error);
    }
  };
  for (;;) {
    while (failures.length === 0 && !run.signal.aborted && active.size < AT_ONCE) {
      const next = waiting.findIndex(({ dependsOn }) =>
        dependsOn.every((key) => !known.has(key) || outcomes.has(key)),
      );
      const [stack] = next === -1 ? [] : waiting.splice(next, 1);
      if (stack === undefined) break;
      const work: Promise<void> = start(stack).finally(() => active.delete(work));
      active.add(work);
    }
    if (active.size === 0) break;
    await Promise.race([...active]);
  }
  if (failures.length > 0) throw failures[0];
  return outcomes;
}
