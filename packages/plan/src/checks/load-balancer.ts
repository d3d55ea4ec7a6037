import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { Plan } from '../plan/plan.ts';
import { where } from './where.ts';

/** Certificates that the load balancer cannot take. */
export function checkLoadBalancer(plan: Plan): readonly Diagnostic[] {
  return (plan.loadBalancer?.listeners ?? []).flatMap(({ tls }, index) => {
    // arn:aws:acm:<region>:…
    const actual = tls?.certificateArn?.split(':')[3];
    if (actual === undefined || actual === plan.region) return [];
    const path = where(plan, `loadBalancer.listeners.${index}.tls.certificateArn`);
    return [diagnostic('BW1406', path, { actual, region: plan.region })];
  });
}
