import type { DeploymentStrategyPlan } from './plan/service.ts';

/**
 * Whether a strategy runs both versions beside each other and ECS moves the traffic from one target group to the other: blue/green,
 * canary and linear. Such a service needs two target groups, a rule of its own and a role for ECS.
 *
 * @example
 * const shifts = isStaged(plan.services.api.deployment.strategy);
 */
export function isStaged(
  strategy: DeploymentStrategyPlan,
): strategy is Exclude<DeploymentStrategyPlan, { readonly kind: 'rolling' }> {
  return strategy.kind !== 'rolling';
}
