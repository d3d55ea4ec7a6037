import { randomUUID } from 'node:crypto';
import {
  type AlarmStates,
  bakeTimeOver,
  decideRebalancing,
  failedDeploymentOutcome,
  LAUNCH_BACKOFF_START,
  type LaunchBackoffState,
  nextReplacement,
  nextRollingStep,
  recordLaunch,
  rollingLimits,
  startDeploymentAlarms,
  startTrafficShift,
  stepDeploymentAlarms,
  stepTrafficShift,
  trafficShiftWants,
} from '@breakwater/behaviour';
import type { ServicePlan } from '@breakwater/plan';
import type { DeploymentSnapshot } from '@breakwater/protocol';
import type { Clock } from '../engine/clock.ts';
import {
  countTask,
  type Deployment,
  deploymentSnapshot,
  isUnderWay,
  newDeployment,
  trafficStrategy,
} from './deployment.ts';
import { chooseTasksToStop, placeTask } from './placement.ts';
import type { Launcher, Revision, ServiceTask, Slot, StopReason } from './service-task.ts';
import { sortTasks } from './task-counts.ts';

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
  const { clock, launcher } = options;
  let plan = options.plan;
  let desired = plan.desiredCount;
  let minimum = plan.scaling?.minimum ?? plan.desiredCount;
  let maximum = plan.scaling?.maximum ?? plan.desiredCount;
  const tasks = new Map<string, ServiceTask>();
  const history: Deployment[] = [];
  /** What serves now: the revision of the last deployment that completed. */
  let serving: Revision | null = null;
  let current: Deployment | null = null;
  let production: Slot = 'blue';
  let backoff: LaunchBackoffState = LAUNCH_BACKOFF_START;
  let lastFailure: string | null = null;
  let rebalancing: { readonly started: string; readonly stop: ServiceTask } | null = null;
  const counted = new Set<string>();

  const all = () => [...tasks.values()];
  const other = (slot: Slot): Slot => (slot === 'blue' ? 'green' : 'blue');
  const sort = (list: Iterable<ServiceTask>) => sortTasks(list, clock.now(), clock.timeScale);
  const tell = (deployment: Deployment, message: string) =>
    options.onDeployment(deploymentSnapshot(deployment), message);

  function start(count: number, revision: Revision, slot: Slot): void {
    for (let i = 0; i < count; i += 1) {
      if (clock.scaled() < backoff.notBefore) return;
      const live = all().filter((task) => !task.leaving);
      const placement = placeTask(plan.capacity, options.zones(), live);
      if (placement === null) return;
      const task = launcher.launch({ revision, slot, ...placement });
      tasks.set(task.id, task);
    }
  }

  function stop(list: readonly ServiceTask[], reason: string): void {
    for (const task of list) stopTask(task, { stopCode: 'ServiceSchedulerInitiated', reason });
  }

  function stopTask(task: ServiceTask, why: StopReason): void {
    if (task.leaving) return;
    task.leaving = true;
    launcher.stop(task, why);
  }

  function replaceUnhealthy(list: readonly ServiceTask[]): void {
    for (const task of list) {
      noteFailure(
        task,
        `task ${task.id.slice(0, 8)} failed its health checks (${task.healthReason ?? 'unhealthy'})`,
      );
      countOnce(task, 'failed-health-check');
    }
    stop(list, 'Task failed ELB health checks');
  }

  function noteFailure(task: ServiceTask, sentence: string): void {
    if (current === null || !isUnderWay(current) || task.revision === current.revision)
      lastFailure = sentence;
  }

  function countOnce(task: ServiceTask, event: 'failed-health-check' | 'never-ran' | 'exited'): void {
    if (counted.has(task.id) || current === null || current.state !== 'IN_PROGRESS') return;
    if (task.revision !== current.revision) return;
    counted.add(task.id);
    countTask(current, event, desired);
  }

  /** Has `list` made up to `count` healthy tasks of a revision, outside a rolling deployment. */
  function keep(count: number, list: readonly ServiceTask[], revision: Revision, slot: Slot): void {
    const { healthy, pending, unhealthy } = sort(list);
    const { upper } = rollingLimits(
      count,
      plan.deployment.minimumHealthyPercent,
      plan.deployment.maximumPercent,
    );
    const step = nextReplacement({
      desired: count,
      upper: Math.max(upper, count),
      healthy: healthy.length,
      unhealthy: unhealthy.length,
      pending: pending.length,
    });
    if (step.stopUnhealthy > 0) replaceUnhealthy(unhealthy.slice(0, step.stopUnhealthy));
    start(step.start, revision, slot);
    const moving = rebalancing === null ? 0 : 1;
    const surplus = healthy.length + pending.length - count - moving;
    if (surplus > 0) {
      // A task that is still starting is worth less than one that serves.
      const starting = pending.slice(-surplus);
      const rest = chooseTasksToStop(plan.capacity, healthy, surplus - starting.length);
      stop([...starting, ...rest], 'Scaling activity initiated by the service scheduler');
    }
  }

  function rebalance(revision: Revision): void {
    const { healthy, pending, unhealthy } = sort(all());
    if (rebalancing !== null) {
      const started = tasks.get(rebalancing.started);
      const gone = started === undefined || started.leaving || started.state === 'STOPPED';
      if (!gone && !healthy.includes(started)) return;
      if (!gone) stop([rebalancing.stop], 'Availability Zone rebalancing');
      rebalancing = null;
      return;
    }
    const decision = decideRebalancing({
      enabled: plan.deployment.availabilityZoneRebalancing,
      maximumPercent: plan.deployment.maximumPercent,
      steadyState: healthy.length === desired && pending.length === 0 && unhealthy.length === 0,
      zones: options.zones(),
      tasks: healthy.map((task) => ({ ...task, task, startedAt: task.createdAt, healthy: true })),
    });
    if (decision.kind !== 'move') return;
    const capacityProvider = decision.capacityProvider === 'FARGATE_SPOT' ? 'FARGATE_SPOT' : 'FARGATE';
    const task = launcher.launch({ revision, slot: production, zone: decision.startIn, capacityProvider });
    tasks.set(task.id, task);
    rebalancing = { started: task.id, stop: decision.thenStop.task };
  }

  function finish(deployment: Deployment, state: Deployment['state'], message: string): void {
    deployment.state = state;
    deployment.finishedAt = clock.now();
    deployment.reason = message;
    tell(deployment, message);
  }

  function complete(deployment: Deployment): void {
    if (deployment.state === 'ROLLING_BACK') {
      finish(
        deployment,
        'ROLLED_BACK',
        `${deployment.reason} Back on revision ${deployment.previous?.number}.`,
      );
      return;
    }
    serving = deployment.revision;
    lastFailure = null;
    finish(deployment, 'COMPLETED', `Revision ${deployment.revision.number} of ${plan.key} serves.`);
  }

  /** What follows when the circuit breaker or an alarm has failed a deployment. */
  function fail(deployment: Deployment, why: string): void {
    const { circuitBreaker } = plan.deployment;
    const outcome = failedDeploymentOutcome(
      circuitBreaker.rollback,
      deployment.previous === null
        ? []
        : [{ id: String(deployment.previous.number), createdAt: 0, rolloutState: 'COMPLETED' as const }],
    );
    if (outcome.kind === 'roll-back' && deployment.previous !== null) {
      deployment.state = 'ROLLING_BACK';
      deployment.reason = why;
      deployment.steadySince = null;
      backoff = LAUNCH_BACKOFF_START;
      plan = deployment.previous.plan;
      tell(deployment, `${why} Rolling back to revision ${deployment.previous.number}.`);
      return;
    }
    const stalls = outcome.kind === 'stall' ? ' There is no earlier revision to go back to.' : '';
    finish(deployment, 'FAILED', `${why}${stalls}`);
  }

  /** Why the deployment has failed; null while it has not. */
  function failureOf(deployment: Deployment): string | null {
    if (deployment.state !== 'IN_PROGRESS') return null;
    if (plan.deployment.circuitBreaker.enabled && deployment.breaker.tripped) {
      const detail = lastFailure === null ? '' : ` Last: ${lastFailure}.`;
      return `The circuit breaker stopped the deployment of revision ${deployment.revision.number}: ${deployment.failedTasks} tasks failed.${detail}`;
    }
    const { rollbackAlarms } = plan.deployment;
    deployment.alarms = stepDeploymentAlarms(deployment.alarms, rollbackAlarms, options.alarmStates());
    const { trippedBy } = deployment.alarms;
    return trippedBy === undefined ? null : `The alarm ${trippedBy} stopped the deployment.`;
  }

  function stepRolling(deployment: Deployment): void {
    const target = deployment.state === 'ROLLING_BACK' ? deployment.previous : deployment.revision;
    if (target === null) return;
    const { minimumHealthyPercent, maximumPercent } = plan.deployment;
    const fresh = sort(all().filter((task) => task.revision === target));
    const old = sort(all().filter((task) => task.revision !== target));
    replaceUnhealthy(fresh.unhealthy);
    const step = nextRollingStep({
      ...rollingLimits(desired, minimumHealthyPercent, maximumPercent),
      desired,
      oldHealthy: old.healthy.length,
      oldUnhealthy: old.unhealthy.length + old.pending.length,
      newHealthy: fresh.healthy.length,
      newPending: fresh.pending.length,
    });
    stop([...old.unhealthy, ...old.pending].slice(0, step.stopOldUnhealthy), 'Replaced by a newer revision');
    stop(chooseTasksToStop(plan.capacity, old.healthy, step.stopOldHealthy), 'Replaced by a newer revision');
    stop([...fresh.pending, ...fresh.healthy].slice(0, step.stopNew), 'More tasks than desired');
    start(step.start, target, production);
    if (step.state !== 'complete') {
      deployment.steadySince = null;
      return;
    }
    deployment.steadySince ??= clock.scaled();
    const { rollbackAlarms } = plan.deployment;
    const over = bakeTimeOver(deployment.alarms, rollbackAlarms, deployment.steadySince, clock.scaled());
    if (deployment.state === 'ROLLING_BACK' || over) complete(deployment);
  }

  function stepShift(deployment: Deployment, failure: string | null): void {
    const strategy = trafficStrategy(deployment.revision.plan.deployment.strategy);
    if (strategy === null || deployment.shift === null || deployment.previous === null) return;
    const green = all().filter((task) => task.revision === deployment.revision && task.state !== 'STOPPED');
    const blue = all().filter((task) => task.revision !== deployment.revision && task.state !== 'STOPPED');
    const before = deployment.shift;
    deployment.shift = stepTrafficShift(strategy, before, {
      now: clock.scaled(),
      desired,
      greenHealthy: sort(green).healthy.length,
      greenTasks: green.length,
      blueTasks: blue.length,
      failure: failure ?? undefined,
    });
    const { shift } = deployment;
    if (shift.greenPercent !== before.greenPercent) options.onTraffic();
    const wants = trafficShiftWants(shift, desired);
    if (shift.status === 'ROLLING_BACK' && before.status !== 'ROLLING_BACK') {
      deployment.state = 'ROLLING_BACK';
      deployment.reason = shift.failure ?? 'The deployment failed.';
      plan = deployment.previous.plan;
      tell(deployment, `${deployment.reason} All traffic is back on revision ${deployment.previous.number}.`);
    } else if (shift.stage !== before.stage || shift.step !== before.step) {
      tell(
        deployment,
        `${plan.key}: ${shift.stage}, ${shift.greenPercent} % of traffic on revision ${deployment.revision.number}`,
      );
    }
    if (shift.status === 'SUCCESSFUL') {
      production = other(production);
      options.onTraffic();
      complete(deployment);
      return;
    }
    if (shift.status === 'ROLLED_BACK') {
      complete(deployment);
      return;
    }
    keep(wants.greenTasks, green, deployment.revision, other(production));
    keep(wants.blueTasks, blue, deployment.previous, production);
  }

  function reconcile(): void {
    for (const task of tasks.values()) {
      if (task.state === 'STOPPED' && task.stoppedAt !== null && clock.now() - task.stoppedAt > 60_000) {
        tasks.delete(task.id);
        counted.delete(task.id);
      }
    }
    if (current === null || !isUnderWay(current)) {
      // A first deployment that failed has nothing to keep: nothing is launched until the next one.
      if (serving === null) return;
      keep(desired, all(), serving, production);
      rebalance(serving);
      return;
    }
    const deployment = current;
    const failure = failureOf(deployment);
    if (deployment.shift !== null) stepShift(deployment, failure);
    else {
      if (failure !== null) fail(deployment, failure);
      if (isUnderWay(deployment)) stepRolling(deployment);
      else if (serving === null) stop(all(), 'The deployment failed');
    }
  }

  function deploy(revision: Revision, reason: string): DeploymentSnapshot {
    if (current !== null && isUnderWay(current)) {
      if (current.shift !== null) {
        const green = other(production);
        stop(
          all().filter((task) => task.slot === green),
          'Replaced by a newer deployment',
        );
        current.shift = null;
        options.onTraffic();
      }
      finish(current, 'FAILED', `Superseded by revision ${revision.number}.`);
    }
    rebalancing = null;
    plan = revision.plan;
    backoff = LAUNCH_BACKOFF_START;
    lastFailure = null;
    const staged = serving !== null && trafficStrategy(plan.deployment.strategy) !== null;
    current = newDeployment({
      id: `ecs-svc/${randomUUID().replaceAll('-', '').slice(0, 19)}`,
      service: plan.key,
      revision,
      previous: serving,
      startedAt: clock.now(),
      reason,
      alarms: startDeploymentAlarms(plan.deployment.rollbackAlarms, options.alarmStates()),
      shift: staged ? startTrafficShift(clock.scaled()) : null,
    });
    history.push(current);
    if (history.length > KEPT_DEPLOYMENTS) history.shift();
    tell(current, reason);
    reconcile();
    return deploymentSnapshot(current);
  }

  function taskChanged(task: ServiceTask): void {
    if (task.state === 'RUNNING' && !counted.has(`${task.id}+`)) {
      counted.add(`${task.id}+`);
      backoff = recordLaunch(backoff, 'reached-running', clock.scaled());
      if (current?.state === 'IN_PROGRESS' && task.revision === current.revision)
        countTask(current, 'running', desired);
    }
    if (task.health === 'healthy' && !task.wasHealthy) {
      task.wasHealthy = true;
      if (current?.state === 'IN_PROGRESS' && task.revision === current.revision)
        countTask(current, 'healthy', desired);
    }
    if (task.state === 'STOPPED' && !task.leaving) {
      task.leaving = true;
      const ran = task.startedAt !== null;
      noteFailure(task, task.stoppedReason ?? 'a task ended');
      // A task that had been healthy and dies is replaced; it says nothing against its revision.
      if (!task.wasHealthy) {
        countOnce(task, ran ? 'exited' : 'never-ran');
        backoff = recordLaunch(backoff, 'never-ran', clock.scaled());
      }
    }
  }

  return {
    key: plan.key,
    plan: () => plan,
    tasks: all,
    counts() {
      const { healthy, pending, unhealthy } = sort(tasks.values());
      const running = all().filter((task) => task.state === 'RUNNING' && !task.leaving).length;
      return { desired, running, pending: pending.length + unhealthy.length, healthy: healthy.length };
    },
    limits: () => ({ minimum, maximum }),
    revision: () => serving?.number ?? current?.revision.number ?? 0,
    deployments: () => history.map(deploymentSnapshot),
    isDeploying: () => current !== null && isUnderWay(current),
    traffic() {
      const green = current !== null && isUnderWay(current) ? (current.shift?.greenPercent ?? 0) : 0;
      const shares = { blue: 0, green: 0 };
      shares[production] = 100 - green;
      shares[other(production)] = green;
      return shares;
    },
    problem() {
      if (current?.state === 'FAILED' || current?.state === 'ROLLED_BACK') return current.reason;
      return lastFailure;
    },
    deploy,
    setDesired(value) {
      desired = value;
      reconcile();
    },
    setLimits(limits) {
      minimum = limits.minimum ?? minimum;
      maximum = limits.maximum ?? maximum;
      reconcile();
    },
    stopTask,
    taskChanged,
    reconcile,
  };
}
