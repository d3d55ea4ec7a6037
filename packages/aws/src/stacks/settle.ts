import { CancelUpdateStackCommand } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../aws-error.ts';
import type { OnEvent } from '../events.ts';
import { toAwsError } from '../failures.ts';
import type { Session } from '../session.ts';
import { pause } from '../work.ts';
import { cloudFormation, isBusy, type LiveStack, ownStacks, type SystemId } from './read.ts';

/** Waits until CloudFormation works on none of a system's stacks: a run that was interrupted leaves it at work. */
export async function waitUntilSettled(
  session: Session,
  id: SystemId,
  { onEvent, signal, pollIntervalMs }: { onEvent: OnEvent; signal: AbortSignal; pollIntervalMs: number },
): Promise<void> {
  const told = new Set<string>();
  for (;;) {
    const busy = (await ownStacks(session, id)).filter(isBusy);
    if (busy.length === 0) return;
    for (const { name, status } of busy) {
      if (told.has(name)) continue;
      told.add(name);
      onEvent({
        kind: 'note',
        message: `CloudFormation still works on ${name} (${status}); waiting for it.`,
      });
    }
    await pause(pollIntervalMs, signal);
    if (signal.aborted) throw interrupted(busy.map((stack) => `${stack.name}: ${stack.status}`));
  }
}

/**
 * After an interruption: asks CloudFormation to take back the updates that are under way; creations and deletions
 * go on by themselves. Returns what happens to each stack, in words.
 */
export async function cancelUpdates(session: Session, id: SystemId): Promise<readonly string[]> {
  let busy: readonly LiveStack[];
  try {
    busy = (await ownStacks(session, id)).filter(isBusy);
  } catch (error) {
    return [`The stacks could not be looked at: ${toAwsError(error, 'list the stacks').message}`];
  }
  return Promise.all(
    busy.map(async ({ name, status }) => {
      if (status !== 'UPDATE_IN_PROGRESS') return `${name}: CloudFormation goes on by itself (${status})`;
      try {
        await cloudFormation(session).send(new CancelUpdateStackCommand({ StackName: name }));
        return `${name}: its update is taken back by CloudFormation`;
      } catch (error) {
        return `${name}: its update goes on (${toAwsError(error, 'cancel it').why ?? status})`;
      }
    }),
  );
}

/** What to say after an interruption. */
export function interrupted(stacks: readonly string[]): AwsError {
  return new AwsError('interrupted', 'Interrupted before everything was done', {
    detail: stacks.length === 0 ? null : stacks.map((line) => `- ${line}`).join('\n'),
    fix: 'Run the command again: it waits for what is still under way and does the rest.',
  });
}
