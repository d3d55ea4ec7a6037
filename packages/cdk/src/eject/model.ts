import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '@breakwater/plan';
import { camelCase, namer, pascalCase, wordsOf } from '@breakwater/plan/code';
import { App, Stack } from 'aws-cdk-lib';
import type { AssemblyStack, TemplateResource } from './assembly.ts';
import { EjectError } from './error.ts';
import { type Family, familyOf } from './families.ts';
import { intrinsic, isJsonObject, type Json, referencedIds } from './json.ts';
import { variableNames } from './names.ts';
import { acyclicGroups, inOrder } from './order.ts';
import { type TypedResource, typeResource } from './typed.ts';

/** A resource on its way into the source. */
export interface ResourceModel {
  readonly id: string;
  readonly path: string;
  readonly resource: TemplateResource;
  readonly typed: TypedResource;
  /** Name of its variable, unique in its stack. */
  readonly variable: string;
  readonly family: Family;
  /** Resources of the same stack that must be there before it. */
  readonly needs: readonly string[];
}

/** A family's resources in the order in which they are created. */
export interface FamilyModel {
  readonly family: Family;
  readonly resources: readonly ResourceModel[];
  /** Keys of the families of the same stack that it refers to. */
  readonly needs: readonly string[];
}

/** A stack on its way into the source. */
export interface StackModel {
  readonly stack: AssemblyStack;
  /** `service-catalog`: name of its files. */
  readonly file: string;
  /** `serviceCatalog` */
  readonly variable: string;
  /** `ServiceCatalogStack` */
  readonly className: string;
  readonly scratch: Stack;
  readonly resources: ReadonlyMap<string, ResourceModel>;
  readonly families: readonly FamilyModel[];
  /** Other stacks whose constructs it refers to, by the id of the stack. */
  readonly uses: readonly string[];
}

/** Sections and conditions that Breakwater's stacks never have. */
const UNKNOWN_SECTIONS = ['Conditions', 'Mappings', 'Transform', 'Hooks'] as const;
/** CDK's own, written again by every synthesis. */
const OF_CDK = { parameter: 'BootstrapVersion', resource: 'AWS::CDK::Metadata' } as const;

/** How CDK names the outputs that it makes for references between stacks; others are read by their name. */
const OUTPUT_OF_CDK = /^(Publish|Exports)Output/;

/** Reads the stacks into what the source is written from. */
export async function modelSystem(
  stacks: readonly AssemblyStack[],
  plan: Plan,
): Promise<readonly StackModel[]> {
  // An app makes its folder when it is created, even one that is never synthesised.
  const outdir = await mkdtemp(join(tmpdir(), 'breakwater-eject-'));
  try {
    const app = new App({ analyticsReporting: false, outdir });
    const models: StackModel[] = [];
    for (const stack of stacks) models.push(await modelStack(stack, stacks, plan, new Stack(app, stack.id)));
    return models;
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

async function modelStack(
  stack: AssemblyStack,
  stacks: readonly AssemblyStack[],
  plan: Plan,
  scratch: Stack,
): Promise<StackModel> {
  refuseUnknown(stack);
  const words = wordsOf(plan.stacks.find(({ name }) => name === stack.name)?.key ?? stack.id);
  const templateResources = Object.entries(stack.template.Resources ?? {}).filter(
    ([, { Type }]) => Type !== OF_CDK.resource,
  );
  const found = await Promise.all(
    templateResources.map(async ([id, resource]) => ({
      id,
      resource,
      path: stack.paths.get(id) ?? id,
      typed: await typeResource(scratch, id, resource),
    })),
  );
  const families = found.map(({ resource, path }) => familyOf(resource, path));
  const names = namer([
    ...found.flatMap(({ typed }) => (typed.construct === null ? [] : [moduleAlias(typed.construct.module)])),
    ...families.map(({ key }) => key),
    ...stacks.map(({ id, name }) => camelCase(wordsOf(plan.stacks.find((s) => s.name === name)?.key ?? id))),
    'stack',
    'props',
    'scope',
    'id',
    'join',
    's3assets',
    'assets',
    'assumedBy',
    'commonTags',
  ]);
  const ids = new Set(found.map(({ id }) => id));
  const resources = new Map(
    found.map(({ id, resource, path, typed }, index) => [
      id,
      {
        id,
        path,
        resource,
        typed,
        variable: names.name(variableNames(path, resource.Type)),
        family: families[index] ?? familyOf(resource, path),
        needs: [...new Set(referencesOf(resource))].filter((other) => ids.has(other) && other !== id),
      } satisfies ResourceModel,
    ]),
  );
  return {
    stack,
    file: words.join('-'),
    variable: camelCase(words),
    className: `${pascalCase(words)}Stack`,
    scratch,
    resources,
    families: familiesOf(resources),
    uses: usedStacks(stack, stacks),
  };
}

function refuseUnknown({ id, template }: AssemblyStack): void {
  for (const section of UNKNOWN_SECTIONS)
    if (section in template && !isCdkOnly(template, section))
      throw new EjectError(
        `Stack ${id} has a section ${section}, which cannot be written as source. Remove the transform that adds it.`,
      );
  for (const [logicalId, { Condition }] of Object.entries(template.Resources ?? {}))
    if (Condition !== undefined && template.Resources?.[logicalId]?.Type !== OF_CDK.resource)
      throw new EjectError(
        `Resource ${logicalId} of stack ${id} has a condition, which cannot be written as source. Remove the transform that adds it.`,
      );
}

function isCdkOnly(template: AssemblyStack['template'], section: string): boolean {
  return (
    section === 'Conditions' &&
    Object.keys(template.Conditions ?? {}).every((name) => name === 'CDKMetadataAvailable')
  );
}

function referencesOf(resource: TemplateResource): readonly string[] {
  const { DependsOn: dependsOn = [] } = resource;
  return [
    ...referencedIds(resource.Properties),
    ...referencedIds(resource.Metadata),
    ...(typeof dependsOn === 'string' ? [dependsOn] : dependsOn),
  ];
}

/** Parameters of a stack that are its own, not CDK's. */
export function ownParameters({ template }: AssemblyStack): readonly (readonly [id: string, value: Json])[] {
  return Object.entries(template.Parameters ?? {}).filter(([id]) => id !== OF_CDK.parameter);
}

function familiesOf(resources: ReadonlyMap<string, ResourceModel>): readonly FamilyModel[] {
  const models = [...resources.values()];
  const needs = (model: ResourceModel) => model.needs.flatMap((id) => resources.get(id) ?? []);
  const ordered = inOrder(models, needs);
  const byKey = new Map<string, readonly ResourceModel[]>();
  for (const model of ordered) byKey.set(model.family.key, [...(byKey.get(model.family.key) ?? []), model]);
  const keys = [...byKey.keys()];
  const familyNeeds = (key: string) =>
    [...new Set((byKey.get(key) ?? []).flatMap(needs).map(({ family }) => family.key))].filter(
      (to) => to !== key,
    );
  const groups = acyclicGroups(keys, familyNeeds);
  const ownerOf = (key: string) => groups.find((group) => group.includes(key))?.[0] ?? key;
  return groups.flatMap((group) => {
    const [key] = group;
    const first = key === undefined ? undefined : byKey.get(key)?.[0];
    if (key === undefined || first === undefined) return [];
    const members = ordered.filter(({ family }) => group.includes(family.key));
    const family = { key, title: titleOf(group, byKey) };
    const others = new Set(group.flatMap(familyNeeds).map(ownerOf));
    others.delete(key);
    return [{ family, resources: members, needs: [...others] }];
  });
}

function titleOf(group: readonly string[], byKey: ReadonlyMap<string, readonly ResourceModel[]>): string {
  return group.flatMap((key) => byKey.get(key)?.[0]?.family.title ?? []).join('; ');
}

/** Where a reference to another stack's output leads: the stack and what the output's value is. */
export function outputTarget(
  stacks: readonly AssemblyStack[],
  stackName: string,
  outputName: string,
): { readonly stack: AssemblyStack; readonly value: Json } | null {
  const stack = stacks.find(({ name }) => name === stackName);
  const output = stack?.template.Outputs?.[outputName];
  if (stack === undefined || output === undefined || !OUTPUT_OF_CDK.test(outputName)) return null;
  const called = intrinsic(output.Value);
  return called?.name === 'Ref' || called?.name === 'Fn::GetAtt' ? { stack, value: output.Value } : null;
}

function usedStacks(stack: AssemblyStack, stacks: readonly AssemblyStack[]): readonly string[] {
  const used = outputReferences(stack.template).flatMap(
    ([stackName, output]) => outputTarget(stacks, stackName, output)?.stack.id ?? [],
  );
  return [...new Set(used)];
}

/** All references of a template to outputs of other stacks. */
export function outputReferences(template: unknown): readonly (readonly [stack: string, output: string])[] {
  // A template is JSON.
  const value = template as Json;
  const called = intrinsic(value);
  if (called?.name === 'Fn::GetStackOutput' && isJsonObject(called.argument)) {
    const { StackName: stackName, OutputName: output } = called.argument;
    return typeof stackName === 'string' && typeof output === 'string' ? [[stackName, output]] : [];
  }
  if (Array.isArray(value)) return value.flatMap(outputReferences);
  return isJsonObject(value) ? Object.values(value).flatMap(outputReferences) : [];
}

const ALIASES: Readonly<Record<string, string>> = {
  'aws-applicationautoscaling': 'appscaling',
  'aws-certificatemanager': 'acm',
  'aws-elasticloadbalancingv2': 'elbv2',
};

/** Name under which a module of aws-cdk-lib is imported. */
export function moduleAlias(module: string): string {
  return ALIASES[module] ?? module.replace(/^aws-/, '').replace(/-/g, '');
}
