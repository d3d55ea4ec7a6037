import type { Datapoint } from '../cloudwatch/datapoint.ts';
import type { PolicyFinding, ScalingReasonCode } from './decision.ts';
import type { PolicyEvaluation } from './evaluate-policies.ts';
import type { ScalableTarget, TargetTrackingState } from './target-tracking-state.ts';

/** What is true now. */
export interface TargetTrackingInput {
  /** Milliseconds. */
  readonly now: number;
  /** Running tasks. */
  readonly running: number;
  /** The service's desiredCount. */
  readonly desired: number;
  /** A deployment suspends scale-in, never scale-out. */
  readonly deploymentInProgress: boolean;
  /**
   * Datapoints by policy name, ascending, at the policy's period; older ones than 17 minutes are not needed. The
   * publish delay is applied here: pass each datapoint as soon as its period is over.
   */
  readonly datapoints: Readonly<Record<string, readonly Datapoint[]>>;
  /** `SuspendedState.DynamicScalingOutSuspended`. Default false. */
  readonly scaleOutSuspended?: boolean;
  /** `SuspendedState.DynamicScalingInSuspended`. Default false. */
  readonly scaleInSuspended?: boolean;
}

/** What a direction's rule decided. */
export interface Verdict {
  readonly reason: ScalingReasonCode;
  /** New desiredCount; undefined when nothing changes. */
  readonly to: number | undefined;
  readonly policy: string | undefined;
  readonly findings: readonly PolicyFinding[];
}

/** Everything the rules of both directions look at. */
export interface ScalingSituation {
  readonly target: ScalableTarget;
  readonly state: TargetTrackingState;
  readonly input: TargetTrackingInput;
  /** In the order of the policies; undefined for one that was not due. */
  readonly evaluations: readonly (PolicyEvaluation | undefined)[];
  /** The value each policy's formula uses, due or not; undefined without data. In the order of the policies. */
  readonly samples: readonly (number | undefined)[];
}

/** The findings of all policies; `formulas` by position where there are any. */
export function findings(
  situation: ScalingSituation,
  formulas: readonly (PolicyFinding['formula'] | undefined)[] = [],
): readonly PolicyFinding[] {
  return situation.target.policies.map((policy, index) => {
    const evaluation = situation.evaluations[index];
    return {
      policy: policy.name,
      evaluated: evaluation !== undefined,
      high: evaluation?.high,
      low: evaluation?.low,
      formula: formulas[index],
    };
  });
}
