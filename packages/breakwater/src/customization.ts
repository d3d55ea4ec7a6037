import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from './errors.ts';
import { displayPath } from './find-definition.ts';
import { loadDefinition } from './load-definition.ts';

/** A file beside the definition that changes what a target makes of it. */
export interface CustomizationKind {
  /** Its name without the ending: `breakwater.cdk`. */
  readonly name: string;
  /** What its default export may hold. */
  readonly keys: readonly string[];
  /** Mistakes in what is not a transform or a function called with what was created, a phrase each. */
  readonly mistakes?: (given: Readonly<Record<string, unknown>>) => readonly string[];
}

const ENDINGS = ['ts', 'mts', 'js', 'mjs'];

/** Loads the customization beside a definition; null where there is none. @throws CliError when it is not usable. */
export async function loadCustomization(
  { name, keys, mistakes = () => [] }: CustomizationKind,
  directory: string,
  env: string,
): Promise<Readonly<Record<string, unknown>> | null> {
  const file = ENDINGS.map((ending) => join(directory, `${name}.${ending}`)).find((path) => existsSync(path));
  if (file === undefined) return null;
  const { definition } = await loadDefinition({ file, directory }, { env });
  const given = Object(definition) as Readonly<Record<string, unknown>>; // loadDefinition gives objects only
  const { transform, created } = given;
  const wrong = [
    ...Object.keys(given)
      .filter((key) => !keys.includes(key))
      .map((key) => `${key} is not known`),
    ...(transform !== undefined && (typeof transform !== 'object' || transform === null)
      ? ['transform must be an object of functions']
      : []),
    ...(created !== undefined && typeof created !== 'function' ? ['created must be a function'] : []),
    ...mistakes(given),
  ];
  if (wrong.length === 0) return given;
  throw new CliError(`${displayPath(file)} exports something else than expected`, {
    why: wrong.join('; '),
    fix: `Export \`{ ${keys.join(', ')} }\` as default; all are optional.`,
  });
}
