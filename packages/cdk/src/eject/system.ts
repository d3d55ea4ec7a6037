import type { Plan } from '@breakwater/plan';
import { wordsOf } from '@breakwater/plan/code';
import { attributeOf, intrinsic, referencedIds } from './json.ts';
import { outputReferences, outputTarget, type ResourceModel, type StackModel } from './model.ts';

/** A tag in the form most resources take. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** All stacks with what they have in common, and how they are divided into files. */
export interface SystemModel {
  readonly plan: Plan;
  readonly stacks: readonly StackModel[];
  /** Ids of the stacks whose families are files of their own. */
  readonly divided: ReadonlySet<string>;
  /** Tags that nearly all resources have; empty where they have none in common. */
  readonly commonTags: readonly Tag[];
  /** Folder below `assets/` of each asset, by the key of its object. */
  readonly assetFolders: ReadonlyMap<string, string>;
  /** File below `functions/` of each function's code that stands in a template, by the code. */
  readonly functionFiles: ReadonlyMap<string, string>;
  /** Resources that other stacks refer to: `<stack id>/<logical id>`. */
  readonly shared: ReadonlySet<string>;
}

/** How many lists of tags must start out from the same ones before these get a name. */
const TAGS_IN_COMMON = 3;

/** Looks at all stacks together. */
export function systemOf(plan: Plan, stacks: readonly StackModel[]): SystemModel {
  return {
    plan,
    stacks,
    divided: new Set(),
    commonTags: commonTagsOf(stacks),
    assetFolders: assetFoldersOf(stacks),
    functionFiles: functionFilesOf(stacks),
    shared: sharedOf(stacks),
  };
}

/** The tags of a list if all are plain text and in the order in which CDK writes them; null otherwise. */
export function plainTags(value: unknown): readonly Tag[] | null {
  if (!Array.isArray(value)) return null;
  const tags = value.flatMap((tag: unknown) => (isPlainTag(tag) ? [tag] : []));
  if (tags.length !== value.length) return null;
  const sorted = tags.toSorted((a, b) => a.key.localeCompare(b.key));
  return tags.every((tag, index) => tag === sorted[index]) ? tags : null;
}

function isPlainTag(tag: unknown): tag is Tag {
  if (typeof tag !== 'object' || tag === null) return false;
  const entries = Object.entries(tag);
  return (
    entries.length === 2 &&
    entries.every(
      ([key, value]) =>
        (key === 'key' || key === 'value') && typeof value === 'string' && !value.includes('${Token['),
    )
  );
}

/**
 * Tags of a list that are not common to all, or null when the list cannot be written as the common ones and these:
 * when it lacks a common one, or is in another order and CDK does not sort it.
 */
export function ownTags(
  tags: readonly Tag[],
  common: readonly Tag[],
  sorted: boolean,
): readonly Tag[] | null {
  const isCommon = (tag: Tag) => common.some(({ key, value }) => key === tag.key && value === tag.value);
  const own = tags.filter((tag) => !isCommon(tag));
  if (tags.length - own.length !== common.length) return null;
  return sorted || tags.slice(0, common.length).every(isCommon) ? own : null;
}

function commonTagsOf(stacks: readonly StackModel[]): readonly Tag[] {
  const lists = stacks
    .flatMap(({ resources }) => [...resources.values()])
    .flatMap(({ typed }) => {
      const tags = typed.construct === null ? null : plainTags(typed.properties['tags']);
      return tags === null ? [] : [tags];
    });
  if (lists.length < TAGS_IN_COMMON) return [];
  const counts = new Map<string, { readonly tag: Tag; count: number }>();
  for (const tag of lists.flat()) {
    const key = JSON.stringify([tag.key, tag.value]);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { tag, count: 1 });
    else known.count++;
  }
  return [...counts.values()].filter(({ count }) => count >= lists.length * 0.8).map(({ tag }) => tag);
}

function assetFoldersOf(stacks: readonly StackModel[]): ReadonlyMap<string, string> {
  const folders = new Map<string, string>();
  for (const model of stacks)
    for (const { key } of model.stack.assets) {
      if (folders.has(key)) continue;
      const user = [...model.resources.values()].find(({ typed }) =>
        JSON.stringify(typed.properties).includes(key),
      );
      const words = wordsOf(user?.path.split('/')[0]?.replace(/^Custom::/, '') ?? 'asset');
      const name = words.join('-').replace(/-custom-resource-provider$/, '');
      const taken = [...folders.values()].filter(
        (other) => other === name || other.startsWith(`${name}-`),
      ).length;
      folders.set(key, taken === 0 ? name : `${name}-${taken + 1}`);
    }
  return folders;
}

function functionFilesOf(stacks: readonly StackModel[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const { typed, variable } of stacks.flatMap(({ resources }) => [...resources.values()])) {
    const { code, runtime } = typed.properties;
    if (typed.construct?.className !== 'CfnFunction' || typeof code !== 'object' || code === null) continue;
    const text = 'zipFile' in code && typeof code.zipFile === 'string' ? code.zipFile : '';
    if (!text.includes('\n') || text.includes('${Token[') || files.has(text)) continue;
    const extension = String(runtime).startsWith('python') ? 'py' : 'js';
    const name = wordsOf(variable).join('-');
    const again = [...files.values()].filter((file) => file.startsWith(name)).length;
    files.set(text, `${name}${again === 0 ? '' : `-${again + 1}`}.${extension}`);
  }
  return files;
}

function sharedOf(stacks: readonly StackModel[]): ReadonlySet<string> {
  const assembly = stacks.map(({ stack }) => stack);
  const shared = new Set<string>();
  for (const { stack } of stacks)
    for (const [stackName, output] of outputReferences(stack.template)) {
      const target = outputTarget(assembly, stackName, output);
      for (const id of referencedIds(target?.value)) shared.add(`${target?.stack.id}/${id}`);
    }
  return shared;
}

/** Outputs of a stack that its source states; CDK makes those that stand for references between stacks. */
export function statedOutputs(model: StackModel, system: SystemModel) {
  const assembly = system.stacks.map(({ stack }) => stack);
  const read = new Set(
    system.stacks
      .flatMap(({ stack }) => outputReferences(stack.template))
      .filter(([stackName]) => stackName === model.stack.name)
      .map(([, output]) => output),
  );
  return Object.entries(model.stack.template.Outputs ?? {}).filter(
    ([key]) => !read.has(key) || outputTarget(assembly, model.stack.name, key) === null,
  );
}

/** Where a file of the source stands: in which stack, and in which family's file; null for the stack's own. */
export interface Place {
  readonly model: StackModel;
  readonly family: string | null;
}

/** The name by which a place reaches a resource of its own stack. */
export function nameFrom(place: Place, resource: ResourceModel, system: SystemModel): string {
  const family = familyKeyOf(place.model, resource);
  return system.divided.has(place.model.stack.id) && family !== place.family
    ? `${family}.${resource.variable}`
    : resource.variable;
}

/** The name by which another stack reaches what an output stands for, `foundation.network.vpc.ref`; null for none. */
export function nameOfOutput(system: SystemModel, stackName: string, outputName: string): string | null {
  const target = outputTarget(
    system.stacks.map(({ stack }) => stack),
    stackName,
    outputName,
  );
  const called = intrinsic(target?.value);
  const model = system.stacks.find(({ stack }) => stack.id === target?.stack.id);
  const [id, attribute] =
    called?.name === 'Ref' ? [String(called.argument), null] : (attributeOf(called?.argument ?? null) ?? []);
  const resource = id === undefined ? undefined : model?.resources.get(id);
  if (model === undefined || resource === undefined || attribute === undefined) return null;
  const base = `${model.variable}.${nameFrom({ model, family: null }, resource, system)}`;
  if (attribute === null) return `${base}.ref`;
  const typed = resource.typed.attributes.get(attribute);
  return typed?.type === 'string' ? `${base}.${typed.property}` : `${base}.getAtt('${attribute}').toString()`;
}

/** Key of the family in whose file a resource stands. */
export function familyKeyOf(model: StackModel, resource: ResourceModel): string {
  const owner = model.families.find(({ resources }) => resources.includes(resource));
  return owner?.family.key ?? resource.family.key;
}
