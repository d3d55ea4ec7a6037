import type { Plan } from '@breakwater/plan';
import * as pulumi from '@pulumi/pulumi';
import type { ProgramOptions } from '../program.ts';
import { System, type SystemOptions } from '../system.ts';
import { describedAnswers } from './answers.ts';
import { type Answers, type Inspection, inspect } from './inspect.ts';

/** What an inspection of a system is told. */
export interface InspectSystemOptions extends ProgramOptions, Pick<SystemOptions, 'images'> {
  readonly plan: Plan;
  /** Name of the Pulumi project, and so the first word of all names. @default the system's */
  readonly project?: string;
  /** @default answers in words: `describedAnswers` */
  readonly answers?: Answers;
}

/**
 * What the program of a system registers, without an engine and without AWS.
 *
 * @throws RunError for what Pulumi cannot deploy; see `refusalOf`
 *
 * @example
 * const { registrations } = await inspectSystem({ plan });
 */
export function inspectSystem({
  plan,
  project = plan.system,
  answers = describedAnswers(plan),
  created,
  ...options
}: InspectSystemOptions): Promise<Inspection> {
  const program = async () => {
    const system = new System(project, { plan, ...options });
    created?.(system);
    return { ...system.outputs };
  };
  return inspect(program, { project, stack: plan.env, answers });
}

/** What the program says when it refuses to be deployed; null for any other error. */
export function refusalOf(error: unknown): string | null {
  return pulumi.RunError.isInstance(error) ? error.message : null;
}
