import type { ListenerAction, Plan } from '@breakwater/plan';
import type { Router, RouterAction } from '../router/index.ts';
import type { Service } from '../services/service.ts';
import type { Slot } from '../services/service-task.ts';

/** Name of a service's target group in the router. */
export const groupName = (service: string, slot: Slot): string => `${service}/${slot}`;

/** The other way round. */
export function parseGroup(group: string): { readonly service: string; readonly slot: Slot } {
  const at = group.lastIndexOf('/');
  return { service: group.slice(0, at), slot: group.slice(at + 1) === 'green' ? 'green' : 'blue' };
}

/** Both target groups of every service that has traffic: a strategy may change from one deployment to the next. */
export function setTargetGroups(router: Router, plan: Plan): void {
  for (const service of Object.values(plan.services)) {
    if (service.ingress === null) continue;
    const { health, algorithm, deregistrationDelaySeconds } = service.ingress;
    for (const slot of ['blue', 'green'] as const) {
      router.setTargetGroup(groupName(service.key, slot), {
        health: {
          path: health.path,
          intervalMs: health.intervalSeconds * 1_000,
          timeoutMs: health.timeoutSeconds * 1_000,
          healthyThreshold: health.healthyThreshold,
          unhealthyThreshold: health.unhealthyThreshold,
          matcher: health.matcher,
        },
        algorithm,
        deregistrationDelayMs: deregistrationDelaySeconds * 1_000,
      });
    }
  }
}

/**
 * The listener's rules with the traffic that each service's target groups have now. Locally one plain HTTP listener
 * stands for all: where the plan redirects HTTP to HTTPS, the rules of the HTTPS listener are used.
 */
export function setListenerRules(router: Router, plan: Plan, services: ReadonlyMap<string, Service>): void {
  const listeners = plan.loadBalancer?.listeners ?? [];
  const listener = listeners.find(({ protocol }) => protocol === 'HTTPS') ?? listeners[0];
  if (listener === undefined) return;
  router.setRules(
    listener.rules.map((rule) => ({
      priority: rule.priority,
      name: rule.paths[0] ?? rule.key,
      conditions: [{ field: 'path-pattern' as const, values: rule.paths }],
      action: lower(rule.action, services),
    })),
    lower(listener.defaultAction, services),
  );
}

function lower(action: ListenerAction, services: ReadonlyMap<string, Service>): RouterAction {
  switch (action.kind) {
    case 'fixed-response':
      return {
        kind: 'fixed-response',
        statusCode: action.statusCode,
        contentType: action.contentType,
        body: action.body,
      };
    case 'redirect':
      return {
        kind: 'redirect',
        statusCode: action.statusCode,
        protocol: action.protocol,
        port: String(action.port),
      };
    case 'forward': {
      const traffic = services.get(action.service)?.traffic() ?? { blue: 100, green: 0 };
      // Weights are whole numbers up to 999, shares are in tenths of a percent at the finest.
      const weight = (percent: number) => Math.min(999, Math.round(percent * 9.99));
      return {
        kind: 'forward',
        targetGroups: (['blue', 'green'] as const)
          .filter((slot) => traffic[slot] > 0)
          .map((slot) => ({
            targetGroup: groupName(action.service, slot),
            weight: Math.max(1, weight(traffic[slot])),
          })),
      };
    }
  }
}
