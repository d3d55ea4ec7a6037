import type { Plan } from '@breakwater/plan';
import { AwsError } from '../aws-error.ts';
import { findBootstrap } from '../bootstrap.ts';
import type { Images } from '../images/resolve-images.ts';
import type { Session } from '../session.ts';
import { listStacks } from '../stacks/read.ts';
import { checkDomain } from './domain.ts';
import { type Check, combine, type Findings, NOTHING } from './findings.ts';
import { checkImages } from './images.ts';
import { checkNames } from './names.ts';
import { checkQuotas } from './quotas.ts';
import { checkRegion } from './region.ts';
import { checkSecrets } from './secrets.ts';
import { checkStacks } from './stacks.ts';

/** What {@link preflight} looks at. */
export interface PreflightRequest {
  readonly plan: Plan;
  /** Digests of images that were built elsewhere, by service. */
  readonly images?: Images;
  /** The definition's folder, to see whether what is built has its Dockerfile. */
  readonly directory?: string;
}

const CHECKS: readonly Check[] = [
  checkSecrets,
  checkDomain,
  checkImages,
  checkStacks,
  checkNames,
  checkQuotas,
];

/**
 * Looks for everything that would make a deployment fail, before it begins, and says all at once: the region, the bootstrap stack,
 * secrets, certificate and hosted zone, images, the build tool, the state of the stacks, names, quotas. Changes nothing.
 */
export async function preflight(
  session: Session,
  { plan, images = {}, directory }: PreflightRequest,
): Promise<Findings> {
  const input = { session, plan, images, directory: directory ?? null, stacks: [] };
  const region = await checkRegion(input);
  // In a wrong region or account everything else would be found missing.
  if (region.problems.length > 0) return region;
  const [stacks, bootstrap] = await Promise.all([listStacks(session), checkBootstrap(session)]);
  const findings = await Promise.all(CHECKS.map((check) => check({ ...input, stacks })));
  return combine([bootstrap, ...findings]);
}

async function checkBootstrap(session: Session): Promise<Findings> {
  try {
    await findBootstrap(session);
    return NOTHING;
  } catch (error) {
    if (error instanceof AwsError) return { problems: [error], warnings: [] };
    throw error;
  }
}
