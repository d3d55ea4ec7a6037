import { rollingLimits, splitByCapacityProvider } from '@breakwater/behaviour';
import { describe, expect, it } from 'vitest';
import { countBy, createWorld, isSteady, LIFE, type Manner, planOf, type World } from './testing.ts';

const scaling = (desired: number) => ({ scaling: { tasks: desired } });

function running(desired: number, options: Parameters<typeof createWorld>[0] = {}): World {
  const world = createWorld({ ...scaling(desired), ...options });
  world.deploy();
  // With alarms a deployment bakes for three minutes.
  world.pass(world.plan.deployment.rollbackAlarms.length > 0 ? 200 : 20);
  expect(isSteady(world)).toBe(true);
  return world;
}

/** Checks both bounds of a rolling deployment: healthy tasks of any revision, and all tasks that are not leaving. */
function holdBounds(world: World, minimum: number, maximum: number): () => void {
  const { lower, upper } = rollingLimits(world.service.counts().desired, minimum, maximum);
  return () => {
    expect(world.healthy().length).toBeGreaterThanOrEqual(lower);
    expect(world.up().length).toBeLessThanOrEqual(upper);
  };
}

const last = (world: World) => world.service.deployments().at(-1);
const revisions = (world: World) => countBy(world.up(), ({ revision }) => String(revision.number));

describe('a rolling deployment', () => {
  it.each([
    [1, 100, 200],
    [2, 50, 200],
    [4, 50, 100],
    [4, 0, 100],
    [5, 100, 120],
    [7, 66, 133],
    [10, 100, 200],
  ])('of %i tasks with %i to %i percent keeps both bounds and completes', (desired, minimum, maximum) => {
    const world = running(desired, { deployment: { minimumHealthy: minimum, maximum } });
    world.deploy();
    world.pass(120, holdBounds(world, minimum, maximum));
    expect(last(world)).toMatchObject({ state: 'COMPLETED', revision: 2, trafficPercent: 100 });
    expect(revisions(world)).toEqual({ 2: desired });
    expect(isSteady(world)).toBe(true);
    expect(world.service.problem()).toBeNull();
  });

  it('that can move nothing says why', () => {
    const plan = planOf({ ...scaling(2), deployment: { minimumHealthy: 50, maximum: 200 } }).services['web'];
    const world = running(2);
    if (plan === undefined) throw new Error('no plan');
    const stuck = {
      ...plan,
      deployment: { ...plan.deployment, minimumHealthyPercent: 100, maximumPercent: 100 },
    };
    world.deploy('good', stuck);
    world.pass(30);
    expect(last(world)?.state).toBe('IN_PROGRESS');
    expect(world.service.problem()).toContain('can neither stop nor start a task');
  });

  it.each<Manner>(['crashes', 'never-starts', 'never-healthy'])(
    'whose tasks end as "%s" goes back to the revision before, and no healthy task was lost',
    (manner) => {
      const world = running(2);
      world.deploy(manner);
      world.pass(400, holdBounds(world, 100, 200));
      expect(last(world)).toMatchObject({ state: 'ROLLED_BACK', revision: 2 });
      expect(last(world)?.failedTasks).toBeGreaterThanOrEqual(3);
      expect(last(world)?.reason).toContain('circuit breaker');
      expect(revisions(world)).toEqual({ 1: 2 });
      expect(world.service.revision()).toBe(1);
      expect(world.service.plan()).toBe(world.plan);
      expect(world.service.problem()).toContain('circuit breaker');
      world.deploy();
      world.pass(60);
      expect(last(world)?.state).toBe('COMPLETED');
      expect(world.service.problem()).toBeNull();
    },
  );

  it('gives a rollback the release and the plan of the revision before', () => {
    const world = running(2);
    const changed = planOf({ ...scaling(2), environment: { A: 'new' } }).services['web'];
    world.deploy('crashes', changed);
    world.pass(2);
    for (const task of world.healthy()) if (task.revision.number === 1) world.die(task);
    world.pass(60);
    expect(world.healthy().map(({ revision }) => revision.release.directory)).toEqual([
      '/releases/1',
      '/releases/1',
    ]);
    expect(world.service.plan()).toBe(world.plan);
  });

  it('that is the first and fails stalls: FAILED, nothing runs, and the reason is told', () => {
    const world = createWorld(scaling(2));
    world.deploy('crashes');
    world.pass(60);
    expect(last(world)).toMatchObject({ state: 'FAILED' });
    expect(world.service.problem()).toContain('no earlier revision to go back to');
    expect(world.service.problem()).toContain('It crashed');
    expect(world.up()).toEqual([]);
    const count = world.launched.length;
    world.pass(600);
    expect(world.launched).toHaveLength(count);
  });

  it('without a circuit breaker goes on for ever, ever more slowly when tasks never run', () => {
    const world = createWorld({ ...scaling(1), deployment: { circuitBreaker: false } });
    world.deploy('never-starts');
    world.pass(3_600);
    // 0 s, 0 s, 10 s, 20 s, 40 s … 15 min.
    expect(world.launched.length).toBeGreaterThanOrEqual(9);
    expect(world.launched.length).toBeLessThanOrEqual(12);
    expect(last(world)?.state).toBe('IN_PROGRESS');
  });

  it('pauses between tasks that crash, so that the machine is not kept busy', () => {
    const world = createWorld({ ...scaling(1), deployment: { circuitBreaker: false } });
    world.deploy('crashes');
    world.pass(600);
    expect(world.launched.length).toBeLessThan(60);
    expect(world.service.tasks().length).toBeLessThan(30);
  });

  it('is superseded by a newer one, and only the newest remains', () => {
    const world = running(3);
    world.deploy('never-healthy');
    world.pass(4, holdBounds(world, 100, 200));
    world.deploy();
    world.pass(60, holdBounds(world, 100, 200));
    const [, second, third] = world.service.deployments();
    expect(second).toMatchObject({ state: 'FAILED', reason: 'Superseded by revision 3.' });
    expect(third).toMatchObject({ state: 'COMPLETED' });
    expect(revisions(world)).toEqual({ 3: 3 });
  });

  it('follows the desired count when it changes meanwhile', () => {
    const world = running(2);
    world.deploy();
    world.pass(3);
    world.service.setDesired(5);
    world.pass(60);
    expect(revisions(world)).toEqual({ 2: 5 });
    world.deploy();
    world.pass(3);
    world.service.setDesired(1);
    world.pass(60);
    expect(revisions(world)).toEqual({ 3: 1 });
    expect(isSteady(world)).toBe(true);
  });

  it('goes back when an alarm that it listens to fires, also while it bakes', () => {
    const world = running(2, {
      alarms: { errors: 1 },
      deployment: { rollbackOn: ['errors'], circuitBreaker: false },
    });
    const alarm = world.plan.deployment.rollbackAlarms[0] ?? '';
    world.deploy();
    world.pass(60);
    expect(last(world)?.state).toBe('IN_PROGRESS');
    world.alarms = { [alarm]: 'ALARM' };
    world.pass(60, holdBounds(world, 100, 200));
    expect(last(world)?.state).toBe('ROLLED_BACK');
    expect(last(world)?.reason).toContain(alarm);
    expect(revisions(world)).toEqual({ 1: 2 });
    // An alarm that is in ALARM already is ignored by the next deployment.
    world.deploy();
    world.pass(60);
    expect(last(world)?.state).toBe('COMPLETED');
    expect(world.service.problem()).toBeNull();
  });

  it('of no tasks completes at once, and tasks come when they are wanted', () => {
    const world = createWorld(scaling(1));
    world.service.setDesired(0);
    world.deploy();
    world.pass(2);
    expect(last(world)?.state).toBe('COMPLETED');
    expect(world.launched).toEqual([]);
    world.service.setDesired(2);
    world.pass(20);
    expect(isSteady(world)).toBe(true);
    world.service.setDesired(0);
    world.pass(10);
    expect(world.up()).toEqual([]);
  });
});

describe('a service in steady state', () => {
  it('has the split over capacity providers and zones at every count from 1 to 10', () => {
    const world = running(1, { capacity: { spot: 70, onDemand: { weight: 30, base: 1 } } });
    const check = (count: number) => {
      world.service.setDesired(count);
      world.pass(60);
      const expected = splitByCapacityProvider(
        world.plan.capacity.map(({ provider, base, weight }) => ({
          capacityProvider: provider,
          base,
          weight,
        })),
        count,
      );
      const split = countBy(world.up(), (task) => task.capacityProvider);
      expect({ FARGATE: 0, FARGATE_SPOT: 0, ...split }).toEqual(expected);
      for (const provider of ['FARGATE', 'FARGATE_SPOT']) {
        const tasks = world.up().filter((task) => task.capacityProvider === provider);
        const zones = Object.values({ a: 0, b: 0, c: 0, ...countBy(tasks, ({ zone }) => zone) });
        expect(Math.max(...zones) - Math.min(...zones)).toBeLessThanOrEqual(1);
      }
    };
    for (let count = 2; count <= 10; count += 1) check(count);
    for (let count = 9; count >= 1; count -= 1) check(count);
  });

  it('keeps the base on demand through a deployment of a single task', () => {
    const world = running(1, { capacity: { spot: 70, onDemand: { weight: 30, base: 1 } } });
    world.deploy();
    world.pass(30);
    expect(world.up().map(({ capacityProvider }) => capacityProvider)).toEqual(['FARGATE']);
  });

  it('replaces a task that died, and says nothing of it once all is well again', () => {
    const world = running(2);
    const [victim] = world.healthy();
    if (victim === undefined) throw new Error('no task');
    world.die(victim);
    world.pass(1);
    expect(world.up()).toHaveLength(2);
    expect(world.service.problem()).toContain('Essential container');
    world.pass(20);
    expect(isSteady(world)).toBe(true);
    expect(world.service.problem()).toBeNull();
    world.pass(61);
    expect(world.service.tasks()).toHaveLength(2);
  });

  it('replaces an unhealthy task start-first', () => {
    const world = running(2);
    const [sick] = world.healthy();
    if (sick === undefined) throw new Error('no task');
    world.sicken(sick);
    world.pass(1);
    expect(sick.leaving).toBe(false);
    expect(world.up()).toHaveLength(3);
    world.pass(LIFE.healthyAfter / 1_000 + 1);
    expect(sick.leaving).toBe(true);
    expect(isSteady(world)).toBe(true);
  });

  it('replaces an unhealthy task stop-first where the maximum is 100 percent', () => {
    const world = running(2, { deployment: { minimumHealthy: 50, maximum: 100 } });
    const [sick] = world.healthy();
    if (sick === undefined) throw new Error('no task');
    world.sicken(sick);
    world.pass(1);
    expect(sick.leaving).toBe(true);
    world.pass(20, () => expect(world.up().length).toBeLessThanOrEqual(2));
    expect(isSteady(world)).toBe(true);
  });

  it('replaces Spot tasks that were taken back, with Spot tasks', () => {
    const world = running(4, { capacity: { spot: 70, onDemand: { weight: 30, base: 1 } } });
    for (const task of world.up().filter(({ capacityProvider }) => capacityProvider === 'FARGATE_SPOT')) {
      world.service.stopTask(task, {
        stopCode: 'SpotInterruption',
        reason: 'Your Spot Task was interrupted.',
      });
    }
    world.pass(20);
    expect(isSteady(world)).toBe(true);
    expect(countBy(world.up(), ({ capacityProvider }) => capacityProvider)).toEqual({
      FARGATE: 2,
      FARGATE_SPOT: 2,
    });
  });

  it('moves to the other zones when one is lost, and back when it returns, never below the desired count', () => {
    const world = running(3);
    world.lost.add('b');
    for (const task of world.up().filter(({ zone }) => zone === 'b')) world.die(task);
    world.pass(20);
    expect(isSteady(world)).toBe(true);
    expect(world.up().every(({ zone }) => zone !== 'b')).toBe(true);
    world.lost.clear();
    world.pass(60, () => {
      expect(world.healthy().length).toBeGreaterThanOrEqual(3);
      expect(world.up().length).toBeLessThanOrEqual(4);
    });
    expect(countBy(world.up(), ({ zone }) => zone)).toEqual({ a: 1, b: 1, c: 1 });
    expect(isSteady(world)).toBe(true);
  });

  it('does not rebalance above what the maximum percent allows', () => {
    const world = running(2, { deployment: { minimumHealthy: 50, maximum: 120 } });
    world.lost.add('b').add('c');
    for (const task of world.up()) world.die(task);
    world.pass(20);
    world.lost.clear();
    world.pass(60, () => expect(world.up().length).toBeLessThanOrEqual(2));
  });

  it('waits for a zone when all are lost', () => {
    const world = running(2);
    for (const zone of ['a', 'b', 'c']) world.lost.add(zone);
    for (const task of world.up()) world.die(task);
    world.pass(30);
    expect(world.up()).toEqual([]);
    world.lost.delete('c');
    world.pass(20);
    expect(isSteady(world)).toBe(true);
  });

  it('of a worker without a target group counts a task as healthy 40 s after its start', () => {
    const { service, ...world } = (() => {
      const created = createWorld({ ...scaling(2) });
      const plan = { ...created.plan, ingress: null };
      created.deploy('good', plan);
      return created;
    })();
    world.pass(41);
    expect(service.counts()).toMatchObject({ running: 2, healthy: 0 });
    world.pass(2);
    expect(service.counts()).toMatchObject({ running: 2, healthy: 2 });
    expect(service.deployments().at(-1)?.state).toBe('COMPLETED');
  });
});
