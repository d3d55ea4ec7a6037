import type { Plan } from '@breakwater/plan';
import { AwsError } from '../aws-error.ts';
import { removeStacks } from '../deploy/remove-stacks.ts';
import { POLL_INTERVAL_MS, supervise } from '../deploy/supervise.ts';
import type { OnEvent } from '../events.ts';
import { toAwsError } from '../failures.ts';
import { nothingDeployed } from '../outputs.ts';
import type { Session } from '../session.ts';
import { StackFailure } from '../stacks/deploy-stack.ts';
import { ownStacks } from '../stacks/read.ts';
import type { Store } from '../store.ts';
import { mapLimited } from '../work.ts';
import { protectionsOf, readInventory, remains } from './destroy-plan.ts';
import { emptyWhatGoes } from './empty.ts';
import { removeLeftovers } from './leftovers.ts';
import { unprotect } from './unprotect.ts';

/** What {@link destroy} needs. Whoever calls it has shown {@link destroyPlan} and asked. */
export interface DestroyOptions {
  readonly plan: Plan;
  /** Also an environment that is protected. Default: it is refused. */
  readonly evenProtected?: boolean;
  readonly onEvent: OnEvent;
  readonly signal: AbortSignal;
  readonly pollIntervalMs?: number;
}

/** What destroying came to. */
export interface DestroyResult {
  readonly stacks: readonly string[];
  /** What is in the account still, a phrase each: retained, final snapshots, keys in their waiting time, what could not be removed. */
  readonly stays: readonly string[];
  readonly durationMs: number;
}

/**
 * Takes a system away: its stacks, those first that stand on others; what is in its buckets and repositories; its releases; and what
 * AWS would leave behind. Run again after an interruption or a failure, it does the rest.
 *
 * @throws AwsError `nothing-deployed`, `protected`, `destroy-failed`, `busy`, `interrupted`
 */
export async function destroy(session: Session, options: DestroyOptions): Promise<DestroyResult> {
  const { plan, evenProtected = false, onEvent, pollIntervalMs = POLL_INTERVAL_MS } = options;
  const began = performance.now();
  const supervision = { id: plan, operation: 'destroy', onEvent, signal: options.signal, pollIntervalMs };
  return supervise(session, supervision, async ({ store, signal }) => {
    const inventory = await readInventory(session, plan);
    if (inventory.stacks.length === 0 && (await ownObjects(store)).length === 0) {
      throw nothingDeployed(plan, session.region);
    }
    const protections = protectionsOf(plan, inventory);
    if (protections.length > 0 && !evenProtected) throw isProtected(plan, protections);
    if (evenProtected) await unprotect(session, inventory);
    onEvent({ kind: 'step', title: 'Emptying buckets and repositories' });
    await emptyWhatGoes(session, inventory, onEvent);
    onEvent({ kind: 'step', title: 'Stacks' });
    const removal = { id: plan, stacks: inventory.stacks, onEvent, signal, pollIntervalMs };
    try {
      await removeStacks(session, removal);
    } catch {
      if (signal.aborted) throw signal.reason;
      // Something may have been written into a bucket after it was emptied: what is left is tried once more.
      await emptyWhatGoes(session, inventory, onEvent);
      const left = await ownStacks(session, plan);
      await removeStacks(session, { ...removal, stacks: left }).catch((error: unknown) => {
        throw destroyError(error);
      });
    }
    signal.throwIfAborted();
    onEvent({ kind: 'step', title: 'What is left' });
    const left = await removeLeftovers(session, { plan, inventory, onEvent });
    const objects = await ownObjects(store);
    await mapLimited(objects, 4, (name) => store.remove(name));
    if (objects.length > 0)
      onEvent({
        kind: 'removed',
        what:
          objects.length === 1 ? 'the record of its release' : `the records of ${objects.length} releases`,
      });
    return {
      stacks: inventory.stacks.map(({ name }) => name),
      stays: [...remains(inventory), ...left],
      durationMs: performance.now() - began,
    };
  });
}

/** What is kept about the system, without the lock that this run holds. */
async function ownObjects(store: Store): Promise<readonly string[]> {
  return (await store.list('')).filter((name) => name !== 'lock.json');
}

function isProtected({ system, env }: Plan, reasons: readonly string[]): AwsError {
  return new AwsError('protected', `${system} in ${env} is protected from being destroyed`, {
    why: reasons.join('; '),
    fix: 'Nothing was changed. If it really is to go, with all its data, say so with --unprotect.',
  });
}

function destroyError(error: unknown): AwsError {
  if (!(error instanceof StackFailure)) return toAwsError(error, 'delete the stacks');
  const { where, failures, cause } = error;
  const lines = failures.map(({ logicalId, type, reason }) => `${logicalId} (${type}): ${reason}`);
  return new AwsError('destroy-failed', `The stack ${where.name} could not be deleted`, {
    why: failures[0]?.reason ?? toAwsError(cause, 'delete it').why,
    detail: lines.length === 0 ? null : lines.join('\n'),
    fix: 'Remove what keeps it and run the command again: it goes on from here.',
    cause: error,
  });
}
