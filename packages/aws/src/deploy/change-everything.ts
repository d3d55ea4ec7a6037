import type { StackPlan } from '@breakwater/plan';
import { compare } from '../diff/compare.ts';
import { mayBeRefused } from '../diff/refusals.ts';
import type { StackOutcome } from '../events.ts';
import { imageReferences } from '../images/references.ts';
import { builtServices, type Images, resolveImages } from '../images/resolve-images.ts';
import { latestRelease, markUnfinished } from '../releases/log.ts';
import type { Session } from '../session.ts';
import { type Assembly, synthesizeAssembly } from '../stacks/assembly.ts';
import { followLiveTraffic } from '../stacks/follow-traffic.ts';
import { ownStacks, readTemplate } from '../stacks/read.ts';
import { runStacks } from '../stacks/run-stacks.ts';
import type { Store } from '../store.ts';
import { mapLimited } from '../work.ts';
import { explainer } from './explain.ts';
import { deploymentError } from './failure.ts';
import { growStacks } from './grow.ts';
import { approvalOf, refuseImpossible, refuseLosses } from './guard.ts';
import type { DeployOptions } from './options.ts';
import { removeStacks } from './remove-stacks.ts';

/** What {@link changeEverything} needs. */
export interface ChangeRequest extends DeployOptions {
  readonly store: Store;
  readonly pollIntervalMs: number;
}

/** What {@link changeEverything} came to. */
export interface Changed {
  readonly images: Images;
  /** What was deployed. The caller removes it. */
  readonly assembly: Assembly;
  readonly outcomes: ReadonlyMap<string, StackOutcome>;
}

/** Deploys some stacks of an assembly. */
type Run = (stacks: readonly StackPlan[], assembly: Assembly) => Promise<void>;

/** Makes the stacks what the plan says: repositories, images, everything else, and away with what is not in it any more. */
export async function changeEverything(session: Session, request: ChangeRequest): Promise<Changed> {
  const { plan, synthesize, onEvent } = request;
  const outcomes = new Map<string, StackOutcome>();
  const run = runner(session, request, outcomes);
  const registries = plan.stacks.filter(({ key }) => key === 'registries');
  const { images, grown } = await prepareImages(session, request, registries, run);
  const assembly = await synthesizeAssembly(synthesize, imageReferences(session, plan, images));
  try {
    onEvent({ kind: 'step', title: 'Stacks' });
    const bases = plan.stacks.filter(({ key }) => key === 'foundation' || key === 'data');
    await followLiveTraffic(session, assembly, plan.stacks);
    const growth = await growStacks(session, assembly, bases);
    await run(
      plan.stacks.filter((stack) => !registries.includes(stack)),
      assembly,
    );
    await removeSurplus(session, request, outcomes);
    await growth.restore();
    // Those that others stand on come last, now that nobody uses what they give up.
    for (const stack of [...grown, ...growth.stacks].reverse()) await run([stack], assembly);
    return { images, assembly, outcomes };
  } catch (error) {
    await assembly.remove();
    throw error;
  }
}

/** The repositories, and what is in them. Refuses what would lose data before anything is changed. */
async function prepareImages(
  session: Session,
  request: ChangeRequest,
  registries: readonly StackPlan[],
  run: Run,
): Promise<{ readonly images: Images; readonly grown: readonly StackPlan[] }> {
  const { plan, directory, store, synthesize, acceptDataLoss = [], onEvent, signal } = request;
  onEvent({ kind: 'step', title: 'Comparing with what is deployed' });
  const known = (await latestRelease(store))?.images ?? {};
  const assembly = await synthesizeAssembly(synthesize, imageReferences(session, plan, known));
  try {
    // The stacks of services and the dashboard hold nothing that could be lost.
    const asked = await refusableStacks(session, plan, assembly);
    const holding = ({ key }: StackPlan): boolean =>
      (!key.startsWith('service/') && key !== 'dashboard') || asked.has(key);
    const changes = await compare(session, { plan, assembly, only: holding });
    // What cannot be done at all is said first: nobody is asked to accept a loss for it.
    refuseImpossible(changes);
    refuseLosses(changes, acceptDataLoss);
    await markUnfinished(store, 'deploy');
    const growth = await growStacks(session, assembly, registries);
    if (registries.length > 0) onEvent({ kind: 'step', title: 'Image repositories' });
    await run(registries, assembly);
    if (builtServices(plan).length > 0) onEvent({ kind: 'step', title: 'Images' });
    const releaseTag = `release-${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}`;
    const given = request.images ?? {};
    const images = await resolveImages(session, { plan, directory, given, releaseTag, onEvent, signal });
    return { images, grown: growth.stacks };
  } finally {
    await assembly.remove();
  }
}

/** Keys of the services' stacks with a change that AWS might refuse. */
async function refusableStacks(
  session: Session,
  { stacks }: ChangeRequest['plan'],
  assembly: Assembly,
): Promise<ReadonlySet<string>> {
  const services = stacks.filter(({ key }) => key.startsWith('service/'));
  const found = await mapLimited(services, 4, async ({ key, name }) => {
    const deployed = await readTemplate(session, name);
    return deployed !== null && mayBeRefused(deployed, await assembly.template(name)) ? [key] : [];
  });
  return new Set(found.flat());
}

/** Deploys stacks, notes what became of them, and explains what failed. */
function runner(session: Session, request: ChangeRequest, outcomes: Map<string, StackOutcome>): Run {
  const { plan, acceptDataLoss = [], onEvent, signal, pollIntervalMs } = request;
  const { onFailure, lines } = explainer(session, plan);
  const approve = approvalOf(plan, acceptDataLoss);
  return async (stacks, assembly) => {
    signal.throwIfAborted();
    const changedBefore = new Set(
      [...outcomes].flatMap(([key, outcome]) => (outcome === 'unchanged' ? [] : [key])),
    );
    const toRun = stacks.map((stack) => ({ ...stack, stack: stack.key }));
    const common = { assembly, changedBefore, approve, onEvent, onFailure, signal, pollIntervalMs };
    try {
      for (const [key, outcome] of await runStacks(session, { stacks: toRun, ...common })) {
        // A stack that grows before and shrinks after was changed, whatever the second time says.
        if (outcome !== 'unchanged' || !outcomes.has(key)) outcomes.set(key, outcome);
      }
    } catch (error) {
      throw deploymentError(error, await lines());
    }
    signal.throwIfAborted();
  };
}

/** Deletes the stacks that the plan no longer has. */
async function removeSurplus(
  session: Session,
  { plan, onEvent, signal, pollIntervalMs }: ChangeRequest,
  outcomes: Map<string, StackOutcome>,
): Promise<void> {
  const live = await ownStacks(session, plan);
  const stacks = live.filter(({ name }) => !plan.stacks.some((stack) => stack.name === name));
  if (stacks.length === 0) return;
  onEvent({ kind: 'step', title: 'Removing what the definition no longer has' });
  try {
    await removeStacks(session, { id: plan, stacks, onEvent, signal, pollIntervalMs });
  } catch (error) {
    throw deploymentError(error, new Map());
  }
  for (const { name } of stacks) outcomes.set(name, 'deleted');
}
