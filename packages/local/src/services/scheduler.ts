import type { AlarmStates } from '@breakwater/behaviour';
import type { ServicePlan } from '@breakwater/plan';
import type { DeploymentSnapshot } from '@breakwater/protocol';
import type { Clock } from '../engine/clock.ts';
import { type Deployment, deploymentSnapshot } from './deployment.ts';
import { LAUNCH_PACE_START, type LaunchPace } from './launch-pace.ts';
import type { Launcher, Revision, ServiceTask, Slot } from './service-task.ts';
import { sortTasks, type TaskGroups } from './task-counts.ts';

/** What a service needs of the engine. */
export interface ServiceOptions {
  readonly plan: ServicePlan;
  readonly clock: Clock;
  readonly launcher: Launcher;
  /** Zones that can take tasks now. */
  readonly zones: () => readonly string[];
  /** States of the plan's alarms by key. */
  readonly alarmStates: () => AlarmStates;
  /** Called when a deployment starts, changes its state or stage, or ends. */
  readonly onDeployment: (deployment: DeploymentSnapshot, message: string) => void;
  /** Called when the share of traffic between the two target groups has changed. */
  readonly onTraffic: () => void;
}

/** A task that was started in another zone, and the one that goes when it is healthy. */
export interface Rebalancing {
  readonly started: ServiceTask;
  readonly stop: ServiceTask;
}

/** Everything that the scheduler of one service remembers; its parts change it. */
export interface Scheduler {
  readonly options: ServiceOptions;
  readonly tasks: Map<string, ServiceTask>;
  /** The last deployments, oldest first. */
  readonly history: Deployment[];
  /** Tasks that have been RUNNING. */
  readonly ran: WeakSet<ServiceTask>;
  plan: ServicePlan;
  desired: number;
  minimum: number;
  maximum: number;
  /** What serves now: the revision of the last deployment that completed. */
  serving: Revision | null;
  current: Deployment | null;
  /** The slot with the production traffic. */
  production: Slot;
  pace: LaunchPace;
  /** What went wrong last, for people; null once all is well again. */
  lastFailure: string | null;
  rebalancing: Rebalancing | null;
}

/** The scheduler of a service that has never been deployed. */
export function createScheduler(options: ServiceOptions): Scheduler {
  const { plan } = options;
  return {
    options,
    tasks: new Map(),
    history: [],
    ran: new WeakSet(),
    plan,
    desired: plan.desiredCount,
    minimum: plan.scaling?.minimum ?? plan.desiredCount,
    maximum: plan.scaling?.maximum ?? plan.desiredCount,
    serving: null,
    current: null,
    production: 'blue',
    pace: LAUNCH_PACE_START,
    lastFailure: null,
    rebalancing: null,
  };
}

/** The slot without production traffic. */
export const otherSlot = (slot: Slot): Slot => (slot === 'blue' ? 'green' : 'blue');

/** All tasks, those that have stopped lately included. */
export const allTasks = ({ tasks }: Scheduler): readonly ServiceTask[] => [...tasks.values()];

/** Sorts tasks by what they are worth now. */
export function sorted({ options: { clock } }: Scheduler, tasks: Iterable<ServiceTask>): TaskGroups {
  return sortTasks(tasks, clock.now(), clock.timeScale);
}

/** Tells what has become of a deployment. */
export function tell({ options }: Scheduler, deployment: Deployment, message: string): void {
  options.onDeployment(deploymentSnapshot(deployment), message);
}
