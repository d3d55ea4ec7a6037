import { randomUUID } from 'node:crypto';
import { startDeploymentAlarms, startTrafficShift } from '@breakwater/behaviour';
import type { ServicePlan } from '@breakwater/plan';
import type { DeploymentSnapshot } from '@breakwater/protocol';
import { deploymentSnapshot, isUnderWay, newDeployment, trafficStrategy } from './deployment.ts';
import { failRolling, failureOf, finishDeployment } from './deployment-end.ts';
import { LAUNCH_PACE_START } from './launch-pace.ts';
import { stepRolling } from './rolling.ts';
import {
  allTasks,
  createScheduler,
  otherSlot,
  type Scheduler,
  type ServiceOptions,
  sorted,
  tell,
} from './scheduler.ts';
import type { Revision, ServiceTask, Slot, StopReason } from './service-task.ts';
import { stepStaged, supersedeStaged } from './staged.ts';
import { stepSteadyState } from './steady-state.ts';
import { forgetStoppedTasks, noteHealthyTasks, noteTask, stopTask } from './task-moves.ts';

export type { ServiceOptions } from './scheduler.ts';

export interface ServiceCounts {
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly healthy: number;
}

/** A running service: ECS's service scheduler for one service. Everything happens in `reconcile`. */
export interface Service {
  readonly key: string;
  plan(): ServicePlan;
  tasks(): readonly ServiceTask[];
  counts(): ServiceCounts;
  limits(): { readonly minimum: number; readonly maximum: number };
  /** The revision that serves, or that is being brought first. */
  revision(): number;
  deployments(): readonly DeploymentSnapshot[];
  isDeploying(): boolean;
  /** Percent of production traffic for each target group. */
  traffic(): Readonly<Record<Slot, number>>;
  /** Why the service is not as it should be; null when it is. */
  problem(): string | null;
  deploy(revision: Revision, reason: string): DeploymentSnapshot;
  setDesired(desired: number): void;
  setLimits(limits: { readonly minimum?: number; readonly maximum?: number }): void;
  /** Takes a task out of service; a replacement follows. */
  stopTask(task: ServiceTask, why: StopReason): void;
  /** Call when a task has changed. */
  taskChanged(task: ServiceTask): void;
  /** Starts and stops what is due. Call it when something has changed, and now and then. */
  reconcile(): void;
}

const KEPT_DEPLOYMENTS = 20;

export function createService(options: ServiceOptions): Service {
  const s = createScheduler(options);
  const { key } = options.plan;
  return {
    key,
    plan: () => s.plan,
    tasks: () => allTasks(s),
    counts() {
      const { healthy, pending, unhealthy } = sorted(s, s.tasks.values());
      const running = allTasks(s).filter((task) => task.state === 'RUNNING' && !task.leaving).length;
      const { desired } = s;
      return { desired, running, pending: pending.length + unhealthy.length, healthy: healthy.length };
    },
    limits: () => ({ minimum: s.minimum, maximum: s.maximum }),
    revision: () => s.serving?.number ?? s.current?.revision.number ?? 0,
    deployments: () => s.history.map(deploymentSnapshot),
    isDeploying: () => s.current !== null && isUnderWay(s.current),
    traffic() {
      const green = s.current !== null && isUnderWay(s.current) ? (s.current.shift?.greenPercent ?? 0) : 0;
      const shares = { blue: 0, green: 0 };
      shares[s.production] = 100 - green;
      shares[otherSlot(s.production)] = green;
      return shares;
    },
    problem() {
      const { current } = s;
      if (current?.state === 'FAILED' || current?.state === 'ROLLED_BACK') return current.reason;
      return current?.blockedBy ?? s.lastFailure;
    },
    deploy: (revision, reason) => deploy(s, revision, reason),
    setDesired(value) {
      s.desired = value;
      reconcile(s);
    },
    setLimits({ minimum = s.minimum, maximum = s.maximum }) {
      s.minimum = minimum;
      s.maximum = maximum;
      reconcile(s);
    },
    stopTask: (task, why) => stopTask(s, task, why),
    taskChanged: (task) => noteTask(s, task),
    reconcile: () => reconcile(s),
  };
}

function reconcile(s: Scheduler): void {
  forgetStoppedTasks(s);
  noteHealthyTasks(s);
  const { current } = s;
  if (current === null) return;
  if (isUnderWay(current)) {
    const failure = failureOf(s, current);
    if (current.shift !== null) stepStaged(s, current, failure?.why ?? null);
    else {
      if (failure !== null) failRolling(s, current, failure);
      if (isUnderWay(current)) stepRolling(s, current);
    }
  }
  // Also at once after the end of a deployment: what is too many now need not wait.
  if (!isUnderWay(current)) stepSteadyState(s);
}

function deploy(s: Scheduler, revision: Revision, reason: string): DeploymentSnapshot {
  supersede(s, `Superseded by revision ${revision.number}.`);
  s.rebalancing = null;
  adoptScaling(s, revision.plan);
  s.plan = revision.plan;
  s.pace = LAUNCH_PACE_START;
  s.lastFailure = null;
  const { clock, alarmStates } = s.options;
  const { rollbackAlarms, strategy } = revision.plan.deployment;
  const staged = s.serving !== null && trafficStrategy(strategy) !== null;
  const deployment = newDeployment({
    id: `ecs-svc/${randomUUID().replaceAll('-', '').slice(0, 19)}`,
    service: s.plan.key,
    revision,
    previous: s.serving,
    startedAt: clock.now(),
    reason,
    alarms: startDeploymentAlarms(rollbackAlarms, alarmStates()),
    shift: staged ? startTrafficShift(clock.scaled()) : null,
  });
  s.current = deployment;
  s.history.push(deployment);
  if (s.history.length > KEPT_DEPLOYMENTS) s.history.shift();
  tell(s, deployment, reason);
  reconcile(s);
  return deploymentSnapshot(deployment);
}

/** Ends the deployment that is under way, if there is one: the newest takes over. */
function supersede(s: Scheduler, why: string): void {
  const { current } = s;
  if (current === null || !isUnderWay(current)) return;
  if (current.shift === null) finishDeployment(s, current, 'FAILED', why);
  else supersedeStaged(s, current, why);
}

/** Takes over a plan's task counts where they differ from those of the plan before; else what was set by hand stays. */
function adoptScaling(s: Scheduler, plan: ServicePlan): void {
  const before = countsOf(s.plan);
  const after = countsOf(plan);
  if (before.minimum !== after.minimum || before.maximum !== after.maximum) {
    s.minimum = after.minimum;
    s.maximum = after.maximum;
    s.desired = Math.min(Math.max(s.desired, s.minimum), s.maximum);
  }
  if (s.plan.desiredCount !== plan.desiredCount) s.desired = plan.desiredCount;
}

const countsOf = ({ scaling, desiredCount }: ServicePlan) => ({
  minimum: scaling?.minimum ?? desiredCount,
  maximum: scaling?.maximum ?? desiredCount,
});
