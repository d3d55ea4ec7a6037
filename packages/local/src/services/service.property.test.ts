import { rollingDeadlock, rollingLimits } from '@breakwater/behaviour';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWorld, isSteady, type World } from './testing.ts';

type Event =
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'deploy'; readonly manner: 'good' | 'crashes' | 'never-starts' | 'never-healthy' }
  | { readonly kind: 'scale'; readonly desired: number }
  | { readonly kind: 'die' | 'sicken' | 'reclaim'; readonly which: number }
  | { readonly kind: 'lose' | 'restore'; readonly zone: 'a' | 'b' | 'c' };

const events: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 40 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('deploy' as const),
      manner: fc.constantFrom('good', 'good', 'crashes', 'never-starts', 'never-healthy'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('scale' as const), desired: fc.nat(8) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('die', 'sicken', 'reclaim'), which: fc.nat(20) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('lose', 'restore'), zone: fc.constantFrom('a', 'b', 'c') }),
  },
);

const percentages = fc.constantFrom<readonly [number, number]>(
  [100, 200],
  [50, 200],
  [50, 100],
  [0, 100],
  [75, 150],
  [100, 150],
);
const strategies = fc.constantFrom('rolling', 'rolling', 'blue-green', 'canary', 'linear');

function happen(world: World, event: Event): void {
  const { service } = world;
  const pick = (index: number) => world.up()[index % Math.max(1, world.up().length)];
  switch (event.kind) {
    case 'pass':
      return;
    case 'deploy':
      world.deploy(event.manner);
      return;
    case 'scale':
      service.setDesired(event.desired);
      return;
    case 'die': {
      const task = pick(event.which);
      if (task !== undefined) world.die(task);
      return;
    }
    case 'sicken': {
      const task = pick(event.which);
      if (task?.state === 'RUNNING') world.sicken(task);
      return;
    }
    case 'reclaim': {
      const task = pick(event.which);
      if (task !== undefined) service.stopTask(task, { stopCode: 'SpotInterruption', reason: 'Spot' });
      return;
    }
    case 'lose':
      world.lost.add(event.zone);
      for (const task of world.up()) if (task.zone === event.zone) world.die(task);
      return;
    case 'restore':
      world.lost.delete(event.zone);
  }
}

describe('the scheduler, whatever happens', () => {
  it('keeps both bounds by its own doing, leaks nothing and comes to rest', () => {
    fc.assert(
      fc.property(
        fc.array(events, { maxLength: 30 }),
        percentages,
        strategies,
        (happenings, [minimumHealthy, maximum], strategy) => {
          const world = createWorld({
            scaling: { tasks: 3 },
            capacity: { spot: 70, onDemand: { weight: 30, base: 1 } },
            deployment:
              strategy === 'rolling'
                ? { minimumHealthy, maximum }
                : {
                    strategy,
                    bake: '1 min',
                    canary: { bake: '1 min' },
                    linear: { percent: 50, bake: '1 min' },
                  },
          });
          world.deploy();
          world.pass(100);
          // What the scheduler itself does in one go: compared before and after, without anything else happening.
          const reconcile = () => {
            const desired = world.service.counts().desired;
            const { lower, upper } =
              strategy === 'rolling'
                ? rollingLimits(desired, minimumHealthy, maximum)
                : { lower: desired, upper: 3 * desired };
            const healthy = world.healthy().length;
            const up = world.up().length;
            world.service.reconcile();
            expect(world.healthy().length).toBeGreaterThanOrEqual(Math.min(healthy, lower));
            expect(world.up().length).toBeLessThanOrEqual(Math.max(up, upper, desired));
          };
          for (const event of happenings) {
            happen(world, event);
            reconcile();
            if (event.kind === 'pass') world.pass(event.seconds, reconcile);
          }
          world.lost.clear();
          // With one task and these percentages ECS cannot move either, for ever.
          const { desired } = world.service.counts();
          if (rollingDeadlock(desired, minimumHealthy, maximum) !== undefined) world.service.setDesired(4);
          // Back-off waits up to 15 minutes, bakes up to 3.
          for (let i = 0; i < 40 && !isSteady(world); i += 1) world.pass(60);
          // With no task wanted, a bad revision is deployed without anybody noticing.
          const deployed = happenings.filter(({ kind }) => kind === 'deploy')[world.service.revision() - 2];
          if (deployed?.kind === 'deploy' && deployed.manner !== 'good') {
            world.deploy();
            world.pass(400);
          }
          expect(isSteady(world)).toBe(true);
          // The zones that came back are filled again, one task after the other.
          world.pass(300);
          expect(isSteady(world)).toBe(true);
          const serving = world.service.revision();
          expect(world.up().every(({ revision }) => revision.number === serving)).toBe(true);
          // Nothing that was launched is neither in the service's list nor at its end.
          const known = new Set(world.service.tasks());
          for (const task of world.launched) expect(task.state === 'STOPPED' || known.has(task)).toBe(true);
          expect(world.service.tasks()).toHaveLength(world.service.counts().desired);
          expect(world.service.deployments().length).toBeLessThanOrEqual(20);
          const share = world.service.traffic();
          const slots = new Set(world.up().map(({ slot }) => slot));
          if (slots.size > 0) expect([...slots].map((slot) => share[slot])).toEqual([100]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
