import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Plan } from '../plan/plan.ts';
import { checkAlarms } from './alarms.ts';
import { checkLoadBalancer } from './load-balancer.ts';
import { checkNetwork } from './network.ts';
import { checkServices } from './services.ts';
import { checkStores } from './stores.ts';

/** Rules between values of the plan: what each value alone cannot show to be wrong. */
export function checkPlan(plan: Plan): readonly Diagnostic[] {
  return [
    ...checkNetwork(plan),
    ...checkLoadBalancer(plan),
    ...checkServices(plan),
    ...checkStores(plan),
    ...checkAlarms(plan),
  ];
}
