import { type Code, call, quoted, render, text, WIDTH } from '@breakwater/plan/code';
import { EjectError } from './error.ts';
import { marksIn } from './marks.ts';
import { type CallModel, type ProgramModel, type ResourceModel, SUPPORT_FILE, SYSTEM_FILE } from './model.ts';
import { callSource, type ResourceContext, resourceSource } from './resource-source.ts';
import { valueCode } from './values.ts';

/** What a file takes from others, by the file's name. */
export class Imports {
  readonly #names = new Map<string, Set<string>>();
  readonly #own: string;

  constructor(own: string) {
    this.#own = own;
  }

  /** Notes that a name of another file is used. */
  add(file: string, name: string): string {
    if (file !== this.#own) this.#names.set(file, (this.#names.get(file) ?? new Set()).add(name));
    return name;
  }

  get files(): readonly string[] {
    return [...this.#names.keys()];
  }

  /** The statements, in the order of their files. */
  lines(): readonly string[] {
    return [...this.#names]
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([file, names]) =>
        importLine(
          [...names].toSorted((a, b) => a.localeCompare(b)),
          file,
        ),
      );
  }
}

function importLine(names: readonly string[], file: string): string {
  const line = `import { ${names.join(', ')} } from './${file}.ts';`;
  if (line.length <= WIDTH) return line;
  return `import {\n${names.map((name) => `  ${name},\n`).join('')}} from './${file}.ts';`;
}

/** What every file is written with: who is used where. */
export interface Usage {
  readonly isUsed: (resource: ResourceModel) => boolean;
  readonly isExported: (resource: ResourceModel) => boolean;
  readonly isCallExported: (call: CallModel) => boolean;
}

/** Finds out which resources are referred to, and which of them from another file. */
export function usageOf(program: ProgramModel): Usage {
  const used = new Set<unknown>();
  const exported = new Set<unknown>();
  const note = (what: ResourceModel | CallModel, from: string): void => {
    used.add(what);
    if (what.file !== from) exported.add(what);
  };
  const noteMarks = (numbers: readonly number[], from: string): void => {
    for (const number of numbers) {
      const marked = program.marks.of(number);
      if (marked.kind === 'resource' || marked.kind === 'call') note(targetOf(program, number), from);
    }
  };
  for (const { marks, parent, dependsOn, file } of program.resources) {
    noteMarks(marks, file);
    for (const each of [...dependsOn, ...(parent === null ? [] : [parent])]) note(each, file);
  }
  for (const { args, file, before } of program.calls) {
    noteMarks(marksIn(args), file);
    const parent = before?.parent ?? null;
    if (parent !== null) note(parent, file);
  }
  noteMarks(marksIn(program.inspection.outputs), 'index');
  return {
    // Components are ended by name.
    isUsed: (resource) => used.has(resource) || !resource.registration.custom,
    isExported: (resource) => exported.has(resource) || resource.file === SYSTEM_FILE,
    isCallExported: (each) => exported.has(each),
  };
}

function targetOf({ marks, resources, calls }: ProgramModel, number: number): ResourceModel | CallModel {
  const marked = marks.of(number);
  const found =
    marked.kind === 'call'
      ? calls.find((each) => each.number === marked.number)
      : marked.kind === 'resource'
        ? resources.find(({ registration: { type, name } }) => type === marked.type && name === marked.name)
        : undefined;
  if (found === undefined) throw new EjectError('The program refers to something that it does not create.');
  return found;
}

/** Where the source of a function's code is in the program. */
export function codePath(project: string, { registration: { name } }: ResourceModel, file: string): string {
  return `functions/${name.startsWith(`${project}-`) ? name.slice(project.length + 1) : name}/${file}`;
}

/** How values are written in a file; whatever they refer to is imported. */
export function contextOf(program: ProgramModel, imports: Imports, usage: Usage): ResourceContext {
  const { plan, marks, project } = program;
  const context: ResourceContext = {
    ...usage,
    commonTags: plan.tags,
    useTags: () => imports.add(SYSTEM_FILE, 'tags'),
    useComponent: () => imports.add(SUPPORT_FILE, 'Component'),
    useProvider: () => imports.add(SYSTEM_FILE, 'provider'),
    use: (resource) => imports.add(resource.file, resource.variable),
    sourceOf: (resource, file) =>
      call(imports.add(SUPPORT_FILE, 'source'), quoted(codePath(project, resource, file))),
    reference: (number) => {
      const marked = marks.of(number);
      if (marked.kind === 'setting') {
        return call(`${imports.add(SYSTEM_FILE, 'config')}.requireSecret`, quoted(marked.name));
      }
      if (marked.kind === 'image') {
        const otherwise = valueCode(marked.otherwise, context);
        return call(imports.add(SYSTEM_FILE, 'imageOf'), quoted(marked.service), otherwise);
      }
      const target = targetOf(program, number);
      return pathCode(imports.add(target.file, target.variable), marked.path, imports);
    },
  };
  return context;
}

/** `vpc.id`, `certificate.domainValidationOptions[0].resourceRecordName`, `secretField(version.secretString, 'password')`. */
function pathCode(variable: string, [first = '', ...inner]: readonly string[], imports: Imports): Code {
  const property = `${variable}.${first}`;
  const [field] = inner;
  if (field === undefined) return text(property);
  if (first === 'secretString')
    return call(imports.add(SUPPORT_FILE, 'secretField'), text(property), quoted(field));
  return text(property + inner.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`)).join(''));
}

/** The source of one part: what it imports, what it asks, what it creates. */
export function partSource(program: ProgramModel, file: string, usage: Usage): string {
  const imports = new Imports(file);
  const context = contextOf(program, imports, usage);
  const { resources, calls, inspection, plan, project } = program;
  const own = resources.filter((each) => each.file === file);
  const statements = own.flatMap((resource) => [
    ...calls
      .filter(({ before }) => before === resource)
      .map((each) => callSource(each, context, usage.isCallExported(each), resource.parent)),
    resourceSource(resource, context),
  ]);
  const ends = own.flatMap(({ registration: { urn, custom }, variable }) => {
    const outputs = inspection.componentOutputs[urn];
    if (custom || outputs === undefined) return [];
    const code = Object.keys(outputs).length === 0 ? [] : [valueCode(outputs, context)];
    return [`${render(call(`${variable}.end`, ...code))};\n`];
  });
  const body = [...statements, ...ends].join('\n');
  return [
    `// ${titleOf(file)} of ${project}, environment ${plan.env}.`,
    ...(body.includes('aws.') ? ["import * as aws from '@pulumi/aws';"] : []),
    ...(body.includes('pulumi.') ? ["import * as pulumi from '@pulumi/pulumi';"] : []),
    ...imports.lines(),
    '',
    body,
  ].join('\n');
}

const TITLES: Readonly<Record<string, string>> = {
  registries: 'The image repositories',
  foundation: 'The network, the cluster and what else the services share',
  data: 'Databases, tables, buckets and generated secrets',
  dashboard: 'The dashboard',
  more: 'What was added to the system',
};

const titleOf = (file: string): string => TITLES[file] ?? `The service ${file.replace(/^service-/, '')}`;
