import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SystemStacks, Transform } from '@breakwater/cdk';
import { CliError } from './errors.ts';
import { displayPath } from './find-definition.ts';
import { loadDefinition } from './load-definition.ts';

/** What `breakwater.cdk.ts`, beside the definition, may export as default: the two ways out of what a definition can say. */
export interface CdkCustomization {
  /** Changes what constructs are created with. */
  readonly transform?: Transform;
  /** Called with everything that was created, before it is synthesised. */
  readonly created?: (system: SystemStacks) => void;
}

const NAMES = ['breakwater.cdk.ts', 'breakwater.cdk.mts', 'breakwater.cdk.js', 'breakwater.cdk.mjs'];
const KEYS = ['transform', 'created'];

/** Loads the customization beside a definition; empty where there is none. @throws CliError when it is not usable. */
export async function loadCdkCustomization(directory: string, env: string): Promise<CdkCustomization> {
  const file = NAMES.map((name) => join(directory, name)).find((path) => existsSync(path));
  if (file === undefined) return {};
  const { definition } = await loadDefinition({ file, directory }, { env });
  const given = Object(definition) as Readonly<Record<string, unknown>>; // loadDefinition gives objects only
  const unknown = Object.keys(given).filter((key) => !KEYS.includes(key));
  const wrong = [
    ...unknown.map((key) => `${key} is not known`),
    ...(given['transform'] !== undefined &&
    (typeof given['transform'] !== 'object' || given['transform'] === null)
      ? ['transform must be an object of functions']
      : []),
    ...(given['created'] !== undefined && typeof given['created'] !== 'function'
      ? ['created must be a function']
      : []),
  ];
  if (wrong.length > 0)
    throw new CliError(`${displayPath(file)} exports something else than expected`, {
      why: wrong.join('; '),
      fix: 'Export `{ transform, created }` as default; both are optional.',
    });
  return given as CdkCustomization; // its fields were looked at above
}
