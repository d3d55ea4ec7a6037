import type { StackEvent } from '@aws-sdk/client-cloudformation';
import type { StackPart } from '@breakwater/plan';
import type { OnEvent } from '../events.ts';

/** A resource whose operation failed, and why. */
export interface FailedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string | null;
  readonly status: string;
  readonly reason: string;
}

/** Which stack events are about. */
export interface StackName {
  readonly stack: StackPart | null;
  readonly name: string;
}

/** Turns CloudFormation's events of one operation on one stack into ours, and remembers what failed. */
export interface Progress {
  readonly take: (event: StackEvent, count?: { readonly completed: number; readonly total?: number }) => void;
  /** Resources that failed by themselves, not because another did. */
  readonly failures: () => readonly FailedResource[];
}

/** Said of resources that only failed because another did. */
const CONSEQUENCE = /^Resource (creation|update|deletion) cancelled/i;

/** Begins to follow an operation. `onFailure` hears of each failure at once: what explains it may be gone a moment later. */
export function followProgress(
  { stack, name }: StackName,
  onEvent: OnEvent,
  onFailure: (failure: FailedResource) => void = () => {},
): Progress {
  const seen = new Set<string>();
  const began = new Map<string, number>();
  const failures: FailedResource[] = [];
  return {
    failures: () => failures,
    take: (event, count) => {
      const { EventId: id = '', LogicalResourceId: logicalId = '', ResourceType: type = '' } = event;
      const { ResourceStatus: status = '', ResourceStatusReason: reason = null } = event;
      if (seen.has(id)) return;
      seen.add(id);
      const time = event.Timestamp?.getTime() ?? null;
      const state = status.endsWith('_FAILED')
        ? 'failed'
        : status.endsWith('_IN_PROGRESS')
          ? 'started'
          : 'done';
      const isStack = logicalId === name && type === 'AWS::CloudFormation::Stack';
      if (state === 'failed' && !isStack && !CONSEQUENCE.test(reason ?? '')) {
        const failure = {
          logicalId,
          type,
          physicalId: event.PhysicalResourceId || null,
          status,
          reason: reason ?? 'CloudFormation gives no reason',
        };
        failures.push(failure);
        onFailure(failure);
      }
      if (isStack) return;
      const start = began.get(logicalId);
      if (state === 'started') {
        if (start === undefined && time !== null) began.set(logicalId, time);
      } else began.delete(logicalId);
      onEvent({
        kind: 'resource',
        stack,
        name,
        logicalId,
        type,
        status,
        state,
        reason,
        durationMs: state === 'started' || start === undefined || time === null ? null : time - start,
        completed: count?.completed ?? null,
        total: count?.total ?? null,
      });
    },
  };
}
