import type { CapacityFormula } from './decision.ts';
import { anticipatesFlapping, desiredCapacity } from './desired-capacity.ts';
import type { ScalingSituation, Verdict } from './situation.ts';
import { findings } from './situation.ts';

/**
 * Scale-in: only when the AlarmLow of every policy with scale-in enabled is in ALARM, no deployment is in progress,
 * no activity is under way and no scale-in cooldown is running. The largest result wins. Undefined when no AlarmLow
 * fires.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
 */
export function decideScaleIn(situation: ScalingSituation): Verdict | undefined {
  const { target, state, input, evaluations } = situation;
  if (!evaluations.some((evaluation) => evaluation?.low.fires === true)) return undefined;
  const { minCapacity, maxCapacity } = target;
  const formulas = target.policies.map((_, index) => formulaOf(situation, index));
  const voters = target.policies.filter((policy) => !policy.disableScaleIn);
  let capacity = 0;
  let chosen: string | undefined;
  for (const policy of voters) {
    const formula = formulas[target.policies.indexOf(policy)];
    if (formula === undefined || (chosen !== undefined && formula.clamped <= capacity)) continue;
    capacity = formula.clamped;
    chosen = policy.name;
  }
  const verdict = (reason: Verdict['reason'], to?: number): Verdict => ({
    reason,
    to,
    policy: chosen,
    findings: findings(situation, formulas),
  });
  if (voters.length === 0) return verdict('ScaleInDisabled');
  if (input.scaleInSuspended === true) return verdict('ScaleInSuspended');
  const agree = target.policies.every(
    (policy, index) => policy.disableScaleIn || state.policies[index]?.low.value === 'ALARM',
  );
  if (!agree) return verdict('NotAllPoliciesAgree');
  if (input.deploymentInProgress) return verdict('DeploymentInProgress');
  if (input.desired <= minCapacity) return verdict('AlreadyAtMinCapacity');
  if (state.activity !== undefined) return verdict('ActivityInProgress');
  if (state.scaleInCooldown !== undefined) return verdict('ScaleInCooldown');
  if (input.desired > maxCapacity) return verdict('LoweredToMaximum', maxCapacity);
  if (chosen === undefined) return verdict('InsufficientData');
  if (capacity >= input.desired) return verdict('AlreadyAtDesiredCapacity');
  return flaps(situation, capacity)
    ? verdict('AutoScalingAnticipatedFlapping')
    : verdict('ScaledIn', capacity);
}

function formulaOf(situation: ScalingSituation, index: number): CapacityFormula | undefined {
  const { target, input, samples } = situation;
  const policy = target.policies[index];
  const metric = samples[index];
  if (policy === undefined || policy.disableScaleIn || metric === undefined) return undefined;
  return desiredCapacity({
    base: input.running,
    baseKind: 'running',
    metric,
    target: policy.target,
    minCapacity: target.minCapacity,
    maxCapacity: target.maxCapacity,
  });
}

/** Every policy's newest value counts here, also of policies that must not scale in themselves. */
function flaps(situation: ScalingSituation, capacity: number): boolean {
  const { target, input, samples } = situation;
  return target.policies.some((policy, index) => {
    const metric = samples[index];
    return metric !== undefined && anticipatesFlapping(metric, input.running, capacity, policy.target);
  });
}
