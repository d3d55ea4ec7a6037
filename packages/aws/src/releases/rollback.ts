import type { Plan } from '@breakwater/plan';
import { AwsError } from '../aws-error.ts';
import { explainer } from '../deploy/explain.ts';
import { deploymentError } from '../deploy/failure.ts';
import { approvalOf } from '../deploy/guard.ts';
import { removeStacks } from '../deploy/remove-stacks.ts';
import { POLL_INTERVAL_MS, supervise } from '../deploy/supervise.ts';
import type { OnEvent, StackOutcome } from '../events.ts';
import { findDigest } from '../images/registry.ts';
import { type FlatOutputs, nothingDeployed, OUTPUTS_FILE, writeFlatOutputs } from '../outputs.ts';
import type { Session } from '../session.ts';
import { followLiveTraffic } from '../stacks/follow-traffic.ts';
import { unpackStacks } from '../stacks/pack.ts';
import { ownStacks, partOf, type SystemId } from '../stacks/read.ts';
import { runStacks, type StackToRun } from '../stacks/run-stacks.ts';
import type { Store } from '../store.ts';
import {
  clearUnfinished,
  isUnfinished,
  markUnfinished,
  readRelease,
  readReleases,
  recordRelease,
} from './log.ts';
import {
  previousRelease,
  type Release,
  type ReleasedStack,
  type ReleaseSummary,
  unpackFiles,
} from './release.ts';

/** What {@link rollback} needs: the plan, or only which system in which environment. */
export interface RollbackOptions {
  readonly of: Plan | SystemId;
  /** Number of the release to go back to. Default: the one before the latest; after a run that did not finish, the latest. */
  readonly to?: number;
  /** The definition's folder, where the outputs are written. Default: they are not written. */
  readonly directory?: string;
  readonly onEvent: OnEvent;
  readonly signal: AbortSignal;
  readonly pollIntervalMs?: number;
}

/** What a rollback came to. */
export interface RollbackResult {
  /** Number of the release that is live now. */
  readonly release: number;
  /** Number of the release that was brought back. */
  readonly restored: number;
  readonly stacks: Readonly<Record<string, StackOutcome>>;
  readonly outputs: FlatOutputs;
  readonly durationMs: number;
}

/**
 * Brings an earlier release's services back as one whole: task definitions, routes, scaling, alarms and dashboard together. Services
 * that came later go. Network, data and repositories stay as they are.
 *
 * @throws AwsError `nothing-deployed`, `no-earlier-release`, `missing-image`, `deployment-failed`, `busy`, `interrupted`
 */
export async function rollback(session: Session, options: RollbackOptions): Promise<RollbackResult> {
  const { of: id, onEvent, pollIntervalMs = POLL_INTERVAL_MS } = options;
  const began = performance.now();
  const supervision = { id, operation: 'rollback', onEvent, signal: options.signal, pollIntervalMs };
  return supervise(session, supervision, async ({ store, signal }) => {
    if ((await ownStacks(session, id)).length === 0) throw nothingDeployed(id, session.region);
    const target = await targetOf(store, id, options.to);
    onEvent({ kind: 'step', title: `Bringing back release ${target.number} of ${target.time}` });
    await requireImages(session, target);
    await markUnfinished(store, 'rollback');
    const stacks = await bringBack(session, target, { ...options, signal, pollIntervalMs });
    const live = await ownStacks(session, id);
    const all = Object.assign({}, ...live.map((stack) => stack.outputs)) as Record<string, string>; // outputs of stacks are texts
    const values = Object.fromEntries(
      Object.keys(target.outputs).map((key) => [key, all[key] ?? ''] as const),
    );
    if (options.directory !== undefined) {
      await writeFlatOutputs(options.directory, values);
      onEvent({ kind: 'note', message: `Outputs are in ${OUTPUTS_FILE}.` });
    }
    const release = await recordRelease(store, {
      time: new Date().toISOString(),
      caller: session.caller,
      images: target.images,
      restores: target.restores ?? target.number,
      outputs: values,
      stacks: target.stacks,
      assembly: target.assembly,
    });
    await clearUnfinished(store);
    onEvent({ kind: 'released', number: release.number });
    return {
      release: release.number,
      restored: target.number,
      stacks,
      outputs: values,
      durationMs: performance.now() - began,
    };
  });
}

async function targetOf(store: Store, { system, env }: SystemId, to: number | undefined): Promise<Release> {
  const releases = await readReleases(store);
  const wanted = to ?? (await defaultTarget(store, releases))?.number;
  const found = wanted === undefined ? null : await readRelease(store, wanted);
  if (found !== null) return found;
  const numbers = releases.map(({ number }) => number).join(', ');
  throw new AwsError(
    'no-earlier-release',
    to === undefined
      ? `${system} in ${env} has no earlier release`
      : `There is no release ${to} of ${system} in ${env}`,
    {
      why: numbers === '' ? 'none was ever completed' : `those that are kept: ${numbers}`,
      fix: to === undefined ? 'Correct the definition and deploy it.' : 'Give one of those that are kept.',
    },
  );
}

async function defaultTarget(
  store: Store,
  releases: readonly ReleaseSummary[],
): Promise<ReleaseSummary | null> {
  return (await isUnfinished(store)) ? (releases.at(-1) ?? null) : previousRelease(releases);
}

/** The images of a release are still in their repositories: lifecycle rules expire old ones. */
async function requireImages(session: Session, { number, images, assembly }: Release): Promise<void> {
  const text = Object.values(unpackFiles(assembly)).join('\n');
  for (const [service, digest] of Object.entries(images)) {
    const repository = new RegExp(`/([a-z0-9][a-z0-9._/-]*)@${digest}`).exec(text)?.[1];
    if (repository === undefined || (await findDigest(session, repository, { digest })) !== null) continue;
    throw new AwsError('missing-image', `Release ${number} cannot be brought back`, {
      why: `the image of service ${service} (${digest}) is not in ${repository} any more`,
      fix: 'Choose a newer release (`breakwater rollback --list`), or deploy the earlier definition again.',
    });
  }
}

async function bringBack(
  session: Session,
  target: Release,
  options: RollbackOptions & { readonly pollIntervalMs: number },
): Promise<Readonly<Record<string, StackOutcome>>> {
  const { of: id, onEvent, signal, pollIntervalMs } = options;
  const plan = 'stacks' in id ? id : null;
  const { onFailure, lines } = explainer(session, plan);
  const assembly = await unpackStacks(unpackFiles(target.assembly));
  try {
    await followLiveTraffic(session, assembly, target.stacks);
    const stacks = target.stacks.map(toRun);
    // What the stacks refer to may have changed since: everything is read anew.
    const changedBefore = new Set(target.stacks.flatMap(({ dependsOn }) => dependsOn));
    const approve = approvalOf(plan, []);
    const common = { assembly, changedBefore, approve, onEvent, onFailure, signal, pollIntervalMs };
    const outcomes = new Map(await runStacks(session, { stacks, ...common }));
    signal.throwIfAborted();
    const later = (await ownStacks(session, id)).filter((stack) => {
      const part = partOf(stack, id);
      const ofServices = part.startsWith('service/') || part === 'dashboard';
      return ofServices && !target.stacks.some(({ name }) => name === stack.name);
    });
    await removeStacks(session, { id, stacks: later, onEvent, signal, pollIntervalMs });
    for (const { name } of later) outcomes.set(name, 'deleted');
    return Object.fromEntries(outcomes);
  } catch (error) {
    throw deploymentError(error, await lines());
  } finally {
    await assembly.remove();
  }
}

function toRun({ key, name, dependsOn }: ReleasedStack): StackToRun {
  return { key, name, dependsOn, stack: key as StackToRun['stack'] }; // recorded from a plan's stacks
}
