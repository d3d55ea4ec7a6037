import { writeFile } from 'node:fs/promises';
import type { StackPlan } from '@breakwater/plan';
import type { Session } from '../session.ts';
import type { Assembly } from '../stacks/assembly.ts';
import { readTemplate } from '../stacks/read.ts';
import { replaceTemplate } from '../stacks/replace-template.ts';
import type { Template } from '../stacks/template.ts';

/**
 * The wanted template together with what the deployed one has besides: what is given up stays as long as others may still use it.
 * Null when nothing is given up.
 *
 * A security group that a service still uses cannot be deleted, and a repository whose service still runs must not be. So stacks that
 * others stand on first grow, then the others change, and then they shrink.
 */
export function grownTemplate(deployed: Template, wanted: Template): Template | null {
  const before = Object.keys(deployed.Resources ?? {});
  const givenUp = before.filter((id) => wanted.Resources?.[id] === undefined);
  // A resource that changes its type is replaced by CloudFormation under one id; it cannot be kept beside the new one.
  if (givenUp.length === 0) return null;
  const both = <T extends Readonly<Record<string, unknown>>>(
    old: T | undefined,
    now: T | undefined,
  ): Record<string, unknown> | undefined =>
    old === undefined && now === undefined ? undefined : { ...old, ...now };
  const sections = {
    Parameters: both(deployed.Parameters, wanted.Parameters),
    Mappings: both(deployed.Mappings, wanted.Mappings),
    Conditions: both(deployed.Conditions, wanted.Conditions),
    Resources: both(deployed.Resources, wanted.Resources),
    Outputs: both(deployed.Outputs, wanted.Outputs),
  };
  const present = Object.entries(sections).filter(([, section]) => section !== undefined);
  return { ...wanted, ...Object.fromEntries(present) };
}

/** What was changed in an assembly. */
export interface Growth {
  /** Stacks that must be deployed again once nobody uses what they give up any more. */
  readonly stacks: readonly StackPlan[];
  /** Puts the wanted templates back. */
  readonly restore: () => Promise<void>;
}

/** Replaces, in the assembly's folder, the templates of those stacks that give something up. */
export async function growStacks(
  session: Session,
  assembly: Assembly,
  stacks: readonly StackPlan[],
): Promise<Growth> {
  const grown: StackPlan[] = [];
  const originals = new Map<string, string>();
  for (const stack of stacks) {
    const deployed = await readTemplate(session, stack.name);
    const template = deployed === null ? null : grownTemplate(deployed, await assembly.template(stack.name));
    if (template === null) continue;
    await replaceTemplate(assembly.directory, stack.name, template, originals);
    grown.push(stack);
  }
  return {
    stacks: grown,
    restore: async () => {
      for (const [file, text] of originals) await writeFile(file, text);
    },
  };
}
