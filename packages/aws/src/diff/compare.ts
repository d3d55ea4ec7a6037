import { DiffMethod } from '@aws-cdk/toolkit-lib';
import type { Plan, StackPlan } from '@breakwater/plan';
import { toAwsError } from '../failures.ts';
import type { Session } from '../session.ts';
import { type Assembly, only, sourceOf } from '../stacks/assembly.ts';
import { followLiveTraffic } from '../stacks/follow-traffic.ts';
import { isUnborn, type LiveStack, ownStacks, readTemplate } from '../stacks/read.ts';
import { parseTemplate } from '../stacks/template.ts';
import { toolkitOf } from '../stacks/toolkit.ts';
import { mapLimited } from '../work.ts';
import { creationOf, deletionOf, resourceChanges, type StackChange } from './changes.ts';

/** What to compare. */
export interface Comparison {
  readonly plan: Plan;
  readonly assembly: Assembly;
  /** Which of the plan's stacks; default all. */
  readonly only?: (stack: StackPlan) => boolean;
}

/** What deploying an assembly would change, stack by stack in the plan's order; stacks that the plan no longer has come last. */
export async function compare(
  session: Session,
  { plan, assembly, only: which }: Comparison,
): Promise<StackChange[]> {
  const live = await ownStacks(session, plan);
  const stacks = plan.stacks.filter(which ?? (() => true));
  await followLiveTraffic(session, assembly, stacks);
  const changes = await mapLimited(stacks, 4, (stack) => {
    const existing = live.find(({ name }) => name === stack.name) ?? null;
    return compareStack(session, { plan, assembly, stack, existing });
  });
  const gone = live.filter(({ name }) => !plan.stacks.some((stack) => stack.name === name));
  return [...changes, ...(await mapLimited(gone, 4, (stack) => removedStack(session, plan, stack)))];
}

async function compareStack(
  session: Session,
  {
    plan,
    assembly,
    stack,
    existing,
  }: Omit<Comparison, 'only'> & { stack: StackPlan; existing: LiveStack | null },
): Promise<StackChange> {
  const born = existing !== null && !isUnborn(existing);
  const deployed = born ? await readTemplate(session, stack.name) : null;
  const wanted = await assembly.template(stack.name);
  if (!born) {
    const resources = creationOf(wanted, { plan, stack: stack.key });
    return { stack: stack.key, name: stack.name, action: 'create', resources };
  }
  if (deployed !== null && JSON.stringify(deployed) === JSON.stringify(wanted)) {
    return { stack: stack.key, name: stack.name, action: 'none', resources: [] };
  }
  try {
    const toolkit = toolkitOf(session);
    const diffs = await toolkit.diff(await sourceOf(toolkit, assembly), {
      stacks: only(stack.name),
      // Only CloudFormation knows for certain what it would replace; the toolkit compares the templates where it cannot be asked.
      method: DiffMethod.ChangeSet(),
    });
    const [diff] = Object.values(diffs);
    const resources = diff === undefined ? [] : resourceChanges(diff, { plan, stack: stack.key });
    const action = diff === undefined || diff.isEmpty ? 'none' : 'update';
    return { stack: stack.key, name: stack.name, action, resources };
  } catch (error) {
    throw toAwsError(error, `compare the stack ${stack.name}`);
  }
}

async function removedStack(session: Session, plan: Plan, { name }: LiveStack): Promise<StackChange> {
  const template = (await readTemplate(session, name)) ?? parseTemplate('{}');
  return { stack: null, name, action: 'delete', resources: deletionOf(template, { plan, stack: null }) };
}
