import { describe, expect, it } from 'vitest';
import { countBy, createWorld, isSteady, type Manner, type World } from './testing.ts';

type Strategy = 'blue-green' | 'canary' | 'linear';
const DEPLOYMENTS = {
  'blue-green': { strategy: 'blue-green', bake: '2 min' },
  canary: { strategy: 'canary', canary: { percent: 10, bake: '1 min' }, bake: '2 min' },
  linear: { strategy: 'linear', linear: { percent: 25, bake: '1 min' }, bake: '2 min' },
} as const;

function running(strategy: Strategy, timeScale = 1): World {
  const world = createWorld(
    {
      scaling: { tasks: 2 },
      alarms: { errors: 1 },
      deployment: { ...DEPLOYMENTS[strategy], rollbackOn: ['errors'] },
    },
    timeScale,
  );
  world.deploy();
  world.pass(400);
  expect(world.service.deployments().at(-1)?.state).toBe('COMPLETED');
  expect(isSteady(world)).toBe(true);
  return world;
}

const last = (world: World) => world.service.deployments().at(-1);

/** Whatever gets traffic has all of its tasks healthy. */
function serves(world: World): () => void {
  return () => {
    const traffic = world.service.traffic();
    expect(traffic.blue + traffic.green).toBe(100);
    for (const slot of ['blue', 'green'] as const) {
      if (traffic[slot] === 0) continue;
      expect(world.healthy().filter((task) => task.slot === slot).length).toBeGreaterThanOrEqual(2);
    }
  };
}

describe('a staged deployment', () => {
  it.each<[Strategy, readonly number[]]>([
    ['blue-green', [100]],
    ['canary', [10, 100]],
    ['linear', [25, 50, 75, 100]],
  ])('%s shifts the traffic step by step and ends on the other target group', (strategy, steps) => {
    const world = running(strategy);
    const before = world.traffic.length;
    world.deploy();
    const stages = new Set<string | null>();
    world.pass(700, () => {
      serves(world)();
      stages.add(last(world)?.stage ?? null);
    });
    expect(last(world)).toMatchObject({ state: 'COMPLETED', trafficPercent: 100 });
    expect(world.traffic.slice(before).map(({ green }) => green)).toEqual([...steps, 100]);
    expect(stages).toContain('BAKE_TIME');
    expect(world.service.traffic()).toEqual({ blue: 0, green: 100 });
    expect(countBy(world.up(), ({ slot }) => slot)).toEqual({ green: 2 });
    expect(isSteady(world)).toBe(true);
    // And back to the first target group with the next one.
    world.deploy();
    world.pass(700, serves(world));
    expect(world.service.traffic()).toEqual({ blue: 100, green: 0 });
    expect(countBy(world.up(), ({ revision }) => String(revision.number))).toEqual({ 3: 2 });
  });

  it.each<[Strategy, Manner]>([
    ['blue-green', 'never-healthy'],
    ['canary', 'crashes'],
    ['linear', 'never-starts'],
  ])('%s of a revision whose tasks end as "%s" gives it no traffic and takes it back', (strategy, manner) => {
    const world = running(strategy);
    world.deploy(manner);
    world.pass(500, () => {
      serves(world)();
      expect(world.service.traffic().blue).toBe(100);
    });
    expect(last(world)).toMatchObject({ state: 'ROLLED_BACK', trafficPercent: 0 });
    expect(countBy(world.up(), ({ revision }) => String(revision.number))).toEqual({ 1: 2 });
    expect(world.service.revision()).toBe(1);
  });

  it.each<Strategy>(['blue-green', 'canary', 'linear'])(
    '%s gives all traffic back at once when an alarm fires in the middle',
    (strategy) => {
      const world = running(strategy);
      const alarm = world.plan.deployment.rollbackAlarms[0] ?? '';
      world.deploy();
      world.pass(30, serves(world));
      expect(world.service.traffic().green).toBeGreaterThan(0);
      world.alarms = { [alarm]: 'ALARM' };
      world.pass(1);
      expect(world.service.traffic()).toEqual({ blue: 100, green: 0 });
      world.pass(60, serves(world));
      expect(last(world)?.state).toBe('ROLLED_BACK');
      expect(last(world)?.reason).toContain(alarm);
      expect(isSteady(world)).toBe(true);
    },
  );

  it('bakes faster by the time scale', () => {
    const world = running('canary', 60);
    world.deploy();
    world.pass(20);
    expect(last(world)?.state).toBe('COMPLETED');
  });

  it('that is superseded gives its traffic back before the next one begins', () => {
    const world = running('canary');
    world.deploy();
    world.pass(30, serves(world));
    expect(world.service.traffic().green).toBe(10);
    world.deploy();
    expect(world.service.traffic()).toEqual({ blue: 100, green: 0 });
    world.pass(700, serves(world));
    expect(countBy(world.up(), ({ revision }) => String(revision.number))).toEqual({ 3: 2 });
    expect(world.service.deployments().map(({ state }) => state)).toEqual([
      'COMPLETED',
      'FAILED',
      'COMPLETED',
    ]);
  });

  it('that is superseded while the old tasks are removed keeps the new ones serving', () => {
    const world = running('blue-green');
    world.deploy();
    for (let i = 0; i < 700 && last(world)?.stage !== 'CLEAN_UP'; i += 1) world.pass(1);
    expect(last(world)?.stage).toBe('CLEAN_UP');
    world.deploy();
    expect(world.service.traffic()).toEqual({ blue: 0, green: 100 });
    world.pass(700, serves(world));
    expect(world.service.deployments().map(({ state }) => state)).toEqual([
      'COMPLETED',
      'COMPLETED',
      'COMPLETED',
    ]);
    expect(world.service.traffic()).toEqual({ blue: 100, green: 0 });
  });

  it('follows the desired count on both sides', () => {
    const world = running('blue-green');
    world.deploy();
    world.pass(30);
    world.service.setDesired(4);
    world.pass(20);
    expect(countBy(world.healthy(), ({ slot }) => slot)).toEqual({ blue: 4, green: 4 });
    world.service.setDesired(1);
    world.pass(700);
    expect(countBy(world.up(), ({ slot }) => slot)).toEqual({ green: 1 });
  });
});
