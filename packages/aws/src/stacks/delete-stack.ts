import {
  DeleteStackCommand,
  paginateDescribeStackEvents,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import type { OnEvent } from '../events.ts';
import { attempt } from '../failures.ts';
import type { Session } from '../session.ts';
import { pause } from '../work.ts';
import { StackFailure } from './deploy-stack.ts';
import { followProgress, type StackName } from './progress.ts';
import { cloudFormation, type LiveStack, readStack } from './read.ts';

/** How to delete one stack. */
export interface StackDeletion extends StackName {
  readonly onEvent: OnEvent;
  readonly pollIntervalMs: number;
  /** Ends the waiting, not CloudFormation's work. */
  readonly signal: AbortSignal;
}

/**
 * Deletes a stack and waits until it is gone.
 *
 * @throws StackFailure with the resources that could not be deleted
 */
export async function deleteStack(session: Session, live: LiveStack, deletion: StackDeletion): Promise<void> {
  const { stack, name, onEvent, pollIntervalMs, signal } = deletion;
  const client = cloudFormation(session);
  const began = performance.now();
  const since = Date.now() - CLOCK_DIFFERENCE_MS;
  const progress = followProgress({ stack, name }, onEvent);
  const known = await eventIds(session, live.id);
  onEvent({ kind: 'stack-started', stack, name, operation: 'delete' });
  await attempt(`delete the stack ${name}`, () =>
    client.send(new DeleteStackCommand({ StackName: live.id })),
  );
  for (;;) {
    await takeEvents(session, live.id, since, known, progress.take);
    const now = await readStack(session, live.id);
    if (now === null) break;
    if (now.status === 'DELETE_FAILED' || signal.aborted) {
      onEvent({
        kind: 'stack-finished',
        stack,
        name,
        outcome: 'failed',
        durationMs: performance.now() - began,
      });
      if (signal.aborted && now.status !== 'DELETE_FAILED') return;
      throw new StackFailure({ stack, name }, progress.failures(), new Error(now.reason ?? now.status));
    }
    await pause(pollIntervalMs, signal);
  }
  onEvent({ kind: 'stack-finished', stack, name, outcome: 'deleted', durationMs: performance.now() - began });
}

/** How far this machine's clock may be ahead of CloudFormation's. */
const CLOCK_DIFFERENCE_MS = 5 * 60_000;

async function eventIds(session: Session, stackId: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  await takeEvents(session, stackId, Date.now() - CLOCK_DIFFERENCE_MS, ids, ({ EventId }) => {
    if (EventId !== undefined) ids.add(EventId);
  });
  return ids;
}

/** Hands over the events since a moment that are not known yet, the oldest first. */
async function takeEvents(
  session: Session,
  stackId: string,
  since: number,
  known: ReadonlySet<string>,
  take: ReturnType<typeof followProgress>['take'],
): Promise<void> {
  const events = [];
  try {
    for await (const page of paginateDescribeStackEvents(
      { client: cloudFormation(session) },
      { StackName: stackId },
    )) {
      const recent = (page.StackEvents ?? []).filter(({ Timestamp }) => (Timestamp?.getTime() ?? 0) >= since);
      events.push(...recent);
      if (recent.length === 0) break;
    }
  } catch {
    // Events only tell how far it is; whether it worked is asked of the stack itself.
    return;
  }
  for (const event of events.reverse()) if (!known.has(event.EventId ?? '')) take(event);
}

/** Switches a stack's protection from deletion on or off. */
export async function setTerminationProtection(session: Session, name: string, on: boolean): Promise<void> {
  await attempt(`change the termination protection of ${name}`, () =>
    cloudFormation(session).send(
      new UpdateTerminationProtectionCommand({ StackName: name, EnableTerminationProtection: on }),
    ),
  );
}
