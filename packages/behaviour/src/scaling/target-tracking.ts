import { datapointWindow } from '../cloudwatch/datapoint.ts';
import { decideScaleIn } from './decide-scale-in.ts';
import { decideScaleOut } from './decide-scale-out.ts';
import type { ScalingDecision, ScalingReasonCode } from './decision.ts';
import { evaluatePolicy, formulaSample } from './evaluate-policies.ts';
import { settleActivity } from './scaling-activity.ts';
import type { ScalingSituation, TargetTrackingInput, Verdict } from './situation.ts';
import { findings } from './situation.ts';
import type { ScalableTarget, TargetTrackingState } from './target-tracking-state.ts';

/** The next state, and a decision when an alarm was due or the limits changed. */
export interface TargetTrackingStep {
  readonly state: TargetTrackingState;
  readonly decision: ScalingDecision | undefined;
}

/**
 * Lets target tracking act once. Call it as often as you like (each second, or at {@link nextTargetTrackingAt} and
 * when running tasks change): alarms are evaluated only when due. When the decision's `to` differs from `from`, set
 * desiredCount to it before the next call.
 *
 * Any policy scales out, all must agree to scale in; several numbers: the largest wins. Every step whose alarms were
 * due gives a decision with its reason, also when nothing changes.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html
 */
export function stepTargetTracking(
  target: ScalableTarget,
  before: TargetTrackingState,
  input: TargetTrackingInput,
): TargetTrackingStep {
  const { now, running, desired } = input;
  const settled = settleActivity(before, now, running, desired);
  if (target.minCapacity !== settled.minCapacity || target.maxCapacity !== settled.maxCapacity) {
    return limitsChanged(target, settled, input);
  }
  if (!settled.policies.some((policy) => now >= policy.nextEvaluationAt)) {
    return { state: settled, decision: undefined };
  }
  const evaluations = target.policies.map((policy, index) => {
    const state = settled.policies[index];
    if (state === undefined || now < state.nextEvaluationAt) return undefined;
    return evaluatePolicy(policy, state, input.datapoints[policy.name] ?? [], now);
  });
  const state = {
    ...settled,
    policies: settled.policies.map((policy, index) => evaluations[index]?.state ?? policy),
  };
  const samples = target.policies.map((policy) =>
    formulaSample(policy, input.datapoints[policy.name] ?? [], now),
  );
  const situation = { target, state, input, evaluations, samples };
  const verdict =
    startFromZero(situation) ?? decideScaleOut(situation) ?? decideScaleIn(situation) ?? quiet(situation);
  return apply(situation, verdict);
}

/** Changing minimum or maximum starts an activity that brings desiredCount inside, whatever the cooldowns say. */
function limitsChanged(
  target: ScalableTarget,
  settled: TargetTrackingState,
  input: TargetTrackingInput,
): TargetTrackingStep {
  const { minCapacity, maxCapacity } = target;
  const state = { ...settled, minCapacity, maxCapacity };
  const to = Math.min(Math.max(input.desired, minCapacity), maxCapacity);
  if (to === input.desired) return { state, decision: undefined };
  const situation = { target, state, input, evaluations: [], samples: [] };
  return apply(situation, { reason: 'CapacityLimitsChanged', to, policy: undefined, findings: [] });
}

/**
 * With no task at all, one datapoint that shows demand is enough for the smallest possible number of tasks; from
 * there the formula goes on. @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
 */
function startFromZero(situation: ScalingSituation): Verdict | undefined {
  const { target, input } = situation;
  if (input.running > 0 || input.desired > 0 || input.scaleOutSuspended === true) return undefined;
  for (const policy of target.policies) {
    const window = datapointWindow(input.datapoints[policy.name] ?? [], {
      ...policy,
      now: input.now,
      periods: 1,
    });
    if ((window[0] ?? 0) <= 0) continue;
    const to = Math.min(Math.max(1, target.minCapacity), target.maxCapacity);
    if (to === 0) return undefined;
    const reason = target.minCapacity > 0 ? 'LiftedToMinimum' : 'StartedFromZero';
    return { reason, to, policy: policy.name, findings: findings(situation) };
  }
  return undefined;
}

function quiet(situation: ScalingSituation): Verdict {
  const known = situation.state.policies.some(
    (policy) => policy.high.value !== 'INSUFFICIENT_DATA' || policy.low.value !== 'INSUFFICIENT_DATA',
  );
  const reason = known ? 'NoAlarm' : 'InsufficientData';
  return { reason, to: undefined, policy: undefined, findings: findings(situation) };
}

function apply(situation: ScalingSituation, verdict: Verdict): TargetTrackingStep {
  const { target, state, input } = situation;
  const { now, running, desired } = input;
  const to = verdict.to ?? desired;
  const kind = to > desired ? 'scale-out' : to < desired ? 'scale-in' : 'none';
  const cancelledScaleInCooldown = kind === 'scale-out' && state.scaleInCooldown !== undefined;
  const remaining = (until: number | undefined) =>
    until === undefined ? undefined : { until, remainingMs: Math.max(0, until - now) };
  const decision: ScalingDecision = {
    at: now,
    kind,
    reason: verdict.reason,
    policy: verdict.policy,
    running,
    from: desired,
    to,
    minCapacity: target.minCapacity,
    maxCapacity: target.maxCapacity,
    policies: verdict.findings,
    scaleOutCooldown: remaining(state.scaleOutCooldown?.until),
    scaleInCooldown: remaining(state.scaleInCooldown?.until),
    cancelledScaleInCooldown,
    text: describe(kind, verdict, situation),
  };
  if (kind === 'none') return { state, decision };
  const policy = target.policies.find(({ name }) => name === verdict.policy);
  const cooldownMs = kind === 'scale-out' ? policy?.scaleOutCooldownMs : policy?.scaleInCooldownMs;
  return {
    decision,
    state: {
      ...state,
      scaleInCooldown: kind === 'scale-out' ? undefined : state.scaleInCooldown,
      activity: {
        direction: kind === 'scale-out' ? 'out' : 'in',
        from: desired,
        to,
        base: running,
        startedAt: now,
        policy: verdict.policy,
        cooldownMs: cooldownMs ?? 0,
      },
    },
  };
}

const WORDS: Readonly<Record<ScalingReasonCode, string>> = {
  ScaledOut: 'the metric is above the target',
  ScaledIn: 'the metric has been well below the target for 15 minutes',
  LiftedToMinimum: 'desired was below the minimum and is first lifted to it',
  LoweredToMaximum: 'desired was above the maximum and is first lowered to it',
  CapacityLimitsChanged: 'the minimum or maximum was changed',
  StartedFromZero: 'there is demand and no task',
  AutoScalingAnticipatedFlapping: 'scaling in would push the metric back above the target',
  AlreadyAtMaxCapacity: 'the service is at its maximum already',
  AlreadyAtMinCapacity: 'the service is at its minimum already',
  AlreadyAtDesiredCapacity: 'the formula asks for no change',
  NoAlarm: 'no alarm asks for a change',
  InsufficientData: 'there is no data to judge by',
  NotAllPoliciesAgree: 'not all policies want to scale in',
  ScaleOutCooldown: 'the scale-out cooldown is running and the result is not larger',
  ScaleInCooldown: 'the scale-in cooldown is running',
  DeploymentInProgress: 'a deployment is in progress and suspends scale-in',
  ActivityInProgress: 'the last scaling activity has not completed',
  ScaleInDisabled: 'no policy may scale in',
  ScaleOutSuspended: 'scaling out is suspended',
  ScaleInSuspended: 'scaling in is suspended',
};

function describe(kind: ScalingDecision['kind'], verdict: Verdict, situation: ScalingSituation): string {
  const { desired } = situation.input;
  const formula = verdict.findings.find((finding) => finding.policy === verdict.policy)?.formula;
  const numbers = formula === undefined ? '' : `; ${formula.text}`;
  const words = WORDS[verdict.reason];
  if (kind === 'none') return `Stays at ${desired}: ${words}${numbers}.`;
  return `${kind === 'scale-out' ? 'Scales out' : 'Scales in'} from ${desired} to ${verdict.to}: ${words}${numbers}.`;
}
