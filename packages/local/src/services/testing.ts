import type { AlarmStates } from '@breakwater/behaviour';
import { type defineSystem, type Plan, resolve, type ServicePlan } from '@breakwater/plan';
import type { DeploymentSnapshot } from '@breakwater/protocol';
import { createClock } from '../engine/clock.ts';
import { createService, type Service } from './service.ts';
import type { Launcher, Revision, ServiceTask } from './service-task.ts';

/** What the tasks of a revision do. */
export type Manner = 'good' | 'crashes' | 'never-starts' | 'never-healthy';

type ServiceOptions = Parameters<typeof defineSystem>[0]['services'][string];

/** A resolved plan with one service, `web`. */
export function planOf(options: Partial<ServiceOptions> = {}): Plan {
  const { plan, diagnostics } = resolve(
    {
      name: 'fake',
      region: 'eu-south-1',
      network: { zones: 3 },
      services: {
        web: { image: '.', routes: ['/*'], health: { path: '/health', grace: '0 s' }, ...options },
      },
    },
    { env: 'test' },
  );
  if (plan === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return plan;
}

/** Times of a fake task's life, in milliseconds. */
export const LIFE = { runningAfter: 2_000, healthyAfter: 5_000, unhealthyAfter: 30_000, stopTakes: 3_000 };

/** A service whose tasks are figures on a clock that is moved by hand. */
export interface World {
  readonly service: Service;
  readonly plan: ServicePlan;
  readonly launched: readonly ServiceTask[];
  readonly told: readonly { readonly deployment: DeploymentSnapshot; readonly message: string }[];
  /** Traffic shares each time the service said that they changed. */
  readonly traffic: readonly Readonly<Record<'blue' | 'green', number>>[];
  readonly lost: Set<string>;
  alarms: AlarmStates;
  deploy(manner?: Manner, plan?: ServicePlan): DeploymentSnapshot;
  /** Lets time pass in steps of a second; the check runs after each. */
  pass(seconds: number, check?: () => void): void;
  /** Up and not leaving. */
  up(): readonly ServiceTask[];
  healthy(): readonly ServiceTask[];
  /** The task's process ends by itself. */
  die(task: ServiceTask): void;
  /** The task fails its health checks from now on. */
  sicken(task: ServiceTask): void;
  now(): number;
}

export function createWorld(options: Partial<ServiceOptions> = {}, timeScale = 1): World {
  const plan = planOf(options).services['web'];
  if (plan === undefined) throw new Error('The plan has no service web.');
  let now = 1_000_000;
  let ids = 0;
  let revisions = 0;
  const manners = new Map<Revision, Manner>();
  const stopping = new Map<ServiceTask, number>();
  const launched: ServiceTask[] = [];
  const told: { deployment: DeploymentSnapshot; message: string }[] = [];
  const traffic: Readonly<Record<'blue' | 'green', number>>[] = [];
  const zones = ['a', 'b', 'c'];
  const lost = new Set<string>();

  const launcher: Launcher = {
    launch({ revision, slot, zone, capacityProvider }) {
      ids += 1;
      const task: ServiceTask = {
        id: `task-${ids}`,
        revision,
        slot,
        zone,
        capacityProvider,
        createdAt: now,
        host: '127.0.0.1',
        port: ids,
        pid: null,
        state: 'PROVISIONING',
        health: revision.plan.ingress === null ? null : 'initial',
        healthReason: null,
        startedAt: null,
        stoppedAt: null,
        stopCode: null,
        stoppedReason: null,
        exitCode: null,
        wasHealthy: false,
        leaving: false,
      };
      launched.push(task);
      return task;
    },
    stop(task, { stopCode, reason }) {
      if (task.state === 'STOPPED') return;
      task.stopCode = stopCode;
      task.stoppedReason = reason;
      task.state = 'DEACTIVATING';
      stopping.set(task, now + LIFE.stopTakes);
    },
  };
  const world: World = {
    plan,
    launched,
    told,
    traffic,
    lost,
    alarms: {},
    service: createService({
      plan,
      clock: createClock(timeScale, () => now),
      launcher,
      zones: () => zones.filter((zone) => !lost.has(zone)),
      alarmStates: () => world.alarms,
      onDeployment: (deployment, message) => told.push({ deployment, message }),
      onTraffic: () => traffic.push(world.service.traffic()),
    }),
    deploy(manner = 'good', changed = plan) {
      revisions += 1;
      const revision: Revision = {
        number: revisions,
        plan: changed,
        release: { revision: revisions, directory: `/releases/${revisions}`, immutable: true },
      };
      manners.set(revision, manner);
      return world.service.deploy(revision, 'A test deploys.');
    },
    pass(seconds, check = () => {}) {
      for (let i = 0; i < seconds; i += 1) {
        now += 1_000;
        for (const task of world.service.tasks()) age(task);
        world.service.reconcile();
        check();
      }
    },
    up: () => world.service.tasks().filter(({ state, leaving }) => state !== 'STOPPED' && !leaving),
    healthy: () => world.up().filter(({ health, state }) => state === 'RUNNING' && health === 'healthy'),
    die: (task) => end(task, 'Essential container in task exited'),
    sicken(task) {
      task.health = 'unhealthy';
      task.healthReason = 'Target.FailedHealthChecks';
      world.service.taskChanged(task);
    },
    now: () => now,
  };
  return world;

  function age(task: ServiceTask): void {
    if (task.state === 'STOPPED') return;
    const stopAt = stopping.get(task);
    if (stopAt !== undefined) {
      if (now >= stopAt) end(task, task.stoppedReason ?? '');
      return;
    }
    const manner = manners.get(task.revision) ?? 'good';
    const grown = now - task.createdAt;
    if (task.state === 'PROVISIONING' && grown >= LIFE.runningAfter) {
      if (manner === 'never-starts') {
        end(task, 'CannotStartContainerError');
        return;
      }
      task.state = 'RUNNING';
      task.startedAt = now;
      world.service.taskChanged(task);
    }
    if (task.state !== 'RUNNING') return;
    if (manner === 'crashes' && grown >= LIFE.runningAfter + 1_000) {
      end(task, 'It crashed');
      return;
    }
    if (task.health !== 'initial') return;
    if (manner === 'good' && grown >= LIFE.healthyAfter) task.health = 'healthy';
    else if (grown >= LIFE.unhealthyAfter) {
      task.health = 'unhealthy';
      task.healthReason = 'Target.Timeout';
    } else return;
    world.service.taskChanged(task);
  }

  function end(task: ServiceTask, reason: string): void {
    stopping.delete(task);
    task.state = 'STOPPED';
    task.health = null;
    task.stoppedAt = now;
    task.stoppedReason = reason;
    world.service.taskChanged(task);
  }
}

/** Whether neither deployment nor replacement is under way. */
export function isSteady({ service, healthy, up }: World): boolean {
  const { desired } = service.counts();
  return !service.isDeploying() && healthy().length === desired && up().length === desired;
}

/** Counts by a property. */
export function countBy<Item>(items: readonly Item[], key: (item: Item) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}
