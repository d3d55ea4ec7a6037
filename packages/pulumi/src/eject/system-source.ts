import { array, type Code, call, literal, object, quoted, render, text } from '@breakwater/plan/code';
import { ACCESS } from '../provider.ts';
import { contextOf, Imports, type Usage } from './file-source.ts';
import { type ProgramModel, SYSTEM_FILE } from './model.ts';
import { assignment, callSource, resourceSource } from './resource-source.ts';
import { valueCode } from './values.ts';

/** The file with the system itself: settings, tags, provider, component, and questions whose answers several parts use. */
export function systemSource(program: ProgramModel, usage: Usage): string {
  const { plan, project, resources, calls } = program;
  const imports = new Imports(SYSTEM_FILE);
  const context = contextOf(program, imports, usage);
  const system = resources.find(({ file }) => file === SYSTEM_FILE) ?? null;
  const statements = [
    ...resources.filter(({ file }) => file === SYSTEM_FILE).map((each) => resourceSource(each, context)),
    ...calls
      .filter(({ file, before }) => file === SYSTEM_FILE && before === null)
      .map((each) => callSource(each, context, true, system)),
  ];
  return [
    `// ${project}, environment ${plan.env}: what all parts of the program share.`,
    "import * as aws from '@pulumi/aws';",
    "import * as pulumi from '@pulumi/pulumi';",
    ...imports.lines(),
    '',
    '/** Settings of the stack. */',
    'export const config = new pulumi.Config();',
    '',
    IMAGES,
    '/** Tags that all resources have. */',
    `export const tags = ${render(literal(plan.tags), 0, 20)};`,
    '',
    '// How AWS is reached: settings of the stack, such as `aws:profile`.',
    "const access = new pulumi.Config('aws');",
    '',
    providerSource(program),
    ...statements.flatMap((each) => ['', each.trimEnd()]),
    '',
  ].join('\n');
}

const IMAGES = `const images = config.getObject<Record<string, string>>('images') ?? {};

/** The image of a service: by digest where the settings of the stack name one. */
export function imageOf(service: string, otherwise: pulumi.Input<string>): pulumi.Input<string> {
  return images[service] ?? otherwise;
}
`;

function providerSource({ provider, plan }: ProgramModel): string {
  const given: readonly (readonly [string, Code])[] = [
    ['region', quoted(plan.region)],
    ...(plan.account === null ? [] : [['allowedAccountIds', array([quoted(plan.account)])] as const]),
  ];
  const read = Object.entries(ACCESS).flatMap(([method, keys]) =>
    keys
      .filter((key) => !given.some(([name]) => name === key))
      .map((key) => [key, call(`access.${method}`, quoted(key))] as const),
  );
  const start = 'export const provider = ';
  const code = call('new aws.Provider', quoted(provider.name), object([...read, ...given], true));
  return `${start}${render(code, 0, start.length)};`;
}

/** The program's entry: all parts, and the outputs of the stack. */
export function indexSource(program: ProgramModel, usage: Usage): string {
  const { plan, project, files, inspection, resources } = program;
  const imports = new Imports('index');
  const context = contextOf(program, imports, usage);
  const system = resources.find(({ file }) => file === SYSTEM_FILE);
  const outputs = Object.entries(inspection.outputs).map(([key, value]) => {
    const start = `export const ${key} = `;
    return assignment(start, valueCode(value, context));
  });
  const told = inspection.componentOutputs[system?.registration.urn ?? ''] ?? {};
  const same = Object.keys(told).filter(
    (key) => JSON.stringify(told[key]) === JSON.stringify(inspection.outputs[key]),
  );
  const rest = Object.keys(told).filter((key) => !same.includes(key));
  const end =
    system === undefined
      ? []
      : [
          '',
          `${render(
            call(
              `${context.use(system)}.end`,
              object([
                ...same.map((key) => [key, text(key)] as const),
                ...rest.map((key) => [key, valueCode(told[key], context)] as const),
              ]),
            ),
          )
            // Members that are named as what they hold are written once.
            .replace(/\b(\w+): \1\b/g, '$1')};`,
        ];
  const body = [...outputs, ...end].join('\n');
  const unnamed = files.filter((file) => !imports.files.includes(file) && file !== SYSTEM_FILE);
  return [
    `// ${project}, environment ${plan.env}: all parts, and what the stack tells the outside world.`,
    ...(body.includes('pulumi.') ? ["import * as pulumi from '@pulumi/pulumi';"] : []),
    ...unnamed.map((file) => `import './${file}.ts';`),
    ...imports.lines(),
    '',
    body,
    '',
  ].join('\n');
}

/** The few functions that the program needs. */
export const SUPPORT = `import { readFileSync } from 'node:fs';
import * as pulumi from '@pulumi/pulumi';

/** Holds the resources of a part. Its type and its name are part of the URN of each of them. */
export class Component extends pulumi.ComponentResource {
  constructor(type: string, name: string, options: pulumi.ComponentResourceOptions = {}) {
    super(type, name, {}, options);
  }

  /** Nothing comes after this; \`outputs\` is what the component tells of itself. */
  end(outputs: pulumi.Inputs = {}): void {
    this.registerOutputs(outputs);
  }
}

/** A field of a secret's JSON. Pulumi keeps it encrypted. */
export function secretField(
  json: pulumi.Output<string | undefined>,
  field: string,
): pulumi.Output<string> {
  return pulumi.secret(json.apply((value) => JSON.parse(value ?? '{}')[field] as string));
}

/** The source of a function, from a file of this folder. */
export function source(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}
`;
