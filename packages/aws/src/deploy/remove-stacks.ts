import type { OnEvent } from '../events.ts';
import type { Session } from '../session.ts';
import { deleteStack } from '../stacks/delete-stack.ts';
import { type LiveStack, partOf, type SystemId } from '../stacks/read.ts';
import { mapLimited } from '../work.ts';

/** What {@link removeStacks} needs. */
export interface Removal {
  readonly id: SystemId;
  readonly stacks: readonly LiveStack[];
  readonly onEvent: OnEvent;
  readonly signal: AbortSignal;
  readonly pollIntervalMs: number;
}

/** Deletes stacks, those first that stand on others: services and dashboard, then data and repositories, then the foundation. */
export async function removeStacks(session: Session, { id, stacks, ...options }: Removal): Promise<void> {
  for (const level of [0, 1, 2]) {
    const now = stacks.filter((stack) => levelOf(partOf(stack, id)) === level);
    await mapLimited(now, 4, async (stack) => {
      if (options.signal.aborted) return;
      await deleteStack(session, stack, { stack: partOf(stack, id), name: stack.name, ...options });
    });
  }
}

function levelOf(part: string): number {
  if (part === 'foundation') return 2;
  return part === 'data' || part === 'registries' ? 1 : 0;
}
