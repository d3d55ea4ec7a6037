import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { EjectError } from './error.ts';
import type { Json, JsonObject } from './json.ts';

/** A resource of a template, as CloudFormation reads it. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: JsonObject;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: JsonObject;
  readonly Condition?: string;
  readonly UpdatePolicy?: JsonObject;
  readonly CreationPolicy?: JsonObject;
}

export interface TemplateOutput {
  readonly Value: Json;
  readonly Description?: string;
  readonly Export?: { readonly Name: Json };
  readonly Condition?: string;
}

export interface Template {
  readonly Description?: string;
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
  readonly Parameters?: JsonObject;
  readonly Conditions?: JsonObject;
  readonly Mappings?: JsonObject;
  readonly Rules?: JsonObject;
}

/** A file of an asset. */
export interface AssetFile {
  readonly path: string;
  readonly text: string;
}

/** A folder that is uploaded as a zip file; `key` is the object's key in the bucket of assets. */
export interface Asset {
  readonly key: string;
  readonly files: readonly AssetFile[];
}

/** A stack of a cloud assembly. */
export interface AssemblyStack {
  /** The construct's id, which is the artifact's. */
  readonly id: string;
  readonly name: string;
  readonly account: string | null;
  readonly region: string | null;
  readonly terminationProtection: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly dependencies: readonly string[];
  readonly template: Template;
  /** Construct path of each logical id, without the stack's own part. */
  readonly paths: ReadonlyMap<string, string>;
  readonly assets: readonly Asset[];
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly dependencies?: readonly string[];
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly terminationProtection?: boolean;
    readonly tags?: Readonly<Record<string, string>>;
  };
  readonly metadata?: Metadata;
  readonly additionalMetadataFile?: string;
}

type Metadata = Readonly<Record<string, readonly { readonly type: string; readonly data?: unknown }[]>>;

interface AssetManifest {
  readonly files?: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path?: string; readonly packaging?: string };
        readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
      }
    >
  >;
}

/**
 * Reads the stacks of a cloud assembly, in the order of its manifest.
 *
 * @throws EjectError when the folder is not a cloud assembly
 */
export function readAssembly(folder: string): readonly AssemblyStack[] {
  const manifest = readJson<{ readonly artifacts?: Readonly<Record<string, Artifact>> }>(
    folder,
    'manifest.json',
  );
  const artifacts = Object.entries(manifest.artifacts ?? {});
  const stackIds = new Set(
    artifacts.filter(([, artifact]) => artifact.type === 'aws:cloudformation:stack').map(([id]) => id),
  );
  return artifacts.flatMap(([id, artifact]) =>
    stackIds.has(id) ? [readStack(folder, id, artifact, stackIds)] : [],
  );
}

function readStack(
  folder: string,
  id: string,
  artifact: Artifact,
  stackIds: ReadonlySet<string>,
): AssemblyStack {
  const { properties = {} } = artifact;
  const templateFile = properties.templateFile ?? `${id}.template.json`;
  const environment = /^aws:\/\/([^/]+)\/(.+)$/.exec(artifact.environment ?? '');
  const metadata: Metadata = {
    ...artifact.metadata,
    ...(artifact.additionalMetadataFile === undefined
      ? {}
      : readJson<Metadata>(folder, artifact.additionalMetadataFile)),
  };
  return {
    id,
    name: properties.stackName ?? id,
    account: known(environment?.[1]),
    region: known(environment?.[2]),
    terminationProtection: properties.terminationProtection ?? false,
    tags: properties.tags ?? {},
    dependencies: (artifact.dependencies ?? []).filter((dependency) => stackIds.has(dependency)),
    template: readJson<Template>(folder, templateFile),
    paths: logicalIdPaths(metadata, id),
    assets: readAssets(folder, id, templateFile),
  };
}

function known(value: string | undefined): string | null {
  return value === undefined || value.startsWith('unknown-') ? null : value;
}

function logicalIdPaths(metadata: Metadata, id: string): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const [path, entries] of Object.entries(metadata))
    for (const { type, data } of entries)
      if (type === 'aws:cdk:logicalId' && typeof data === 'string')
        paths.set(
          data,
          path
            .replace(/^\//, '')
            .replace(`${id}/`, '')
            .replace(/^(Default\/)+(?=.)/, ''),
        );
  return paths;
}

function readAssets(folder: string, id: string, templateFile: string): readonly Asset[] {
  const { files = {} } = readJson<AssetManifest>(folder, `${id}.assets.json`);
  return Object.values(files).flatMap(({ source, destinations }) => {
    const key = Object.values(destinations)[0]?.objectKey;
    if (source.path === undefined || source.path === templateFile || key === undefined) return [];
    if (source.packaging !== 'zip')
      throw new EjectError(
        `Asset ${source.path} of stack ${id} is a single file. Only folders (code of Lambda functions) can be taken over: put the file into a folder, or remove the transform that adds it.`,
      );
    return [{ key, files: readFolder(join(folder, source.path)) }];
  });
}

function readFolder(folder: string): readonly AssetFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort()
    .map((path) => {
      const file = join(folder, path);
      const bytes = readFileSync(file);
      const content = bytes.toString('utf8');
      if (!isDeepStrictEqual(Buffer.from(content, 'utf8'), bytes))
        throw new EjectError(
          `${file} is not text, so it cannot be written as source. Remove the transform that adds it, or keep it outside.`,
        );
      return { path: relative('.', path).split(sep).join('/'), text: content };
    });
}

function readJson<T>(folder: string, file: string): T {
  const path = join(folder, file);
  try {
    // CDK wrote the file; its schema says what it holds.
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    throw new EjectError(
      `${path} cannot be read (${error instanceof Error ? error.message : String(error)}). It should be part of a cloud assembly: synthesise the system first.`,
    );
  }
}
