import { call, pascalCase, render, text, wordsOf } from '@breakwater/plan/code';
import type { EjectedFile } from './eject.ts';
import type { expression } from './expression.ts';
import { fileWriter, isOffered, referencedResources } from './file-source.ts';
import { intrinsic, referencedIds } from './json.ts';
import { type FamilyModel, moduleAlias, ownParameters, type StackModel } from './model.ts';
import { outputStatement, parameterStatement } from './resource-source.ts';
import { nameFrom, type SystemModel, statedOutputs } from './system.ts';
import { templateToken } from './typed.ts';
import { valueCode } from './values.ts';

/** The source files of a stack: its class, and its families where it is large. */
export function stackFiles(model: StackModel, system: SystemModel): readonly EjectedFile[] {
  return system.divided.has(model.stack.id)
    ? [dividedStack(model, system), ...model.families.map((family) => familyFile(family, model, system))]
    : [wholeStack(model, system)];
}

function outputIds(model: StackModel, system: SystemModel): readonly string[] {
  return statedOutputs(model, system).flatMap(([, { Value }]) => referencedIds(Value));
}

function wholeStack(model: StackModel, system: SystemModel): EjectedFile {
  const place = { model, family: null };
  const file = fileWriter(place, system, referencedResources(place, system, outputIds(model, system)));
  const sections = model.families.map(({ family, resources }) =>
    [`    // ${family.title}`, spaced(resources.map((resource) => file.statements(resource, 4)))].join('\n'),
  );
  const shared = [...model.resources.values()].filter(({ id }) =>
    system.shared.has(`${model.stack.id}/${id}`),
  );
  const fields = shared.map(({ variable, typed }) => {
    const type = typed.construct === null ? 'CfnResource' : `${alias(typed.construct)}`;
    return `  readonly ${variable}: ${type};`;
  });
  const assignments = shared.map(({ variable }) => `    this.${variable} = ${variable};`);
  return classFile(model, system, file, fields, [...sections, assignments.join('\n')]);
}

function dividedStack(model: StackModel, system: SystemModel): EjectedFile {
  const file = fileWriter({ model, family: null }, system, new Set());
  const offering = model.families.filter(({ resources }) =>
    resources.some(({ id }) => system.shared.has(`${model.stack.id}/${id}`)),
  );
  const used = new Set([
    ...model.families.flatMap(({ needs }) => needs),
    ...offering.map(({ family }) => family.key),
    ...outputIds(model, system).flatMap((id) => {
      const resource = model.resources.get(id);
      return resource === undefined
        ? []
        : [nameFrom({ model, family: null }, resource, system).split('.')[0] ?? ''];
    }),
  ]);
  const creations = model.families.map((family) => {
    const { key } = family.family;
    file.local(creator(key), familyPath(model, key));
    const args = [
      'this',
      ...family.needs,
      ...familyStacks(family, model, system).map(({ variable }) => variable),
    ];
    const start = used.has(key) ? `    const ${key} = ` : '    ';
    const creation = render(call(creator(key), ...args.map(text)), 4, start.length);
    return `${start}${creation};`;
  });
  const fields = offering.map(({ family: { key } }) => {
    file.local(typeName(key), familyPath(model, key), true);
    return `  readonly ${key}: ${typeName(key)};`;
  });
  const assignments = offering.map(({ family: { key } }) => `    this.${key} = ${key};`);
  return classFile(model, system, file, fields, [creations.join('\n'), assignments.join('\n')]);
}

function familyFile(family: FamilyModel, model: StackModel, system: SystemModel): EjectedFile {
  const { key, title } = family.family;
  const place = { model, family: key };
  const outputs = outputIds(model, system);
  const file = fileWriter(place, system, referencedResources(place, system, outputs));
  file.imports.core('type Stack');
  const body = spaced(family.resources.map((resource) => file.statements(resource, 2)));
  const parameters = ['stack: Stack'];
  for (const other of family.needs) {
    file.local(typeName(other), familyPath(model, other), true);
    parameters.push(`${other}: ${typeName(other)}`);
  }
  for (const { variable, className, file: name } of familyStacks(family, model, system)) {
    file.local(className, `${name}-stack.ts`, true);
    parameters.push(`${variable}: ${className}`);
  }
  const offered = family.resources.filter((resource) => isOffered(resource, place, system, outputs));
  const returned = offered.map(({ variable }) => variable);
  const one = `  return { ${returned.join(', ')} };`;
  const result =
    one.length <= 100 ? one : `  return {\n${returned.map((name) => `    ${name},\n`).join('')}  };`;
  const signature = parameters.join(', ');
  const head =
    creator(key).length + signature.length + 20 <= 100
      ? `export function ${creator(key)}(${signature}) {`
      : `export function ${creator(key)}(\n${parameters.map((parameter) => `  ${parameter},\n`).join('')}) {`;
  const lines = [
    file.header('../'),
    '',
    ...(returned.length > 0
      ? [`export type ${typeName(key)} = ReturnType<typeof ${creator(key)}>;`, '']
      : []),
    `/** ${title}. */`,
    head,
    body,
    ...(returned.length > 0 ? ['', result] : []),
    '}',
    '',
  ];
  return { path: `lib/${familyPath(model, key)}`, text: lines.join('\n') };
}

function classFile(
  model: StackModel,
  system: SystemModel,
  file: ReturnType<typeof fileWriter>,
  fields: readonly string[],
  blocks: readonly string[],
): EjectedFile {
  const { stack, className } = model;
  file.imports.core('Stack');
  file.imports.core('type StackProps');
  const parameters = ownParameters(stack).map(([key, parameter]) => {
    file.imports.core('CfnParameter');
    return parameterStatement(key, parameter, 4);
  });
  const outputs = statedOutputs(model, system).map(([key, output]) => {
    file.imports.core('CfnOutput');
    const value = outputValue(output.Value, file);
    const name = output.Export === undefined ? null : outputValue(output.Export.Name, file);
    return outputStatement(key, output, value, name, 4);
  });
  const used = usedStacks(model, system);
  for (const { className: other, file: name } of used) file.local(other, `${name}-stack.ts`, true);
  const props = used.length === 0 ? 'StackProps' : `${className}Props`;
  const given =
    used.length === 0
      ? []
      : [
          `/** What the stack builds on. */`,
          `export interface ${props} extends StackProps {`,
          ...used.map(({ variable, className: other }) => `  readonly ${variable}: ${other};`),
          '}',
          '',
        ];
  const names = used.map(({ variable }) => variable);
  const one = `    const { ${names.join(', ')} } = props;`;
  const many = `    const {\n${names.map((name) => `      ${name},\n`).join('')}    } = props;`;
  const taken = used.length === 0 ? '' : `\n${one.length <= 100 ? one : many}`;
  const body = [
    `    super(scope, id, props);${taken}`,
    parameters.join('\n'),
    ...blocks,
    outputs.join('\n'),
  ].filter((block) => block !== '');
  const lines = [
    file.header('./'),
    '',
    ...given,
    `/** ${(stack.template.Description ?? stack.name).replace(/\*\//g, '* /')} */`,
    `export class ${className} extends Stack {`,
    ...(fields.length > 0 ? [...fields, ''] : []),
    `  constructor(scope: Construct, id: string, props: ${props}) {`,
    body.join('\n\n'),
    '  }',
    '}',
    '',
  ];
  return { path: `lib/${model.file}-stack.ts`, text: lines.join('\n') };
}

function outputValue(value: Parameters<typeof expression>[0], file: ReturnType<typeof fileWriter>) {
  return valueCode(intrinsic(value) === null ? value : String(templateToken(value)), file.context);
}

/** Stacks that are handed to a stack because it refers to their constructs. */
export function usedStacks(model: StackModel, system: SystemModel): readonly StackModel[] {
  return system.stacks.filter(({ stack }) => model.uses.includes(stack.id));
}

/** Of these, those that a family refers to. */
function familyStacks(family: FamilyModel, model: StackModel, system: SystemModel): readonly StackModel[] {
  const written = JSON.stringify(family.resources.map(({ resource }) => resource));
  return usedStacks(model, system).filter(({ stack }) =>
    written.includes(`"StackName":${JSON.stringify(stack.name)}`),
  );
}

/** Statements with an empty line around those that take several lines. */
function spaced(groups: readonly (readonly string[])[]): string {
  const written = groups.map((statements) => statements.join('\n'));
  return written
    .map((statement, index) => {
      const before = written[index - 1];
      const apart = before !== undefined && (before.includes('\n') || statement.includes('\n'));
      return apart ? `\n${statement}` : statement;
    })
    .join('\n');
}

function alias({ module, className }: { readonly module: string; readonly className: string }): string {
  return `${moduleAlias(module)}.${className}`;
}

function creator(family: string): string {
  return `create${pascalCase(wordsOf(family))}`;
}

function typeName(family: string): string {
  return pascalCase(wordsOf(family));
}

function familyPath(model: StackModel, family: string): string {
  return `${model.file}/${wordsOf(family).join('-')}.ts`;
}
