import { type IIoHost, type StackActivity, ToolkitError } from '@aws-cdk/toolkit-lib';
import type { OnEvent, StackOutcome } from '../events.ts';
import type { Session } from '../session.ts';
import { type Assembly, only, sourceOf } from './assembly.ts';
import { type FailedResource, followProgress, type StackName } from './progress.ts';
import { isUnborn, readStack } from './read.ts';
import { toolkitOf } from './toolkit.ts';

/** What the toolkit shows before it executes a change set; false keeps it from doing so. */
export type Approve = (diffs: Awaited<ReturnType<ReturnType<typeof toolkitOf>['diff']>>) => boolean;

/** How to deploy one stack. */
export interface StackDeployment extends StackName {
  readonly assembly: Assembly;
  /** Also when the template is the same: what it refers to in other stacks may have changed. */
  readonly force: boolean;
  readonly approve: Approve;
  readonly onEvent: OnEvent;
  readonly onFailure: (failure: FailedResource) => void;
  readonly pollIntervalMs: number;
}

/** Thrown when a stack could not be deployed. */
export class StackFailure extends Error {
  override readonly name = 'StackFailure';
  readonly where: StackName;
  readonly failures: readonly FailedResource[];

  constructor(where: StackName, failures: readonly FailedResource[], cause: unknown) {
    super(`${where.name} could not be deployed`, { cause });
    this.where = where;
    this.failures = failures;
  }
}

/**
 * Deploys one stack of an assembly through the CDK toolkit: publishes its template, makes a change set, executes it and waits.
 * A stack whose first creation failed is deleted and made anew.
 *
 * @throws StackFailure
 */
export async function deployStack(session: Session, deployment: StackDeployment): Promise<StackOutcome> {
  const { stack, name, assembly, force, approve, onEvent, onFailure, pollIntervalMs } = deployment;
  const began = performance.now();
  const progress = followProgress({ stack, name }, onEvent, onFailure);
  let changed = false;
  const ioHost: IIoHost = {
    notify: async ({ code, data }) => {
      if (code === 'CDK_TOOLKIT_I5502') {
        const { event, progress: count } = data as StackActivity; // what this code stands for, by the toolkit's message registry
        const { completed, total } = count;
        progress.take(event, total === undefined ? { completed } : { completed, total });
      } else if (code === 'CDK_TOOLKIT_I5900') {
        changed = !(data as { noOp: boolean }).noOp; // a DeployStackResult, by the registry
      }
    },
    requestResponse: async (request) => {
      if (request.code !== 'CDK_TOOLKIT_I5060') return request.defaultResponse;
      const { templateDiffs } = request.data as { templateDiffs: Parameters<Approve>[0] }; // a DeployConfirmationRequest
      return approve(templateDiffs) as typeof request.defaultResponse; // a yes/no question
    },
  };
  onEvent({ kind: 'stack-started', stack, name, operation: 'deploy' });
  const finished = (outcome: StackOutcome): StackOutcome => {
    const durationMs = performance.now() - began;
    onEvent({ kind: 'stack-finished', stack, name, outcome, durationMs });
    return outcome;
  };
  try {
    const before = await readStack(session, name);
    const toolkit = toolkitOf(session, ioHost);
    await toolkit.deploy(await sourceOf(toolkit, assembly), {
      stacks: only(name),
      forceDeployment: force,
      deploymentMethod: { method: 'change-set' },
      stackEventPollingInterval: pollIntervalMs,
    });
    if (!changed) return finished('unchanged');
    return finished(before === null || isUnborn(before) ? 'created' : 'updated');
  } catch (error) {
    finished('failed');
    throw new StackFailure({ stack, name }, progress.failures(), error);
  }
}

/** What the toolkit says went wrong, without the stack's name and the names of its errors before it. */
export function toolkitMessage(error: unknown): string {
  const innermost = ToolkitError.isToolkitError(error) && error.cause instanceof Error ? error.cause : error;
  const text = innermost instanceof Error ? innermost.message : String(innermost);
  return text.replace(/^(❌\s*)?\S+ failed: (\w+Error: )?/, '').trim();
}
