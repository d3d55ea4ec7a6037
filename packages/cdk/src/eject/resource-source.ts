import { array, type Code, call, literal, object, quote, render, text, WIDTH } from '@breakwater/plan/code';
import type { AssemblyStack, TemplateResource } from './assembly.ts';
import { isJsonObject, type Json } from './json.ts';
import { moduleAlias, type ResourceModel } from './model.ts';
import { type ValueContext, valueCode } from './values.ts';

/** Notes what a source file imports. */
export interface Imports {
  /** A member of aws-cdk-lib itself. */
  readonly core: (member: string) => void;
  /** A module, `aws-ec2`, imported as a whole. */
  readonly module: (module: string) => void;
}

/** Metadata that CDK adds by itself. */
const METADATA_OF_CDK = /^aws:(cdk|asset):/;
/** Attributes of a resource that go into the template as they are. */
const VERBATIM = ['CreationPolicy', 'UpdatePolicy'] as const;

/** The statements that create a resource: the first is the construct, without `const … =`. */
export function resourceStatements(
  model: ResourceModel,
  context: ValueContext,
  imports: Imports,
  indent: number,
  named: boolean,
): readonly string[] {
  const { id, variable, resource, typed } = model;
  const pad = ' '.repeat(indent);
  const statement = (code: Code) => `${pad}${render(code, indent)};`;
  const followers = [
    ...typed.overrides.map(({ path, value }) =>
      value === undefined
        ? call(`${variable}.addPropertyDeletionOverride`, text(quote(path)))
        : call(`${variable}.addPropertyOverride`, text(quote(path)), literal(value)),
    ),
    ...removal(variable, resource, imports),
    ...metadata(variable, resource, context),
    ...VERBATIM.flatMap((key) =>
      resource[key] === undefined
        ? []
        : [call(`${variable}.addOverride`, text(quote(key)), literal(resource[key]))],
    ),
    ...dependencies(resource).map((other) => {
      const target = context.names.construct(other);
      if (target === null) throw new Error(`${id} depends on ${other}, which its stack does not have.`);
      return call(`${variable}.addResourceDependency`, text(target));
    }),
  ];
  const note =
    typed.overrides.length > 0
      ? [`${pad}// aws-cdk-lib's type of the resource does not take these as they are.`]
      : [];
  const start = named || followers.length > 0 ? `const ${variable} = ` : '';
  const created = construct(model, context, imports);
  const creation = render(created, indent, indent + start.length);
  // A first line that is too long breaks before `new`, as formatters do.
  const tooLong = start !== '' && indent + start.length + (creation.split('\n')[0]?.length ?? 0) > WIDTH;
  const whole = tooLong
    ? `${pad}${start.trimEnd()}\n${pad}  ${render(created, indent + 2)}`
    : `${pad}${start}${creation}`;
  return [`${whole};`, ...note, ...followers.map(statement)];
}

function construct({ id, resource, typed }: ResourceModel, context: ValueContext, imports: Imports): Code {
  const properties = Object.entries(typed.properties).filter(([, value]) => value !== undefined);
  const written = object(
    properties.map(([key, value]) => [
      key,
      (key === 'tags' ? context.tags(value) : null) ?? valueCode(value, context),
    ]),
    properties.length > 1,
  );
  const scope = text(context.self);
  if (typed.construct === null) {
    imports.core('CfnResource');
    const entries: (readonly [string, Code])[] = [['type', literal(resource.Type)]];
    if (properties.length > 0) entries.push(['properties', written]);
    return call('new CfnResource', scope, text(quote(id)), object(entries, true));
  }
  const { module, className } = typed.construct;
  imports.module(module);
  const props = properties.length === 0 ? [] : [written];
  return call(`new ${moduleAlias(module)}.${className}`, scope, text(quote(id)), ...props);
}

const REMOVAL_POLICIES: Readonly<Record<string, string>> = {
  'Delete Delete': 'DESTROY',
  'Retain Retain': 'RETAIN',
  'RetainExceptOnCreate Retain': 'RETAIN_ON_UPDATE_OR_DELETE',
  'Snapshot Snapshot': 'SNAPSHOT',
};

function removal(variable: string, resource: TemplateResource, imports: Imports): readonly Code[] {
  const { DeletionPolicy: deletion, UpdateReplacePolicy: replace } = resource;
  if (deletion === undefined && replace === undefined) return [];
  const policy = REMOVAL_POLICIES[`${deletion} ${replace}`];
  if (policy !== undefined) {
    imports.core('RemovalPolicy');
    return [call(`${variable}.applyRemovalPolicy`, text(`RemovalPolicy.${policy}`))];
  }
  return [
    ...(deletion === undefined
      ? []
      : [call(`${variable}.addOverride`, text("'DeletionPolicy'"), literal(deletion))]),
    ...(replace === undefined
      ? []
      : [call(`${variable}.addOverride`, text("'UpdateReplacePolicy'"), literal(replace))]),
  ];
}

function metadata(variable: string, resource: TemplateResource, context: ValueContext): readonly Code[] {
  return Object.entries(resource.Metadata ?? {})
    .filter(([key]) => !METADATA_OF_CDK.test(key))
    .map(([key, value]) => call(`${variable}.addMetadata`, text(quote(key)), valueCode(value, context)));
}

function dependencies({ DependsOn: dependsOn = [] }: TemplateResource): readonly string[] {
  return typeof dependsOn === 'string' ? [dependsOn] : dependsOn;
}

/** The statement that creates an output of a stack. */
export function outputStatement(
  key: string,
  output: NonNullable<AssemblyStack['template']['Outputs']>[string],
  value: Code,
  exportName: Code | null,
  indent: number,
): string {
  const entries: (readonly [string, Code])[] = [];
  if (output.Description !== undefined) entries.push(['description', literal(output.Description)]);
  entries.push(['value', value]);
  if (exportName !== null) entries.push(['exportName', exportName]);
  const code = call('new CfnOutput', text('this'), text(quote(key)), object(entries));
  return `${' '.repeat(indent)}${render(code, indent)};`;
}

/** The statement that creates a parameter of a stack. */
export function parameterStatement(key: string, parameter: Json, indent: number): string {
  const entries = Object.entries(isJsonObject(parameter) ? parameter : {}).map(
    ([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), literal(value)] as const,
  );
  const code = call('new CfnParameter', text('this'), text(quote(key)), object(entries));
  return `${' '.repeat(indent)}${render(code, indent)};`;
}

/** `[...commonTags, { key, value }]` for tags that start out from those that all resources share. */
export function tagsCode(own: readonly { readonly key: string; readonly value: string }[]): Code {
  if (own.length === 0) return text('commonTags');
  return array([text('...commonTags'), ...own.map(({ key, value }) => literal({ key, value }))]);
}
