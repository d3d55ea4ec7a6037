import {
  CIRCUIT_BREAKER_DEFAULTS,
  CIRCUIT_BREAKER_START,
  type CircuitBreakerState,
  type DeploymentAlarmState,
  type DeploymentTaskEvent,
  stepCircuitBreaker,
  type TrafficShiftState,
  type TrafficStrategy,
} from '@breakwater/behaviour';
import type { DeploymentStrategyPlan } from '@breakwater/plan';
import type { DeploymentSnapshot, DeploymentState } from '@breakwater/protocol';
import type { Revision } from './service-task.ts';

/** A deployment that is under way or has ended. */
export interface Deployment {
  readonly id: string;
  readonly service: string;
  /** What it brings. */
  readonly revision: Revision;
  /** What it goes back to; null on a first deployment. */
  readonly previous: Revision | null;
  readonly startedAt: number;
  state: DeploymentState;
  reason: string;
  finishedAt: number | null;
  breaker: CircuitBreakerState;
  failedTasks: number;
  alarms: DeploymentAlarmState;
  /** Since when all tasks are in place, in scaled time; deployment alarms still have their say then. */
  steadySince: number | null;
  /** Why it can neither start nor stop a task; null while it can. */
  blockedBy: string | null;
  /** Null for a rolling deployment. */
  shift: TrafficShiftState | null;
}

const MINUTE = 60_000;

/** The stage machine's strategy; null for a rolling deployment. */
export function trafficStrategy(plan: DeploymentStrategyPlan): TrafficStrategy | null {
  switch (plan.kind) {
    case 'rolling':
      return null;
    case 'blue-green':
      return { kind: 'BLUE_GREEN', bakeMs: plan.bakeMinutes * MINUTE };
    case 'canary':
      return {
        kind: 'CANARY',
        canaryPercent: plan.percent,
        canaryBakeMs: plan.canaryBakeMinutes * MINUTE,
        bakeMs: plan.bakeMinutes * MINUTE,
      };
    case 'linear':
      return {
        kind: 'LINEAR',
        stepPercent: plan.stepPercent,
        stepBakeMs: plan.stepBakeMinutes * MINUTE,
        bakeMs: plan.bakeMinutes * MINUTE,
      };
  }
}

/** Whether the deployment still moves tasks or traffic. */
export function isUnderWay(deployment: Deployment): boolean {
  return deployment.state === 'IN_PROGRESS' || deployment.state === 'ROLLING_BACK';
}

export function newDeployment(
  order: Pick<
    Deployment,
    'id' | 'service' | 'revision' | 'previous' | 'startedAt' | 'reason' | 'alarms' | 'shift'
  >,
): Deployment {
  return {
    ...order,
    state: 'IN_PROGRESS',
    finishedAt: null,
    breaker: CIRCUIT_BREAKER_START,
    failedTasks: 0,
    steadySince: null,
    blockedBy: null,
  };
}

/** Tells the circuit breaker what became of one of the new tasks. */
export function countTask(deployment: Deployment, event: DeploymentTaskEvent, desired: number): void {
  if (event !== 'running' && event !== 'healthy') deployment.failedTasks += 1;
  deployment.breaker = stepCircuitBreaker(deployment.breaker, event, CIRCUIT_BREAKER_DEFAULTS, desired);
}

export function deploymentSnapshot(deployment: Deployment): DeploymentSnapshot {
  const { plan, number } = deployment.revision;
  const done = deployment.state === 'COMPLETED';
  return {
    id: deployment.id,
    service: deployment.service,
    revision: number,
    state: deployment.state,
    strategy: plan.deployment.strategy.kind,
    stage: deployment.state === 'IN_PROGRESS' ? (deployment.shift?.stage ?? null) : null,
    trafficPercent: done ? 100 : (deployment.shift?.greenPercent ?? 0),
    reason: deployment.reason,
    failedTasks: deployment.failedTasks,
    startedAt: deployment.startedAt,
    finishedAt: deployment.finishedAt,
  };
}
