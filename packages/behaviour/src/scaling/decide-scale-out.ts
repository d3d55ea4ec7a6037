import type { CapacityFormula } from './decision.ts';
import { desiredCapacity } from './desired-capacity.ts';
import type { ScalingSituation, Verdict } from './situation.ts';
import { findings } from './situation.ts';

/**
 * Scale-out: any policy whose AlarmHigh fires; the largest result wins. During a scale-out activity and its cooldown
 * only a result above desiredCount counts, where the capacity already added is counted. Undefined when no AlarmHigh
 * fires.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
 */
export function decideScaleOut(situation: ScalingSituation): Verdict | undefined {
  const { target, input, evaluations } = situation;
  if (!evaluations.some((evaluation) => evaluation?.high.fires === true)) return undefined;
  const { minCapacity, maxCapacity } = target;
  const formulas = target.policies.map((_, index) => formulaOf(situation, index));
  let chosen: { readonly policy: string; readonly capacity: number } | undefined;
  for (const [index, policy] of target.policies.entries()) {
    const capacity = formulas[index]?.clamped;
    if (capacity === undefined || (chosen !== undefined && capacity <= chosen.capacity)) continue;
    chosen = { policy: policy.name, capacity };
  }
  const verdict = (reason: Verdict['reason'], to?: number): Verdict => ({
    reason,
    to,
    policy: chosen?.policy,
    findings: findings(situation, formulas),
  });
  if (input.scaleOutSuspended === true) return verdict('ScaleOutSuspended');
  if (input.desired < minCapacity) return verdict('LiftedToMinimum', minCapacity);
  if (input.desired >= maxCapacity) return verdict('AlreadyAtMaxCapacity');
  if (chosen === undefined) return verdict('InsufficientData');
  if (chosen.capacity > input.desired) return verdict('ScaledOut', chosen.capacity);
  return verdict(
    situation.state.scaleOutCooldown === undefined ? 'AlreadyAtDesiredCapacity' : 'ScaleOutCooldown',
  );
}

function formulaOf(situation: ScalingSituation, index: number): CapacityFormula | undefined {
  const { target, state, input, evaluations } = situation;
  const policy = target.policies[index];
  const metric = situation.samples[index];
  if (policy === undefined || evaluations[index]?.high.fires !== true || metric === undefined)
    return undefined;
  const underWay = state.activity?.direction === 'out' ? state.activity : state.scaleOutCooldown;
  const counted = policy.scaleOutBase === 'before-activity' && underWay !== undefined;
  return desiredCapacity({
    // Never more than what runs: tasks that were lost meanwhile must not count.
    base: counted ? Math.min(underWay.base, input.running) : input.running,
    baseKind: counted ? 'before-activity' : 'running',
    metric,
    target: policy.target,
    minCapacity: target.minCapacity,
    maxCapacity: target.maxCapacity,
  });
}
