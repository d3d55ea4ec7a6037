import type { Plan } from '@breakwater/plan';
import { camelCase, type Namer, namer, unrepeated, wordsOf } from '@breakwater/plan/code';
import * as aws from '@pulumi/aws';
import type { Inspection, Registration } from '../inspect/index.ts';
import { type Part, partsOf } from '../inspect/parts.ts';
import { EjectError } from './error.ts';
import { type Marks, marksIn } from './marks.ts';

/** Something of the program that has a name in its source. */
interface Named {
  readonly variable: string;
  /** Name of the file without its ending. */
  readonly file: string;
}

/** A resource, or a component, of the program. */
export interface ResourceModel extends Named {
  readonly registration: Registration;
  /** `aws.ec2.Vpc`; null for components. */
  readonly className: string | null;
  /** Numbers of the marks in its arguments. */
  readonly marks: readonly number[];
  /** What must be there first though no argument refers to it. */
  readonly dependsOn: readonly ResourceModel[];
  readonly parent: ResourceModel | null;
}

/** A question that the program asks AWS. */
export interface CallModel extends Named {
  readonly number: number;
  /** `aws.getPartitionOutput` */
  readonly functionName: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Before which resource it stands; null: at the end of the file. */
  readonly before: ResourceModel | null;
}

/** Everything that is written. */
export interface ProgramModel {
  readonly plan: Plan;
  readonly project: string;
  readonly marks: Marks;
  readonly provider: Registration;
  /** In the order in which they are created. */
  readonly resources: readonly ResourceModel[];
  readonly calls: readonly CallModel[];
  /** In the order in which they are imported. */
  readonly files: readonly string[];
  readonly inspection: Inspection;
}

/** Where the system itself is written, with its provider, tags and settings. */
export const SYSTEM_FILE = 'system';
/** Where the few functions are that the program needs. */
export const SUPPORT_FILE = 'support';
/** For what was created after the system: it may refer to any part. */
const MORE_FILE = 'more';
const PROVIDER = 'pulumi:providers:aws';
const STACK = 'pulumi:pulumi:Stack';

/** Names that the written files have anyway. */
const TAKEN = [
  'aws',
  'pulumi',
  'Component',
  'access',
  'config',
  'images',
  'imageOf',
  'provider',
  'secretField',
  'source',
  'tags',
];

/**
 * What a program is written from.
 *
 * @param inspection what the component registers, with marks in place of values
 * @throws EjectError for what cannot be written as source
 */
export function modelProgram(
  plan: Plan,
  project: string,
  inspection: Inspection,
  marks: Marks,
): ProgramModel {
  const { registrations } = inspection;
  const provider = onlyProvider(registrations);
  const names = namer(TAKEN);
  const files = filesOf(partsOf(registrations, plan, project));
  const byUrn = new Map<string, ResourceModel>();
  const byName = new Map<string, ResourceModel>();
  const resources: ResourceModel[] = [];
  for (const registration of registrations) {
    if (registration.type === STACK || registration.type === PROVIDER) continue;
    const { type, name, inputs, options } = registration;
    const numbers = allMarks(inputs, marks);
    const referred = numbers.flatMap((number) => {
      const marked = marks.of(number);
      return marked.kind === 'resource' ? [known(byName, `${marked.type} ${marked.name}`)] : [];
    });
    const urns = new Set(referred.map((each) => each.registration.urn));
    const dependsOn = options.dependencies.filter((urn) => !urns.has(urn)).map((urn) => known(byUrn, urn));
    const parent = byUrn.get(registration.parent ?? '') ?? null;
    const before = [...referred, ...dependsOn, ...(parent === null ? [] : [parent])];
    const model: ResourceModel = {
      registration,
      className: registration.custom ? classOf(type) : null,
      variable: nameOf(registration, project, names),
      file: fileAfter(files.of(registration), before, files.order),
      marks: numbers,
      dependsOn,
      parent,
    };
    if (registration.custom && options.provider !== '' && !options.provider.startsWith(provider.urn))
      throw new EjectError(`${type} ${name} has a provider of its own, which cannot be written as source.`);
    if (byName.has(`${type} ${name}`))
      throw new EjectError(`${type} ${name} is there twice. Give one of them another name before you eject.`);
    byUrn.set(registration.urn, model);
    byName.set(`${type} ${name}`, model);
    resources.push(model);
  }
  return {
    plan,
    project,
    marks,
    provider,
    resources,
    calls: callsOf(resources, inspection, marks, names),
    files: files.order.filter((file) => file === SYSTEM_FILE || resources.some((each) => each.file === file)),
    inspection,
  };
}

/** Numbers of the marks in a value, with those of what stands in for a setting. */
function allMarks(value: unknown, marks: Marks): readonly number[] {
  return marksIn(value).flatMap((number) => {
    const marked = marks.of(number);
    return marked.kind === 'image' ? [number, ...marksIn(marked.otherwise)] : [number];
  });
}

function known(map: ReadonlyMap<string, ResourceModel>, key: string): ResourceModel {
  const found = map.get(key);
  if (found === undefined) throw new EjectError(`${key} is referred to before it is created.`);
  return found;
}

function onlyProvider(registrations: readonly Registration[]): Registration {
  const [provider, another] = registrations.filter(({ type }) => type.startsWith('pulumi:providers:'));
  if (provider?.type === PROVIDER && another === undefined) return provider;
  throw new EjectError(
    `The program has ${another === undefined ? 'no provider' : 'several providers'}, and one of AWS is what can be written as source.`,
  );
}

/** `aws:ec2/vpc:Vpc` → `aws.ec2.Vpc` @throws EjectError for what @pulumi/aws does not have */
function classOf(type: string): string {
  const [, module = '', name = ''] = /^aws:([a-z0-9]+)\/\w+:(\w+)$/i.exec(type) ?? [];
  const found = Object(Reflect.get(Object(Reflect.get(aws, module)), name)) as {
    readonly __pulumiType?: unknown;
  };
  if (found.__pulumiType === type) return `aws.${module}.${name}`;
  throw new EjectError(
    `${type} is no resource of @pulumi/aws, so it cannot be written as source: take it out of \`created\` before you eject.`,
  );
}

/** Words from which on a name needs no kind behind it. */
const LONG = 5;

function nameOf({ type, name, custom }: Registration, project: string, names: Namer): string {
  const words = wordsOf(name.startsWith(`${project}-`) ? name.slice(project.length + 1) : name);
  const kind = wordsOf(type.split(':').at(-1) ?? '');
  if (!custom) return names.name([camelCase(name === project ? kind : words), camelCase([...words, 'part'])]);
  // Long names, such as those of security group rules, say themselves what they are.
  if (words.length > LONG) return names.name([camelCase(words), camelCase([...words, ...kind])]);
  const overlaps = kind.every((word, index) => words[words.length - kind.length + index] === word);
  return names.name([camelCase(unrepeated(overlaps ? words : [...words, ...kind]))]);
}

/** Which file each part is written into. */
function filesOf(parts: readonly Part[]): {
  readonly order: readonly string[];
  readonly of: (registration: Registration) => string;
} {
  const files = new Map<string, string>();
  for (const { key, component, resources } of parts) {
    const file = key.replace('/', '-');
    if (component !== null) files.set(component.urn, file);
    for (const { urn, type } of resources)
      files.set(urn, key === SYSTEM_FILE && type !== PROVIDER ? MORE_FILE : file);
  }
  return {
    order: [...new Set([SYSTEM_FILE, ...parts.map(({ key }) => key.replace('/', '-')), MORE_FILE])],
    of: ({ urn }) => files.get(urn) ?? MORE_FILE,
  };
}

/** The file, or the last one where it needs what stands in a later file. */
function fileAfter(file: string, needs: readonly ResourceModel[], order: readonly string[]): string {
  const later = needs.some((each) => order.indexOf(each.file) > order.indexOf(file));
  return later ? MORE_FILE : file;
}

function callsOf(
  resources: readonly ResourceModel[],
  { outputs }: Inspection,
  marks: Marks,
  names: Namer,
): readonly CallModel[] {
  const asked = new Map<number, { readonly token: string; readonly args: CallModel['args'] }>();
  const users = new Map<number, ResourceModel[]>();
  const note = (number: number, user: ResourceModel | null): void => {
    const marked = marks.of(number);
    if (marked.kind !== 'call') return;
    asked.set(marked.number, marked);
    users.set(marked.number, [...(users.get(marked.number) ?? []), ...(user === null ? [] : [user])]);
  };
  for (const resource of resources) for (const number of resource.marks) note(number, resource);
  for (const number of marksIn(outputs)) note(number, null);
  return [...asked].map(([number, { token, args }]) => {
    const using = users.get(number) ?? [];
    const [first] = using;
    const own = first !== undefined && using.every(({ file }) => file === first.file);
    const [, module = '', name = ''] = /^aws:(\w+)\/\w+:(\w+)$/.exec(token) ?? [];
    const words = wordsOf(name).slice(1);
    return {
      number,
      functionName: `aws.${module === 'index' ? '' : `${module}.`}${name}Output`,
      args,
      variable: names.name([camelCase(words), camelCase([...wordsOf(first?.variable ?? ''), ...words])]),
      file: own ? first.file : SYSTEM_FILE,
      before: own ? first : null,
    };
  });
}
