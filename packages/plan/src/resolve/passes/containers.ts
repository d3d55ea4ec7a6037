import type { ServiceDefinition } from '../../definition/service.ts';
import type { ImagePlan, ProcessPlan, RegistryPlan, ServicePlan } from '../../plan/service.ts';
import { parseMiB, parseTaskSize } from '../../units.ts';
import type { Context, Names, Result } from '../context.ts';
import { mapRecord } from '../context.ts';
import type { Draft, Marked, Tracer } from '../mark.ts';
import { seconds } from '../shapes.ts';
import { tagsOf } from './system.ts';

interface Needs {
  readonly names: Names;
  readonly protect: boolean;
}

type Parts<K extends keyof ServicePlan> = { readonly [P in K]: Draft<ServicePlan[P]> };

/** What a task is: image, process, size, registry. */
export type ContainerPart = Parts<
  | 'key'
  | 'name'
  | 'taskFamily'
  | 'containerName'
  | 'image'
  | 'process'
  | 'registry'
  | 'port'
  | 'cpuUnits'
  | 'memoryMiB'
  | 'architecture'
  | 'ephemeralStorageGiB'
  | 'command'
  | 'readonlyRootFilesystem'
  | 'initProcess'
  | 'stopTimeoutSeconds'
  | 'executeCommand'
  | 'subnetTier'
  | 'assignPublicIp'
  | 'securityGroup'
  | 'propagateTags'
  | 'managedTags'
  | 'tags'
>;

/** The folder that an image is built from, or null for one that exists. */
function folderOf(image: ServiceDefinition['image']): string | null {
  if (typeof image !== 'string') return image.build;
  return /^\.{1,2}(?:\/|$)/.test(image) ? image : null;
}

function imageOf(t: Tracer, image: ServiceDefinition['image'], at: string): Draft<ImagePlan> {
  const folder = folderOf(image);
  if (folder === null) return t.given<ImagePlan>({ kind: 'image', reference: String(image) }, at);
  const full = typeof image === 'string' ? { build: folder } : image;
  return {
    kind: t.derived('build', [at], 'it names a folder'),
    context: t.given(folder, typeof image === 'string' ? at : `${at}.build`),
    dockerfile: t.option(full.dockerfile, `${at}.dockerfile`, 'Dockerfile', 'the usual name'),
    target: t.option<string | null>(full.target, `${at}.target`, null, 'the last stage'),
    args: t.option<Readonly<Record<string, string>>>(full.args, `${at}.args`, {}, 'no build arguments'),
    tag: t.option(full.tag, `${at}.tag`, 'latest', 'replaced by each deployment with the version it builds'),
  };
}

function processOf(t: Tracer, service: ServiceDefinition, at: string): Draft<ProcessPlan> {
  const { process } = service;
  const found = 'found in the Dockerfile or package.json when it starts';
  return {
    directory:
      process?.directory === undefined
        ? t.derived(folderOf(service.image) ?? '.', [`${at}.image`], "the image's folder")
        : t.given(process.directory, `${at}.process.directory`),
    build: t.option<readonly string[] | null>(process?.build, `${at}.process.build`, null, found),
    command: t.option<readonly string[] | null>(process?.command, `${at}.process.command`, null, found),
    watch: t.option<readonly string[]>(process?.watch, `${at}.process.watch`, ['.'], 'the whole folder'),
  };
}

function registryOf(
  t: Tracer,
  key: string,
  service: ServiceDefinition,
  { names, protect }: Needs,
): Draft<RegistryPlan | null> {
  const at = `services.${key}.registry`;
  const given = service.registry;
  const wanted = given === undefined ? folderOf(service.image) !== null : given !== false;
  if (!wanted)
    return t.option<RegistryPlan | null>(
      given === false ? null : undefined,
      at,
      null,
      'the image comes from elsewhere',
    );
  const options = typeof given === 'object' ? given : {};
  return {
    name: names('repository', key),
    scanOnPush: t.option(
      options.scanOnPush,
      `${at}.scanOnPush`,
      true,
      'known vulnerabilities are found at no price',
    ),
    mutableTags: t.option(
      options.mutableTags,
      `${at}.mutableTags`,
      true,
      'so that a tag such as latest can be pushed again',
    ),
    keepImages: t.option(options.keep, `${at}.keep`, 10, 'enough to roll back to, and storage is paid'),
    encryption: t.defaulted('AES256', at, 'images are always encrypted'),
    emptyOnDelete: t.derived(!protect, ['protect'], 'a repository can only go when it is empty'),
  };
}

function usesSpot(service: ServiceDefinition): boolean {
  const { capacity } = service;
  return capacity === 'spot' || (typeof capacity === 'object' && capacity.spot !== undefined);
}

function container(
  t: Tracer,
  key: string,
  service: ServiceDefinition,
  draft: Needs,
  context: Context,
): ContainerPart {
  const at = `services.${key}`;
  const { names } = draft;
  const size = typeof service.size === 'string' ? parseTaskSize(service.size) : service.size;
  const sizePath = (part: string) => (typeof service.size === 'string' ? `${at}.size` : `${at}.size.${part}`);
  const hasNat = (context.definition.network?.nat ?? 'single') !== 'none';
  const hasPrivate = (context.definition.network?.subnets?.private ?? true) !== false;
  const tier: Marked<'public' | 'private'> = hasPrivate
    ? t.derived<'public' | 'private'>(
        'private',
        ['network.subnets.private'],
        'tasks are never reachable from the internet',
      )
    : t.derived<'public' | 'private'>('public', ['network.subnets.private'], 'there are no private subnets');
  return {
    key: t.derived(key, [at], 'its key'),
    name: names('service', key),
    taskFamily: names('task-family', key),
    containerName: t.derived(key, [at], 'its key'),
    image: imageOf(t, service.image, `${at}.image`),
    process: processOf(t, service, at),
    registry: registryOf(t, key, service, draft),
    port: t.option(service.port, `${at}.port`, 8080, 'a port that needs no privileges'),
    cpuUnits: t.option(size?.cpu, sizePath('cpu'), 256, 'the smallest task'),
    memoryMiB: t.option(size?.memory, sizePath('memory'), 512, 'the smallest task'),
    architecture: t.option<'X86_64' | 'ARM64'>(
      service.architecture,
      `${at}.architecture`,
      'X86_64',
      'what most images are built for',
    ),
    ephemeralStorageGiB: t.read(
      service.storage,
      `${at}.storage`,
      (text) => (parseMiB(text) ?? 0) / 1024,
      20,
      'comes with every task',
    ),
    command: t.option<readonly string[] | null>(service.command, `${at}.command`, null, "the image's own"),
    readonlyRootFilesystem: t.option(
      service.readonlyRoot,
      `${at}.readonlyRoot`,
      false,
      'many programs write temporary files',
    ),
    initProcess: t.defaulted(true, at, 'it passes SIGTERM on and reaps processes that others left'),
    stopTimeoutSeconds:
      service.stopTimeout === undefined
        ? t.defaulted(
            usesSpot(service) ? 120 : 30,
            `${at}.stopTimeout`,
            usesSpot(service) ? 'Spot gives two minutes of warning' : "ECS's own default",
          )
        : t.given(seconds(service.stopTimeout), `${at}.stopTimeout`),
    executeCommand: t.option(
      service.exec,
      `${at}.exec`,
      false,
      'a shell in a running task is an entry for others too',
    ),
    subnetTier: tier,
    assignPublicIp: t.derived(
      !hasPrivate && !hasNat,
      ['network.subnets.private', 'network.nat'],
      hasPrivate ? 'private subnets reach out through NAT' : 'without NAT it is the only way out',
    ),
    securityGroup: t.derived(`service/${key}`, [at], 'its own group'),
    propagateTags: t.defaulted('SERVICE', at, 'a task costs what its service is tagged for'),
    managedTags: t.defaulted(true, at, 'the bill tells services from each other'),
    tags: tagsOf(context, t, service.tags, `${at}.tags`),
  };
}

/** Images, processes, sizes and registries of the services. */
export function containers(
  draft: Needs,
  context: Context,
): Result<{ readonly containers: Readonly<Record<string, ContainerPart>> }> {
  const t = context.tracer('containers');
  return {
    added: {
      containers: mapRecord(context.definition.services, (service, key) =>
        container(t, key, service, draft, context),
      ),
    },
  };
}
