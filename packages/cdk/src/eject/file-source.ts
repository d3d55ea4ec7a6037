import { type Code, call, object, quote, text } from '@breakwater/plan/code';
import { moduleAlias, type ResourceModel } from './model.ts';
import { grantReason } from './reasons.ts';
import { type Imports, resourceStatements, tagsCode } from './resource-source.ts';
import {
  familyKeyOf,
  nameFrom,
  nameOfOutput,
  ownTags,
  type Place,
  plainTags,
  type SystemModel,
} from './system.ts';
import type { ValueContext } from './values.ts';
import { valueCode } from './values.ts';

/** Writes one source file of a stack and remembers what it imports. */
export interface FileWriter {
  readonly imports: Imports;
  readonly context: ValueContext;
  /** Imports a member of another file of the program; the path is relative to `lib/`. */
  readonly local: (member: string, path: string, asType?: boolean) => void;
  readonly statements: (resource: ResourceModel, indent: number) => readonly string[];
  /** The file's import lines; `up` leads from its folder to `lib/`, `./` or `../`. */
  readonly header: (up: string) => string;
}

/** A writer for the file of a place. */
export function fileWriter(place: Place, system: SystemModel, referenced: ReadonlySet<string>): FileWriter {
  const core = new Set<string>();
  const modules = new Set<string>();
  const locals = new Map<string, Set<string>>();
  const { model } = place;
  const self = place.family === null ? 'this' : 'stack';
  const imports: Imports = { core: (member) => core.add(member), module: (module) => modules.add(module) };
  const local = (member: string, path: string, asType = false) => {
    locals.set(path, (locals.get(path) ?? new Set()).add(asType ? `type ${member}` : member));
  };
  const construct = (id: string) => {
    const resource = model.resources.get(id);
    return resource === undefined ? null : nameFrom(place, resource, system);
  };
  const names = {
    construct,
    attribute: (id: string, name: string) => model.resources.get(id)?.typed.attributes.get(name) ?? null,
    output: (stackName: string, output: string) => nameOfOutput(system, stackName, output),
    uses: imports.core,
  };
  const special = (value: unknown): Code | null =>
    functionCode(value, system, local) ??
    assetCode(value, self, system, imports, local) ??
    tags(value, system, local, false) ??
    trustCode(value, context, local);
  const context: ValueContext = {
    names,
    scratch: model.scratch,
    self,
    special,
    tags: (value) => tags(value, system, local, true),
    comment: (item) => grantReason(item, model, system.plan),
  };
  return {
    imports,
    context,
    local,
    statements: (resource, indent) =>
      resourceStatements(resource, context, imports, indent, referenced.has(resource.id)),
    header: (up) =>
      [
        ...(core.size === 0 ? [] : [importLine(core, 'aws-cdk-lib')]),
        ...[...modules]
          .sort()
          .map((module) => `import * as ${moduleAlias(module)} from 'aws-cdk-lib/${module}';`),
        ...(place.family === null ? ["import type { Construct } from 'constructs';"] : []),
        ...(locals.has('node:path') ? ["import { join } from 'node:path';"] : []),
        ...[...locals]
          .filter(([path]) => path !== 'node:path')
          .sort(([a], [b]) => a.localeCompare(b))
          .map(([path, members]) => importLine(members, `${up}${path}`.replace(`../${model.file}/`, './'))),
      ].join('\n'),
  };
}

function importLine(members: ReadonlySet<string>, from: string): string {
  const sorted = [...members].toSorted((a, b) =>
    a.replace('type ', '').localeCompare(b.replace('type ', '')),
  );
  if (sorted.every((member) => member.startsWith('type ')))
    return `import type { ${sorted.map((member) => member.slice(5)).join(', ')} } from '${from}';`;
  const line = `import { ${sorted.join(', ')} } from '${from}';`;
  return line.length <= 100
    ? line
    : `import {\n${sorted.map((member) => `  ${member},\n`).join('')}} from '${from}';`;
}

/** Resources of a stack that something refers to, so that they need a name. */
export function referencedResources(
  place: Place,
  system: SystemModel,
  outputs: readonly string[],
): ReadonlySet<string> {
  const { model } = place;
  const within = [...model.resources.values()].flatMap(({ needs }) => needs);
  const across = [...model.resources.keys()].filter((id) => system.shared.has(`${model.stack.id}/${id}`));
  return new Set([...within, ...across, ...outputs]);
}

/** Whether a resource is referred to from outside its family's file. */
export function isOffered(
  resource: ResourceModel,
  place: Place,
  system: SystemModel,
  outputs: readonly string[],
): boolean {
  const { model } = place;
  const family = familyKeyOf(model, resource);
  return (
    outputs.includes(resource.id) ||
    system.shared.has(`${model.stack.id}/${resource.id}`) ||
    [...model.resources.values()].some(
      (other) => other.needs.includes(resource.id) && familyKeyOf(model, other) !== family,
    )
  );
}

type Local = FileWriter['local'];

function assetCode(
  value: unknown,
  self: string,
  system: SystemModel,
  imports: Imports,
  local: Local,
): Code | null {
  if (typeof value !== 'object' || value === null || !('s3Key' in value)) return null;
  const folder = typeof value.s3Key === 'string' ? system.assetFolders.get(value.s3Key) : undefined;
  if (folder === undefined) return null;
  imports.module('aws-lambda');
  local('join', 'node:path');
  local('assetsFolder', 'assets.ts');
  const path = call('join', text('assetsFolder'), text(quote(folder)));
  local('codeOf', 'assets.ts');
  return call('codeOf', text(self), path);
}

/** The text of a function whose code stands in the template: it is a file of its own in the program. */
function functionCode(value: unknown, system: SystemModel, local: Local): Code | null {
  const file = typeof value === 'string' ? system.functionFiles.get(value) : undefined;
  if (file === undefined) return null;
  local('functionCode', 'functions.ts');
  return call('functionCode', text(quote(file)));
}

function tags(value: unknown, system: SystemModel, local: Local, sorted: boolean): Code | null {
  if (system.commonTags.length === 0) return null;
  const list = plainTags(value);
  const own = list === null ? null : ownTags(list, system.commonTags, sorted);
  if (own === null) return null;
  local('commonTags', 'tags.ts');
  return tagsCode(own);
}

/** `assumedBy('ecs-tasks.amazonaws.com')` for a role's trust in one AWS service. */
function trustCode(value: unknown, context: ValueContext, local: Local): Code | null {
  const document = fields(value, ['Statement', 'Version']);
  if (document?.['Version'] !== '2012-10-17' || !Array.isArray(document['Statement'])) return null;
  const [statement, ...others] = document['Statement'];
  const parts =
    fields(statement, ['Action', 'Effect', 'Principal']) ??
    fields(statement, ['Action', 'Condition', 'Effect', 'Principal']);
  const service = fields(parts?.['Principal'], ['Service'])?.['Service'];
  if (others.length > 0 || parts?.['Action'] !== 'sts:AssumeRole' || parts['Effect'] !== 'Allow') return null;
  if (typeof service !== 'string' || service.includes('${Token[')) return null;
  local('assumedBy', 'policies.ts');
  const condition = parts['Condition'] === undefined ? [] : [valueCode(parts['Condition'], context)];
  return call('assumedBy', text(quote(service)), ...condition);
}

/** The object if it has exactly these members. */
function fields(value: unknown, names: readonly string[]): Readonly<Record<string, unknown>> | null {
  if (typeof value !== 'object' || value === null) return null;
  const keys = Object.keys(value).sort();
  // Its members are looked at one by one.
  return keys.join() === names.join() ? (value as Readonly<Record<string, unknown>>) : null;
}

/** An object of names: `{ vpc, publicA }`. */
export function shorthand(names: readonly string[]): Code {
  return names.length === 0 ? object([]) : text(`{ ${names.join(', ')} }`);
}
