import type { TrafficStrategy } from './traffic-plan.ts';
import { trafficSteps } from './traffic-plan.ts';

/** Lifecycle stages in order. @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html */
export const DEPLOYMENT_STAGES = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'CLEAN_UP',
] as const;

/** One lifecycle stage. */
export type DeploymentStage = (typeof DEPLOYMENT_STAGES)[number];

/** Stages at which a lifecycle hook may run: Lambda function, and pause where marked. Documented (ECS-BG). */
export const HOOK_STAGES: Readonly<Partial<Record<DeploymentStage, 'lambda' | 'lambda-or-pause'>>> = {
  RECONCILE_SERVICE: 'lambda-or-pause',
  PRE_SCALE_UP: 'lambda-or-pause',
  POST_SCALE_UP: 'lambda-or-pause',
  TEST_TRAFFIC_SHIFT: 'lambda',
  POST_TEST_TRAFFIC_SHIFT: 'lambda-or-pause',
  PRE_PRODUCTION_TRAFFIC_SHIFT: 'lambda-or-pause',
  PRODUCTION_TRAFFIC_SHIFT: 'lambda',
  POST_PRODUCTION_TRAFFIC_SHIFT: 'lambda-or-pause',
};

/** Time limits in milliseconds. Documented: {@link https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html}. */
export const DEPLOYMENT_TIME_LIMITS = {
  /** Per stage and per traffic step; then the deployment fails and rolls back. */
  stageMs: 24 * 3_600_000,
  /** CloudFormation's limit on the whole deployment. */
  cloudFormationMs: 36 * 3_600_000,
  /** A pause hook, by default and at most. */
  pauseDefaultMs: 1_440 * 60_000,
  pauseMaxMs: 20_160 * 60_000,
  /** The whole deployment. */
  overallMs: 30 * 24 * 3_600_000,
  /** A Lambda hook must answer within this time. */
  hookAnswerMs: 15 * 60_000,
  /** Added to both shift stages by a Network Load Balancer. */
  networkLoadBalancerShiftMs: 10 * 60_000,
} as const;

/** Where a deployment with two target groups stands. Plain data; times in milliseconds. */
export interface TrafficShiftState {
  readonly status: 'IN_PROGRESS' | 'SUCCESSFUL' | 'ROLLING_BACK' | 'ROLLED_BACK';
  readonly stage: DeploymentStage;
  /** Production shift that is next or under way, from 0. */
  readonly step: number;
  readonly startedAt: number;
  readonly stageSince: number;
  /** Share of production traffic on green, in percent. Blue has the rest. */
  readonly greenPercent: number;
  /** Share of test traffic on green, in percent. */
  readonly testGreenPercent: number;
  /** Why it rolls back; undefined otherwise. */
  readonly failure: string | undefined;
}

/** What is true now. */
export interface TrafficShiftInput {
  readonly now: number;
  readonly desired: number;
  /** Healthy tasks of the new (green) revision. */
  readonly greenHealthy: number;
  /** Tasks of the new revision in any state; asked for at the end of a rollback. */
  readonly greenTasks: number;
  /** Tasks of the old (blue) revision in any state; asked for in CLEAN_UP. */
  readonly blueTasks: number;
  /** Answer of the hooks of the current stage. Default `none`. */
  readonly hooks?: 'none' | 'pending' | 'succeeded' | 'failed';
  /** Set when the deployment must be rolled back now: an alarm, the circuit breaker, StopServiceDeployment. */
  readonly failure?: string | undefined;
}

/** What the deployment wants of the service now. */
export interface TrafficShiftWants {
  readonly greenTasks: number;
  readonly blueTasks: number;
}

/**
 * A deployment at its start.
 * @param activeRevisions ACTIVE revisions at the start; RECONCILE_SERVICE is entered only with more than one
 */
export function startTrafficShift(now: number, activeRevisions = 1): TrafficShiftState {
  return {
    status: 'IN_PROGRESS',
    stage: activeRevisions > 1 ? 'RECONCILE_SERVICE' : 'PRE_SCALE_UP',
    step: 0,
    startedAt: now,
    stageSince: now,
    greenPercent: 0,
    testGreenPercent: 0,
    failure: undefined,
  };
}

/**
 * Moves a deployment on as far as it can go now: through every stage whose condition holds. Returns the same object
 * when nothing changes. A failure before CLEAN_UP gives all traffic back to blue at once and then removes green.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html
 */
export function stepTrafficShift(
  strategy: TrafficStrategy,
  state: TrafficShiftState,
  input: TrafficShiftInput,
): TrafficShiftState {
  let current = stepOnce(strategy, state, input);
  if (current === state) return state;
  // The answer of the hooks belongs to the stage the caller saw; a later stage with hooks is asked at the next call.
  const hooks = input.hooks === undefined || input.hooks === 'none' ? 'none' : 'pending';
  for (;;) {
    const next = stepOnce(strategy, current, { ...input, hooks });
    if (next === current) return current;
    current = next;
  }
}

function stepOnce(
  strategy: TrafficStrategy,
  state: TrafficShiftState,
  input: TrafficShiftInput,
): TrafficShiftState {
  const { now } = input;
  if (state.status === 'SUCCESSFUL' || state.status === 'ROLLED_BACK') return state;
  if (state.status === 'ROLLING_BACK') {
    return input.greenTasks === 0 ? { ...state, status: 'ROLLED_BACK', stageSince: now } : state;
  }
  const failure = failureOf(state, input);
  if (failure !== undefined) {
    return {
      ...state,
      status: 'ROLLING_BACK',
      greenPercent: 0,
      testGreenPercent: 0,
      failure,
      stageSince: now,
    };
  }
  const shifted = shiftTraffic(strategy, state);
  if (shifted !== state) return shifted;
  if (input.hooks === 'pending' && HOOK_STAGES[state.stage] !== undefined) return state;
  return stageDone(strategy, state, input) ? enterNext(strategy, state, now) : state;
}

function failureOf(state: TrafficShiftState, input: TrafficShiftInput): string | undefined {
  // Blue is being removed: there is nothing left to go back to.
  if (state.stage === 'CLEAN_UP') return undefined;
  if (input.failure !== undefined) return input.failure;
  if (input.hooks === 'failed' && HOOK_STAGES[state.stage] !== undefined) {
    return `A lifecycle hook failed in ${state.stage}.`;
  }
  // A bake may last 24 h by itself; the limit is on stages that wait for something.
  if (state.stage !== 'BAKE_TIME' && input.now - state.stageSince > DEPLOYMENT_TIME_LIMITS.stageMs) {
    return `${state.stage} took longer than 24 hours.`;
  }
  return undefined;
}

/** Moves traffic on entering a shift stage. */
function shiftTraffic(strategy: TrafficStrategy, state: TrafficShiftState): TrafficShiftState {
  if (state.stage === 'TEST_TRAFFIC_SHIFT' && state.testGreenPercent !== 100) {
    return { ...state, testGreenPercent: 100 };
  }
  if (state.stage === 'PRODUCTION_TRAFFIC_SHIFT') {
    const greenPercent = trafficSteps(strategy)[state.step]?.greenPercent ?? 100;
    if (state.greenPercent !== greenPercent) return { ...state, greenPercent };
  }
  return state;
}

function stageDone(strategy: TrafficStrategy, state: TrafficShiftState, input: TrafficShiftInput): boolean {
  switch (state.stage) {
    case 'SCALE_UP':
      return input.greenHealthy >= input.desired;
    case 'PRODUCTION_TRAFFIC_SHIFT':
    case 'BAKE_TIME':
      return input.now >= waitsUntil(strategy, state);
    case 'CLEAN_UP':
      return input.blueTasks === 0;
    default:
      return true;
  }
}

/** End of the bake of the current stage; the start of the stage when it has none. */
function waitsUntil(strategy: TrafficStrategy, state: TrafficShiftState): number {
  if (state.stage === 'BAKE_TIME') return state.stageSince + strategy.bakeMs;
  if (state.stage !== 'PRODUCTION_TRAFFIC_SHIFT') return state.stageSince;
  return state.stageSince + (trafficSteps(strategy)[state.step]?.bakeMs ?? 0);
}

function enterNext(strategy: TrafficStrategy, state: TrafficShiftState, now: number): TrafficShiftState {
  if (state.stage === 'CLEAN_UP') return { ...state, status: 'SUCCESSFUL', stageSince: now };
  const lastStep = trafficSteps(strategy).length - 1;
  if (state.stage === 'PRODUCTION_TRAFFIC_SHIFT' && state.step < lastStep) {
    return { ...state, stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT', step: state.step + 1, stageSince: now };
  }
  const next = DEPLOYMENT_STAGES[DEPLOYMENT_STAGES.indexOf(state.stage) + 1];
  return next === undefined ? state : { ...state, stage: next, stageSince: now };
}

/** The task counts a deployment wants now: green at 100 % of desired from SCALE_UP on, blue until CLEAN_UP. */
export function trafficShiftWants(state: TrafficShiftState, desired: number): TrafficShiftWants {
  switch (state.status) {
    case 'ROLLING_BACK':
    case 'ROLLED_BACK':
      return { greenTasks: 0, blueTasks: desired };
    case 'SUCCESSFUL':
      return { greenTasks: desired, blueTasks: 0 };
    case 'IN_PROGRESS': {
      const scaled = DEPLOYMENT_STAGES.indexOf(state.stage) >= DEPLOYMENT_STAGES.indexOf('SCALE_UP');
      return { greenTasks: scaled ? desired : 0, blueTasks: state.stage === 'CLEAN_UP' ? 0 : desired };
    }
  }
}

/** When something happens next by time alone: the end of a bake or of a stage's time limit; undefined when nothing. */
export function nextTrafficShiftAt(strategy: TrafficStrategy, state: TrafficShiftState): number | undefined {
  if (state.status !== 'IN_PROGRESS' || state.stage === 'CLEAN_UP') return undefined;
  if (state.stage === 'BAKE_TIME' || state.stage === 'PRODUCTION_TRAFFIC_SHIFT')
    return waitsUntil(strategy, state);
  return state.stageSince + DEPLOYMENT_TIME_LIMITS.stageMs + 1;
}
