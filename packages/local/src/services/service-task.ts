import type { ServicePlan } from '@breakwater/plan';
import type { TargetState, TaskState } from '@breakwater/protocol';
import type { Release } from './release.ts';

/** A version of a service: what ECS calls a task definition's revision. */
export interface Revision {
  readonly number: number;
  readonly plan: ServicePlan;
  readonly release: Release;
}

/** Which of a service's target groups a task is registered with. */
export type Slot = 'blue' | 'green';

/** Why a task is stopped, in ECS's words. */
export interface StopReason {
  readonly stopCode: 'ServiceSchedulerInitiated' | 'UserInitiated' | 'SpotInterruption';
  readonly reason: string;
}

/** A task that a service runs; the launcher keeps `state` and the rest up to date. */
export interface ServiceTask {
  readonly id: string;
  readonly revision: Revision;
  readonly slot: Slot;
  readonly zone: string;
  readonly capacityProvider: 'FARGATE' | 'FARGATE_SPOT';
  readonly createdAt: number;
  readonly host: string;
  port: number;
  pid: number | null;
  state: TaskState;
  health: TargetState | null;
  healthReason: string | null;
  startedAt: number | null;
  stoppedAt: number | null;
  stopCode: string | null;
  stoppedReason: string | null;
  exitCode: number | null;
  /** Whether it ever passed its health check. */
  wasHealthy: boolean;
  /** Set once it is to go: it no longer counts as capacity. */
  leaving: boolean;
}

/** How a service makes and ends tasks. The service decides; the launcher does. */
export interface Launcher {
  launch(order: {
    readonly revision: Revision;
    readonly slot: Slot;
    readonly zone: string;
    readonly capacityProvider: 'FARGATE' | 'FARGATE_SPOT';
  }): ServiceTask;
  /** Deregisters, drains, SIGTERM, SIGKILL after the stop timeout. */
  stop(task: ServiceTask, why: StopReason): void;
}

/** Whether the task has failed its checks and must be replaced. */
export function isUnhealthy(task: ServiceTask): boolean {
  return !task.leaving && task.health === 'unhealthy';
}
