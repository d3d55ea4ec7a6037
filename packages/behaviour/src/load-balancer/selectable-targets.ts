import type { TargetHealth } from './target-health.ts';

/** When a target group gives up on health and sends to every target. */
export interface UnhealthyStateRouting {
  /** Fewest healthy targets below which all registered targets get requests. Default 1. */
  readonly minimumHealthyCount: number;
  /** The same as a percentage of registered targets, or `off`. Default `off`. */
  readonly minimumHealthyPercentage: number | 'off';
}

/** `target_group_health.unhealthy_state_routing.*`. Documented: API_TargetGroupAttribute. */
export const UNHEALTHY_STATE_ROUTING_DEFAULTS: UnhealthyStateRouting = {
  minimumHealthyCount: 1,
  minimumHealthyPercentage: 'off',
};

/** Anything that has a target's health. */
export interface HasTargetHealth {
  readonly health: Pick<TargetHealth, 'state'>;
}

/** The targets that may get the next request. */
export interface SelectableTargets<Target> {
  readonly targets: readonly Target[];
  /** True when there were too few healthy targets, so that all registered ones are used. */
  readonly failOpen: boolean;
}

/**
 * The targets that may get requests: the healthy ones; when there are fewer than the minimum, all registered ones
 * (fail-open), but never draining or unused ones. An empty result means 503.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
 */
export function selectableTargets<Target extends HasTargetHealth>(
  targets: readonly Target[],
  routing: UnhealthyStateRouting = UNHEALTHY_STATE_ROUTING_DEFAULTS,
): SelectableTargets<Target> {
  const healthy: Target[] = [];
  const registered: Target[] = [];
  for (const target of targets) {
    const { state } = target.health;
    if (state === 'draining' || state === 'unused') continue;
    registered.push(target);
    // Targets of a group whose health checks are off are `unavailable` and get requests.
    if (state === 'healthy' || state === 'unavailable') healthy.push(target);
  }
  const percentage = routing.minimumHealthyPercentage;
  const failOpen =
    healthy.length < routing.minimumHealthyCount ||
    (percentage !== 'off' && healthy.length * 100 < percentage * registered.length);
  return { targets: failOpen ? registered : healthy, failOpen: failOpen && registered.length > 0 };
}
