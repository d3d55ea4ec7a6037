import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Assembly, emptyAssembly } from './assembly.ts';

/** An artifact of a cloud assembly's manifest, as far as we look into it. */
interface Artifact {
  readonly type: string;
  readonly properties?: { readonly file?: string; readonly templateFile?: string };
  readonly dependencies?: readonly string[];
  readonly additionalMetadataFile?: string;
}

interface Manifest {
  readonly artifacts?: Readonly<Record<string, Artifact>>;
}

/** The files that some stacks of an assembly need to be deployed again, by name: their part of the manifest, templates, assets. */
export async function packStacks(
  { directory }: Assembly,
  stackNames: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const read = (name: string): Promise<string> => readFile(join(directory, name), 'utf8');
  const manifest = JSON.parse(await read('manifest.json')) as Manifest; // written by the CDK
  const artifacts = manifest.artifacts ?? {};
  const wanted = Object.entries(artifacts).filter(
    ([id]) => stackNames.includes(id) || stackNames.some((name) => id === `${name}.assets`),
  );
  const ids = new Set(wanted.map(([id]) => id));
  const kept = wanted.map(([id, artifact]) => {
    // A stack that is not packed is deployed already.
    const dependencies = artifact.dependencies?.filter((each) => ids.has(each));
    return [id, dependencies === undefined ? artifact : { ...artifact, dependencies }] as const;
  });
  const names = wanted.flatMap(([, { properties, additionalMetadataFile }]) =>
    [properties?.templateFile, properties?.file, additionalMetadataFile].filter((each) => each !== undefined),
  );
  const files = await Promise.all(names.map(async (name) => [name, await read(name)] as const));
  return {
    'manifest.json': JSON.stringify({ ...manifest, artifacts: Object.fromEntries(kept) }),
    ...Object.fromEntries(files),
  };
}

/** Writes packed files into a temporary folder, as an assembly. */
export async function unpackStacks(files: Readonly<Record<string, string>>): Promise<Assembly> {
  const assembly = await emptyAssembly();
  for (const [name, text] of Object.entries(files)) {
    const file = join(assembly.directory, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return assembly;
}
