import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServicePlan } from '@breakwater/plan';
import { AwsError } from '../aws-error.ts';
import type { OnEvent } from '../events.ts';
import type { Session } from '../session.ts';
import {
  BUILD_ENVIRONMENT,
  type BuildTool,
  type BuiltImage,
  buildCommand,
  loginCommand,
  platformOf,
  pushCommand,
} from './build-tool.ts';
import { findDigest, type Repository, registryLogin } from './registry.ts';
import { runCommand } from './run-command.ts';

/** A service whose image is built here. */
export interface ImageToBuild {
  readonly service: ServicePlan;
  readonly image: BuiltImage;
  readonly repository: Repository;
}

/** What building needs. */
export interface BuildOptions {
  readonly tool: BuildTool;
  /** The definition's folder. */
  readonly directory: string;
  /** A tag that no other release has. */
  readonly releaseTag: string;
  readonly onEvent: OnEvent;
  readonly signal: AbortSignal;
}

/** Signs in to the registry that the repositories are in. */
export async function signIn(
  session: Session,
  tool: BuildTool,
  registry: string,
  signal: AbortSignal,
): Promise<void> {
  const login = await registryLogin(session);
  const { exitCode, lines } = await runCommand(loginCommand(tool, login, registry), {
    input: login.password,
    signal,
  });
  if (exitCode !== 0) throw failed('sign in to the registry', lines, `${tool} login ${registry}`);
}

/**
 * Builds an image and pushes it under the definition's tag and the release's. Returns the digest under which ECR has it.
 *
 * @throws AwsError `build-failed` with the last lines of the build tool
 */
export async function buildImage(
  session: Session,
  build: ImageToBuild,
  options: BuildOptions,
): Promise<string> {
  const { service, image, repository } = build;
  const { tool, directory, releaseTag, onEvent, signal } = options;
  const began = performance.now();
  await requireDockerfile(directory, service.key, image);
  // A tag that cannot move keeps the image that has it; the release's tag is always new.
  const keepsTag = !repository.mutableTags && (await findDigest(session, repository.name, image)) !== null;
  const tags = keepsTag ? [releaseTag] : [image.tag, releaseTag];
  const names = tags.map((tag) => `${repository.uri}:${tag}`);
  const onLine = (line: string): void => onEvent({ kind: 'build-output', service: service.key, line });
  const common = { directory, environment: BUILD_ENVIRONMENT, onLine, signal };
  onEvent({ kind: 'image', service: service.key, state: 'building', digest: null, durationMs: null });
  const built = await runCommand(buildCommand(tool, image, { platform: platformOf(service), names }), common);
  if (built.exitCode !== 0)
    throw failed(`build the image of service ${service.key}`, built.lines, `${tool} build`);
  onEvent({ kind: 'image', service: service.key, state: 'pushing', digest: null, durationMs: null });
  for (const name of names) {
    const pushed = await runCommand(pushCommand(tool, name), common);
    if (pushed.exitCode !== 0) throw failed(`push ${name}`, pushed.lines, `${tool} push`);
  }
  const digest = await findDigest(session, repository.name, { tag: releaseTag });
  if (digest === null) {
    throw new AwsError('build-failed', `The image of service ${service.key} is not in its repository`, {
      why: `${tool} says that it pushed ${repository.uri}:${releaseTag}, but ECR does not have it`,
      fix: 'Check that the build tool pushes to AWS and not to a mirror, then run the command again.',
    });
  }
  onEvent({
    kind: 'image',
    service: service.key,
    state: 'ready',
    digest,
    durationMs: performance.now() - began,
  });
  return digest;
}

/** Refuses a build without its Dockerfile. @throws AwsError `missing-image` */
export async function requireDockerfile(
  directory: string,
  service: string,
  image: BuiltImage,
): Promise<void> {
  const file = join(directory, image.context, image.dockerfile);
  const found = await stat(file).catch(() => null);
  if (found?.isFile()) return;
  throw new AwsError('missing-image', `The image of service ${service} cannot be built`, {
    why: `there is no ${file}`,
    fix: 'Write the Dockerfile, or correct `image` in the definition.',
  });
}

function failed(what: string, lines: readonly string[], command: string): AwsError {
  return new AwsError('build-failed', `Could not ${what}`, {
    why: `\`${command}\` failed`,
    detail: lines.slice(-20).join('\n') || null,
    fix: 'Correct what the lines above say and run the command again; nothing was deployed.',
  });
}
