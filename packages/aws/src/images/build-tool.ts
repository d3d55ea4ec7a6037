import type { ImagePlan, ServicePlan } from '@breakwater/plan';
import { AwsError } from '../aws-error.ts';
import type { RegistryLogin } from './registry.ts';
import { runCommand } from './run-command.ts';

/** Programs that build images, all with Docker's command line; the first that works is used. */
export const BUILD_TOOLS = ['docker', 'finch', 'podman', 'nerdctl'] as const;

export type BuildTool = (typeof BUILD_TOOLS)[number];

/** An image that is built here. */
export type BuiltImage = Extract<ImagePlan, { kind: 'build' }>;

/** What is wrong with the build tools that are there but do not work. */
interface Unusable {
  readonly tool: BuildTool;
  readonly why: string;
}

/** Finds a build tool whose engine answers. @throws AwsError `no-build-tool` */
export async function findBuildTool(signal?: AbortSignal): Promise<BuildTool> {
  const unusable: Unusable[] = [];
  for (const tool of BUILD_TOOLS) {
    const { exitCode, lines } = await runCommand([tool, 'info'], signal === undefined ? {} : { signal });
    if (exitCode === 0) return tool;
    if (exitCode !== null) unusable.push({ tool, why: lines.at(-1) ?? `it ends with code ${exitCode}` });
  }
  const [first] = unusable;
  throw new AwsError('no-build-tool', 'Images have to be built, and nothing here can build them', {
    why:
      first === undefined
        ? `none of ${BUILD_TOOLS.join(', ')} is installed`
        : `${first.tool} is installed, but its engine does not answer (${first.why})`,
    fix: `${first === undefined ? 'Install one of them' : 'Start its engine'}, or build elsewhere and give the digests with --image SERVICE=sha256:….`,
  });
}

/** The platform that a service's tasks run on. */
export function platformOf({
  architecture,
}: Pick<ServicePlan, 'architecture'>): 'linux/amd64' | 'linux/arm64' {
  return architecture === 'ARM64' ? 'linux/arm64' : 'linux/amd64';
}

/** The command that builds an image under the given names. Paths are relative to the definition's folder. */
export function buildCommand(
  tool: BuildTool,
  image: BuiltImage,
  { platform, names }: { readonly platform: string; readonly names: readonly string[] },
): readonly [string, ...string[]] {
  return [
    tool,
    'build',
    '--platform',
    platform,
    '--file',
    `${image.context.replace(/\/$/, '')}/${image.dockerfile}`,
    ...(image.target === null ? [] : ['--target', image.target]),
    ...Object.entries(image.args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...names.flatMap((name) => ['--tag', name]),
    image.context,
  ];
}

/**
 * Without attestations an unchanged image keeps its digest, so that nothing is deployed for it; ECR's lifecycle rules
 * count an attestation as an image of its own.
 */
export const BUILD_ENVIRONMENT = { BUILDX_NO_DEFAULT_ATTESTATIONS: '1', DOCKER_BUILDKIT: '1' };

/** The command that signs in to a registry; the password goes to its standard input. */
export function loginCommand(
  tool: BuildTool,
  { user }: RegistryLogin,
  registry: string,
): readonly [string, ...string[]] {
  return [tool, 'login', '--username', user, '--password-stdin', registry];
}

/** The command that pushes an image by name. */
export function pushCommand(tool: BuildTool, name: string): readonly [string, ...string[]] {
  return [tool, 'push', name];
}
