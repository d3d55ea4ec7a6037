import { array, type Code, call, object, quoted, render, text, WIDTH } from '@breakwater/plan/code';
import type { CallModel, ResourceModel } from './model.ts';
import { tagsCode, type ValueContext, valueCode } from './values.ts';

/** `const vpc = new …;`, with what does not fit beside the name on the next line, as formatters have it. */
export function assignment(start: string, code: Code): string {
  const line = render(code, 0, start.length);
  const [first = ''] = line.split('\n');
  const fits = start.length + first.length + (first === line ? 1 : 0) <= WIDTH;
  const never = start === '' || /^pulumi\.interpolate`/.test(line);
  if (fits || never) return `${start}${line};`;
  return `${start.trimEnd()}\n  ${render(code, STEP, STEP)};`;
}

const STEP = 2;

/** How resources of a file are written. */
export interface ResourceContext extends ValueContext {
  /** The variable of another resource, which its file then imports. */
  readonly use: (resource: ResourceModel) => string;
  /** Whether anything refers to it: only then it has a variable. */
  readonly isUsed: (resource: ResourceModel) => boolean;
  readonly isExported: (resource: ResourceModel) => boolean;
  /** Code that reads the source of a function, by the file's name in its archive. */
  readonly sourceOf: (resource: ResourceModel, file: string) => Code;
  /** Name of the class of components. */
  readonly useComponent: () => string;
  /** Name of the provider. */
  readonly useProvider: () => string;
}

/** The statement that creates a resource or a component. */
export function resourceSource(resource: ResourceModel, context: ResourceContext): string {
  const { registration, variable } = resource;
  const className = resource.className ?? context.useComponent();
  const { type, name, custom } = registration;
  const start = context.isUsed(resource)
    ? `${context.isExported(resource) ? 'export ' : ''}const ${variable} = `
    : '';
  const options = optionsCode(resource, context);
  const args = custom ? [quoted(name), inputsCode(resource, context)] : [quoted(type), quoted(name)];
  return `${assignment(start, call(`new ${className}`, ...args, ...options))}\n`.replace(
    /^( +)(\w+): \2,$/gm,
    '$1$2,',
  );
}

function inputsCode(resource: ResourceModel, context: ResourceContext): Code {
  const { inputs, archiveInputs, secretInputs } = resource.registration;
  const entries = Object.entries(inputs)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]): readonly [string, Code] => {
      if (archiveInputs.includes(key)) return [key, archiveCode(resource, value, context)];
      if (key === 'tags') return [key, tagsCode(value, context)];
      const code = valueCode(value, context);
      return [key, secretInputs.includes(key) ? asSecret(code) : code];
    });
  return object(entries, true);
}

/** Settings and fields of secrets are secret by themselves. */
const asSecret = (code: Code): Code =>
  code.kind === 'call' && ['secretField', 'config.requireSecret'].includes(code.callee)
    ? code
    : call('pulumi.secret', code);

function archiveCode(resource: ResourceModel, value: unknown, { sourceOf }: ResourceContext): Code {
  const files = Object.keys(Object(value)).map(
    (file) => [file, call('new pulumi.asset.StringAsset', sourceOf(resource, file))] as const,
  );
  return call('new pulumi.asset.AssetArchive', object(files, true));
}

function optionsCode(resource: ResourceModel, context: ResourceContext): readonly Code[] {
  const { registration, parent, dependsOn } = resource;
  const { options, custom } = registration;
  const { customTimeouts, ignoreChanges } = options;
  const entries: (readonly [string, Code])[] = [
    ...(parent === null ? [] : [['parent', text(context.use(parent))] as const]),
    ...(custom || parent !== null ? [] : [['providers', array([text(context.useProvider())])] as const]),
    ...(dependsOn.length === 0
      ? []
      : [['dependsOn', array(dependsOn.map((each) => text(context.use(each))))] as const]),
    ...(ignoreChanges.length === 0 ? [] : [['ignoreChanges', valueCode(ignoreChanges, context)] as const]),
    ...(options.deleteBeforeReplace ? [['deleteBeforeReplace', text('true')] as const] : []),
    ...(options.createBeforeDelete ? [['deleteBeforeReplace', text('false')] as const] : []),
    ...(options.protect ? [['protect', text('true')] as const] : []),
    ...(options.retainOnDelete ? [['retainOnDelete', text('true')] as const] : []),
    ...(Object.keys(customTimeouts).length === 0
      ? []
      : [['customTimeouts', valueCode(customTimeouts, context)] as const]),
  ];
  return entries.length === 0 ? [] : [object(entries)];
}

/** The statement that asks AWS. */
export function callSource(
  { variable, functionName, args }: CallModel,
  context: ResourceContext,
  exported: boolean,
  parent: ResourceModel | null,
): string {
  const start = `${exported ? 'export ' : ''}const ${variable} = `;
  const options = parent === null ? [] : [object([['parent', text(context.use(parent))]])];
  return `${assignment(start, call(functionName, valueCode(args, context), ...options))}\n`;
}
