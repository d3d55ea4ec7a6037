import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SystemStacks, Transform } from '@breakwater/cdk';
import type { AcknowledgedFinding } from '@breakwater/cdk/check';
import { CliError } from './errors.ts';
import { displayPath } from './find-definition.ts';
import { loadDefinition } from './load-definition.ts';

/** What `breakwater.cdk.ts`, beside the definition, may export as default: the two ways out of what a definition can say, and what `check` may leave. */
export interface CdkCustomization {
  /** Changes what constructs are created with. */
  readonly transform?: Transform;
  /** Called with everything that was created, before it is synthesised. */
  readonly created?: (system: SystemStacks) => void;
  /** Findings of `breakwater check` that stay as they are, and why. */
  readonly acknowledgements?: readonly AcknowledgedFinding[];
}

const NAMES = ['breakwater.cdk.ts', 'breakwater.cdk.mts', 'breakwater.cdk.js', 'breakwater.cdk.mjs'];
const KEYS = ['transform', 'created', 'acknowledgements'];

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
    ...wrongAcknowledgements(given['acknowledgements']),
  ];
  if (wrong.length > 0)
    throw new CliError(`${displayPath(file)} exports something else than expected`, {
      why: wrong.join('; '),
      fix: 'Export `{ transform, created, acknowledgements }` as default; all are optional.',
    });
  return given as CdkCustomization; // its fields were looked at above
}

const ACKNOWLEDGEMENT_KEYS = ['rule', 'where', 'reason'];

/** Mistakes in acknowledgements, a phrase each. One without a reason is none. */
function wrongAcknowledgements(given: unknown): readonly string[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) return ['acknowledgements must be a list of { rule, where, reason }'];
  return given.flatMap((each: unknown, index) => {
    const entry = Object(each) as Readonly<Record<string, unknown>>; // whatever it is: its fields are looked at
    const isText = (key: string) => typeof entry[key] === 'string' && entry[key].trim() !== '';
    const at = `acknowledgements[${index}]`;
    return [
      ...['rule', 'reason'].filter((key) => !isText(key)).map((key) => `${at}.${key} must be a text`),
      ...(entry['where'] === undefined || isText('where') ? [] : [`${at}.where must be a text`]),
      ...Object.keys(entry)
        .filter((key) => !ACKNOWLEDGEMENT_KEYS.includes(key))
        .map((key) => `${at}.${key} is not known`),
    ];
  });
}
