import type { Plan, ServicePlan } from '@breakwater/plan';
import { AwsError } from '../aws-error.ts';
import type { OnEvent } from '../events.ts';
import type { Session } from '../session.ts';
import { buildImage, type ImageToBuild, signIn } from './build.ts';
import { type BuiltImage, findBuildTool } from './build-tool.ts';
import { findRepository, requireImage } from './registry.ts';

/** Digests by service key. */
export type Images = Readonly<Record<string, string>>;

/** Services whose image is built from a folder: they have a repository of their own. */
export function builtServices(
  plan: Plan,
): readonly { readonly service: ServicePlan; readonly image: BuiltImage }[] {
  return Object.values(plan.services).flatMap((service) =>
    service.image.kind === 'build' ? [{ service, image: service.image }] : [],
  );
}

/** What {@link resolveImages} needs. */
export interface ImageRequest {
  readonly plan: Plan;
  readonly directory: string;
  /** Those that were built elsewhere. */
  readonly given: Images;
  readonly releaseTag: string;
  readonly onEvent: OnEvent;
  readonly signal: AbortSignal;
}

/** The digest of each service's image: those given, checked to exist, and the others built and pushed. The repositories must be there. */
export async function resolveImages(session: Session, request: ImageRequest): Promise<Images> {
  const { plan, directory, given, releaseTag, onEvent, signal } = request;
  const digests: Record<string, string> = {};
  const toBuild: ImageToBuild[] = [];
  for (const { service, image } of builtServices(plan)) {
    const name = service.registry?.name ?? service.key;
    const repository = await findRepository(session, name);
    if (repository === null) {
      throw new AwsError('missing-image', `There is no image repository ${name} for service ${service.key}`, {
        why: 'the stack of the repositories did not create it',
        fix: 'Check whether a transform took it away.',
      });
    }
    const digest = given[service.key];
    if (digest === undefined) toBuild.push({ service, image, repository });
    else {
      await requireImage(session, { service: service.key, repository: name, digest });
      digests[service.key] = digest;
      onEvent({ kind: 'image', service: service.key, state: 'ready', digest, durationMs: null });
    }
  }
  if (toBuild.length === 0) return digests;
  const tool = await findBuildTool(signal);
  for (const registry of new Set(toBuild.map(({ repository }) => repository.uri.split('/')[0] ?? ''))) {
    await signIn(session, tool, registry, signal);
  }
  // One after the other: an image build takes all processors by itself.
  for (const build of toBuild) {
    digests[build.service.key] = await buildImage(session, build, {
      tool,
      directory,
      releaseTag,
      onEvent,
      signal,
    });
  }
  return digests;
}
