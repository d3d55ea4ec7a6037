import type { Plan } from '@breakwater/plan';
import { imageReferences } from '../images/references.ts';
import type { Images } from '../images/resolve-images.ts';
import { latestRelease } from '../releases/log.ts';
import type { Session } from '../session.ts';
import { type Synthesize, synthesizeAssembly } from '../stacks/assembly.ts';
import { openStore } from '../store.ts';
import type { ResourceChange, StackChange } from './changes.ts';
import { compare } from './compare.ts';

/** What {@link diff} compares. */
export interface DiffOptions {
  readonly plan: Plan;
  readonly synthesize: Synthesize;
  /** Digests of the images that would run, by service. Default: those that run now, so that only the definition is compared. */
  readonly images?: Images;
}

/** What a deployment would change. */
export interface DiffResult {
  /** In the plan's order, those without changes too; stacks that would be removed come last. */
  readonly stacks: readonly StackChange[];
  readonly changed: boolean;
  /** Changes that may make requests fail. */
  readonly interruptions: readonly ResourceChange[];
  /** Changes that are only made when their key is accepted. */
  readonly losses: readonly ResourceChange[];
}

/**
 * What a deployment would change, in words for each resource. What is replaced is known from CloudFormation's own change sets where
 * stacks exist; nothing is changed.
 *
 * @throws AwsError `not-bootstrapped`, and what talking to AWS may throw
 */
export async function diff(session: Session, options: DiffOptions): Promise<DiffResult> {
  const { plan, synthesize } = options;
  const released = (await latestRelease(await openStore(session, plan)))?.images ?? {};
  const images = { ...released, ...options.images };
  const assembly = await synthesizeAssembly(synthesize, imageReferences(session, plan, images));
  try {
    const stacks = await compare(session, { plan, assembly });
    const all = stacks.flatMap(({ resources }) => resources);
    return {
      stacks,
      changed: stacks.some(({ action }) => action !== 'none'),
      interruptions: all.filter(({ interrupts }) => interrupts),
      losses: all.filter(({ guarded }) => guarded),
    };
  } finally {
    await assembly.remove();
  }
}
