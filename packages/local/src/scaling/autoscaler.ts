import {
  type ScalingDecision as BehaviourDecision,
  type Datapoint,
  initialTargetTracking,
  type ScalableTarget,
  stepTargetTracking,
  type TargetTrackingState,
  targetTrackingPolicy,
} from '@breakwater/behaviour';
import type { ScalingPolicyPlan } from '@breakwater/plan';
import type { ScalingDecision } from '@breakwater/protocol';

/** What the autoscaler sees of its service, and how it changes it. Times are scaled milliseconds. */
export interface ScaledService {
  readonly name: string;
  readonly policies: readonly ScalingPolicyPlan[];
  limits(): { readonly minimum: number; readonly maximum: number };
  counts(): { readonly running: number; readonly desired: number; readonly deploymentInProgress: boolean };
  setDesired(to: number, decision: ScalingDecision): void;
  datapoints(policy: ScalingPolicyPlan): readonly Datapoint[];
}

export interface Autoscaler {
  /** Call it each second or so. Returns the decision when an alarm was due. */
  step(now: number): ScalingDecision | null;
}

const MS = 1_000;

/** Runs Application Auto Scaling's target tracking for one service, on the same functions as the forecast. */
export function createAutoscaler(service: ScaledService, start: number): Autoscaler {
  const policies = service.policies.map((policy) =>
    targetTrackingPolicy({
      name: policy.name,
      target: policy.target,
      scaleInCooldownMs: policy.scaleInCooldownSeconds * MS,
      scaleOutCooldownMs: policy.scaleOutCooldownSeconds * MS,
      disableScaleIn: policy.disableScaleIn,
      periodMs: policy.resolutionSeconds === 20 ? 20_000 : 60_000,
    }),
  );
  const target = (): ScalableTarget => {
    const { minimum, maximum } = service.limits();
    return { minCapacity: minimum, maxCapacity: maximum, policies };
  };
  let state: TargetTrackingState = initialTargetTracking(target(), start);
  return {
    step(now) {
      const { running, desired, deploymentInProgress } = service.counts();
      const datapoints = Object.fromEntries(
        service.policies.map((policy) => [policy.name, service.datapoints(policy)]),
      );
      const step = stepTargetTracking(target(), state, {
        now,
        running,
        desired,
        deploymentInProgress,
        datapoints,
      });
      state = step.state;
      if (step.decision === undefined) return null;
      const decision = describe(service.name, step.decision);
      if (decision.to !== decision.from) service.setDesired(decision.to, decision);
      return decision;
    },
  };
}

function describe(service: string, decision: BehaviourDecision): ScalingDecision {
  const finding = decision.policies.find(({ policy }) => policy === decision.policy) ?? decision.policies[0];
  const alarm = finding?.high?.state === 'ALARM' ? finding.high : (finding?.low ?? finding?.high);
  return {
    at: decision.at,
    service,
    policy: finding?.policy ?? '',
    result: decision.kind === 'none' ? decision.reason : decision.kind,
    from: decision.from,
    to: decision.to,
    datapoints: alarm?.datapoints ?? [],
    formula: finding?.formula?.text ?? '',
    reason: decision.text,
  };
}
