import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateDescribeStacks,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import type { Plan, StackPart } from '@breakwater/plan';
import { attempt, messageOf } from '../failures.ts';
import { clientOptions, type Session } from '../session.ts';
import { parseTemplate, type Template } from './template.ts';

/** A stack as CloudFormation has it. */
export interface LiveStack {
  readonly name: string;
  readonly id: string;
  /** `UPDATE_COMPLETE` */
  readonly status: string;
  readonly reason: string | null;
  readonly description: string;
  readonly terminationProtection: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  readonly since: Date | null;
}

/** Which system in which environment. */
export type SystemId = Pick<Plan, 'system' | 'env'>;

/** How the description of each stack of a system begins: that is how Breakwater knows them. */
export function descriptionPrefix({ system, env }: SystemId): string {
  return `Breakwater: ${system} in ${env}, `;
}

/** The part that a stack of ours is, from its description: `service catalog` is `service/catalog`. */
export function partOf(stack: LiveStack, id: SystemId): StackPart {
  const words = stack.description.slice(descriptionPrefix(id).length);
  return words.replace(' ', '/') as StackPart; // our own descriptions end with the part, its slash written as a space
}

/** A CloudFormation client of the session. */
export function cloudFormation(session: Session): CloudFormationClient {
  return new CloudFormationClient(clientOptions(session));
}

/** Every stack of the account and region that is not deleted. */
export async function listStacks(session: Session): Promise<LiveStack[]> {
  return attempt('list the stacks', async () => {
    const stacks: LiveStack[] = [];
    for await (const page of paginateDescribeStacks({ client: cloudFormation(session) }, {})) {
      stacks.push(...(page.Stacks ?? []).map(liveStack).filter(({ status }) => status !== 'DELETE_COMPLETE'));
    }
    return stacks;
  });
}

/** The stacks of a system, known by their description, in no particular order. */
export async function ownStacks(session: Session, id: SystemId): Promise<LiveStack[]> {
  const prefix = descriptionPrefix(id);
  return (await listStacks(session)).filter(({ description }) => description.startsWith(prefix));
}

/** A stack by name or ARN; null when there is none. */
export async function readStack(session: Session, name: string): Promise<LiveStack | null> {
  return attempt(`read the stack ${name}`, async () => {
    try {
      const { Stacks = [] } = await cloudFormation(session).send(
        new DescribeStacksCommand({ StackName: name }),
      );
      const [stack] = Stacks.map(liveStack);
      return stack === undefined || stack.status === 'DELETE_COMPLETE' ? null : stack;
    } catch (error) {
      if (/does not exist/.test(messageOf(error))) return null;
      throw error;
    }
  });
}

/** The template that a stack was last deployed with; null when there is no such stack, or none was ever deployed. */
export async function readTemplate(session: Session, name: string): Promise<Template | null> {
  return attempt(`read the template of ${name}`, async () => {
    try {
      const { TemplateBody } = await cloudFormation(session).send(
        new GetTemplateCommand({ StackName: name, TemplateStage: 'Original' }),
      );
      return TemplateBody === undefined ? null : parseTemplate(TemplateBody);
    } catch (error) {
      if (/does not exist/.test(messageOf(error))) return null;
      throw error;
    }
  });
}

function liveStack(stack: Stack): LiveStack {
  const outputs = (stack.Outputs ?? []).flatMap(({ OutputKey, OutputValue }) =>
    OutputKey === undefined || OutputValue === undefined ? [] : [[OutputKey, OutputValue] as const],
  );
  return {
    name: stack.StackName ?? '',
    id: stack.StackId ?? '',
    status: stack.StackStatus ?? '',
    reason: stack.StackStatusReason ?? null,
    description: stack.Description ?? '',
    terminationProtection: stack.EnableTerminationProtection ?? false,
    outputs: Object.fromEntries(outputs),
    since: stack.LastUpdatedTime ?? stack.CreationTime ?? null,
  };
}

/** Whether CloudFormation is at work on a stack. A stack in review has only a change set: nobody works on it. */
export function isBusy({ status }: LiveStack): boolean {
  return status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
}

/** Whether a stack was never created: only a change set, or what a failed creation left. */
export function isUnborn({ status }: LiveStack): boolean {
  return ['REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'CREATE_FAILED'].includes(status);
}
