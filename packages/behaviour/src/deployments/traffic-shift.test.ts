import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TrafficStrategy } from './traffic-plan.ts';
import { trafficSteps, trafficStrategyProblem } from './traffic-plan.ts';
import type { DeploymentStage, TrafficShiftInput, TrafficShiftState } from './traffic-shift.ts';
import {
  DEPLOYMENT_STAGES,
  HOOK_STAGES,
  nextTrafficShiftAt,
  startTrafficShift,
  stepTrafficShift,
  trafficShiftWants,
} from './traffic-shift.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const blueGreen: TrafficStrategy = { kind: 'BLUE_GREEN', bakeMs: 5 * MINUTE };
const canary: TrafficStrategy = {
  kind: 'CANARY',
  canaryPercent: 5,
  canaryBakeMs: 10 * MINUTE,
  bakeMs: 5 * MINUTE,
};
const linear: TrafficStrategy = { kind: 'LINEAR', stepPercent: 40, stepBakeMs: 6 * MINUTE, bakeMs: 0 };

const running: Omit<TrafficShiftInput, 'now'> = { desired: 2, greenHealthy: 2, greenTasks: 2, blueTasks: 2 };
const step = (
  strategy: TrafficStrategy,
  state: TrafficShiftState,
  now: number,
  more: Partial<TrafficShiftInput> = {},
) => stepTrafficShift(strategy, state, { ...running, now, ...more });

describe('the traffic steps', () => {
  it('are one for blue/green, two for canary and as many as needed for linear', () => {
    expect(trafficSteps(blueGreen)).toEqual([{ greenPercent: 100, bakeMs: 0 }]);
    expect(trafficSteps(canary)).toEqual([
      { greenPercent: 5, bakeMs: 10 * MINUTE },
      { greenPercent: 100, bakeMs: 0 },
    ]);
    expect(trafficSteps(linear)).toEqual([
      { greenPercent: 40, bakeMs: 6 * MINUTE },
      { greenPercent: 80, bakeMs: 6 * MINUTE },
      { greenPercent: 100, bakeMs: 0 },
    ]);
    expect(trafficSteps({ ...linear, stepPercent: 10 })).toHaveLength(10);
    const thirds = trafficSteps({ ...linear, stepPercent: 33.3 });
    expect(thirds.map((one) => one.greenPercent)).toEqual([33.3, 66.6, 99.9, 100]);
  });

  it('grow without exception and end at 100 percent', () => {
    const strategies = fc.oneof(
      fc
        .integer({ min: 1, max: 1_000 })
        .map((tenths): TrafficStrategy => ({ ...canary, canaryPercent: tenths / 10 })),
      fc
        .integer({ min: 30, max: 1_000 })
        .map((tenths): TrafficStrategy => ({ ...linear, stepPercent: tenths / 10 })),
    );
    fc.assert(
      fc.property(strategies, (strategy) => {
        const percents = trafficSteps(strategy).map((one) => one.greenPercent);
        expect(percents.at(-1)).toBe(100);
        percents.forEach((percent, index) => {
          expect(percent).toBeGreaterThan(percents[index - 1] ?? 0);
        });
        expect(trafficStrategyProblem(strategy)).toBeUndefined();
      }),
    );
  });

  it('have the documented ranges', () => {
    expect(trafficStrategyProblem({ ...canary, canaryPercent: 0 })).toContain('canary percent');
    expect(trafficStrategyProblem({ ...linear, stepPercent: 2.9 })).toContain('step percent');
    expect(trafficStrategyProblem({ ...blueGreen, bakeMs: 1_441 * MINUTE })).toContain('bake time');
  });
});

describe('a blue/green deployment', () => {
  it('goes through the stages in order, each only when the one before is done', () => {
    const start = startTrafficShift(0);
    expect(start.stage).toBe('PRE_SCALE_UP');
    const scaling = step(blueGreen, start, 1, { greenHealthy: 1 });
    expect(scaling).toMatchObject({ stage: 'SCALE_UP', greenPercent: 0 });
    expect(step(blueGreen, scaling, 2, { greenHealthy: 1 })).toBe(scaling);
    const baking = step(blueGreen, scaling, 3);
    expect(baking).toMatchObject({
      stage: 'BAKE_TIME',
      greenPercent: 100,
      testGreenPercent: 100,
      stageSince: 3,
    });
    expect(nextTrafficShiftAt(blueGreen, baking)).toBe(3 + 5 * MINUTE);
    expect(step(blueGreen, baking, 2 + 5 * MINUTE)).toBe(baking);
    const cleaning = step(blueGreen, baking, 3 + 5 * MINUTE);
    expect(cleaning.stage).toBe('CLEAN_UP');
    expect(step(blueGreen, cleaning, 4 + 5 * MINUTE)).toBe(cleaning);
    expect(step(blueGreen, cleaning, 5 + 5 * MINUTE, { blueTasks: 0 })).toMatchObject({
      status: 'SUCCESSFUL',
      greenPercent: 100,
    });
  });

  it('reconciles first only when several revisions are active', () => {
    expect(startTrafficShift(0, 2).stage).toBe('RECONCILE_SERVICE');
  });

  it('waits at every stage with a hook for its answer', () => {
    const seen: DeploymentStage[] = [];
    let state = startTrafficShift(0, 2);
    for (let turn = 1; state.stage !== 'BAKE_TIME'; turn++) {
      state = step(blueGreen, state, turn, { hooks: 'pending' });
      if (seen.at(-1) !== state.stage) seen.push(state.stage);
      state = step(blueGreen, state, turn, { hooks: 'succeeded' });
    }
    expect(seen).toEqual(DEPLOYMENT_STAGES.filter((stage) => HOOK_STAGES[stage] !== undefined));
  });

  it('runs green at 100 percent of desired beside blue until clean-up', () => {
    const at = (stage: DeploymentStage) => trafficShiftWants({ ...startTrafficShift(0), stage }, 3);
    expect(at('PRE_SCALE_UP')).toEqual({ greenTasks: 0, blueTasks: 3 });
    expect(at('SCALE_UP')).toEqual({ greenTasks: 3, blueTasks: 3 });
    expect(at('BAKE_TIME')).toEqual({ greenTasks: 3, blueTasks: 3 });
    expect(at('CLEAN_UP')).toEqual({ greenTasks: 3, blueTasks: 0 });
    expect(trafficShiftWants({ ...startTrafficShift(0), status: 'ROLLING_BACK' }, 3)).toEqual({
      greenTasks: 0,
      blueTasks: 3,
    });
  });
});

describe('canary and linear deployments', () => {
  it('hold each step for its bake time', () => {
    const first = step(canary, startTrafficShift(0), 0);
    expect(first).toMatchObject({ stage: 'PRODUCTION_TRAFFIC_SHIFT', greenPercent: 5, step: 0 });
    expect(nextTrafficShiftAt(canary, first)).toBe(10 * MINUTE);
    expect(step(canary, first, 10 * MINUTE - 1)).toBe(first);
    expect(step(canary, first, 10 * MINUTE)).toMatchObject({ stage: 'BAKE_TIME', greenPercent: 100 });
  });

  it('ask the hook before every production step', () => {
    let state = step(linear, startTrafficShift(0), 0, { hooks: 'pending' });
    let asked = 0;
    for (let now = 0; state.stage !== 'CLEAN_UP' && now < HOUR; now += MINUTE) {
      if (state.stage === 'PRE_PRODUCTION_TRAFFIC_SHIFT') asked++;
      state = step(linear, state, now, { hooks: 'succeeded' });
    }
    expect(asked).toBe(3);
    expect(state.stage).toBe('CLEAN_UP');
  });

  it('never take traffic from green except to roll back', () => {
    let state = startTrafficShift(0);
    let last = 0;
    for (let now = 0; now < HOUR; now += MINUTE) {
      state = step(linear, state, now, { blueTasks: state.stage === 'CLEAN_UP' ? 0 : 2 });
      expect(state.greenPercent).toBeGreaterThanOrEqual(last);
      last = state.greenPercent;
    }
    expect(state.status).toBe('SUCCESSFUL');
  });
});

describe('a rollback', () => {
  it('gives all traffic back to blue at any stage before clean-up', () => {
    for (const stage of DEPLOYMENT_STAGES) {
      const state = { ...startTrafficShift(0), stage, greenPercent: 60, testGreenPercent: 100 };
      const next = step(linear, state, 1, { failure: 'the alarm "errors" is in ALARM' });
      if (stage === 'CLEAN_UP') expect(next.status).toBe('IN_PROGRESS');
      else {
        expect(next).toMatchObject({ status: 'ROLLING_BACK', greenPercent: 0, testGreenPercent: 0 });
        expect(step(linear, next, 2, { greenTasks: 0 }).status).toBe('ROLLED_BACK');
      }
    }
  });

  it('follows a failed hook and a stage that lasts more than 24 hours', () => {
    expect(step(blueGreen, startTrafficShift(0), 1, { hooks: 'failed' }).failure).toContain('PRE_SCALE_UP');
    const scaling = step(blueGreen, startTrafficShift(0), 0, { greenHealthy: 0 });
    expect(step(blueGreen, scaling, 24 * HOUR, { greenHealthy: 0 }).status).toBe('IN_PROGRESS');
    expect(step(blueGreen, scaling, 24 * HOUR + 1, { greenHealthy: 0 })).toMatchObject({
      status: 'ROLLING_BACK',
      failure: 'SCALE_UP took longer than 24 hours.',
    });
  });
});
