import { createRequire } from 'node:module';
import type { Plan } from '@breakwater/plan';
import { readAssembly } from './assembly.ts';
import { EjectError } from './error.ts';
import { modelSystem } from './model.ts';
import { projectFiles } from './project.ts';
import { stackFiles } from './stack-source.ts';
import { type SystemModel, systemOf } from './system.ts';

/** A file of the program; the path is relative to its folder, with `/`. */
export interface EjectedFile {
  readonly path: string;
  readonly text: string;
}

/** Lines from which on a stack's source is divided into a file per family of resources. */
const LARGE = 500;

/**
 * Writes the CDK program of a system as TypeScript source that needs Breakwater no longer and synthesises to the same
 * templates: same logical ids, same properties, same references between stacks.
 *
 * @param options.assembly folder of the synthesised cloud assembly
 * @param options.plan the plan that it was synthesised from: it gives stacks their names in the source, and reasons for comments
 * @throws EjectError when the assembly cannot be read, or holds what cannot be written as source
 *
 * @example
 * for (const { path, text } of await eject({ assembly: 'cdk.out', plan })) …
 */
export async function eject(options: {
  readonly assembly: string;
  readonly plan: Plan;
}): Promise<readonly EjectedFile[]> {
  const stacks = readAssembly(options.assembly);
  if (stacks.length === 0)
    throw new EjectError(`${options.assembly} holds no stacks: synthesise the system first.`);
  const whole = systemOf(options.plan, await modelSystem(stacks, options.plan));
  const system: SystemModel = { ...whole, divided: largeStacks(whole) };
  return [
    ...projectFiles(system, cdkVersion()),
    ...system.stacks.flatMap((model) => stackFiles(model, system)),
  ];
}

function largeStacks(system: SystemModel): ReadonlySet<string> {
  const large = system.stacks.filter((model) => {
    const [file] = stackFiles(model, system);
    return model.families.length > 1 && (file?.text.split('\n').length ?? 0) > LARGE;
  });
  return new Set(large.map(({ stack }) => stack.id));
}

function cdkVersion(): string {
  // The package states its version there.
  const { version } = createRequire(import.meta.url)('aws-cdk-lib/package.json') as {
    readonly version: string;
  };
  return version;
}
