import { type Diagnostic, diagnostic, type Plan } from '@breakwater/plan';
import { POSTGRES_MAJOR } from '../stores/postgres/data-directory.ts';

/**
 * What of a plan this engine cannot do, so that nothing is left out silently. Call it before {@link startEngine} and
 * show what it finds; none of it keeps the system from starting.
 *
 * @param ownDatabases databases that the user brings: the engine's version does not matter for them
 */
export function checkPlan(plan: Plan, ownDatabases: readonly string[] = []): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const { key, ingress, scaling, connect } of Object.values(plan.services)) {
    const path = `services.${key}`;
    if (ingress?.stickySeconds != null) found.push(diagnostic('BW1601', `${path}.sticky`));
    if (scaling !== null && scaling.scheduled.length > 0)
      found.push(diagnostic('BW1602', `${path}.scaling.schedule`));
    for (const callee of connect?.calls ?? []) {
      const protocol = plan.services[callee]?.connect?.server?.appProtocol ?? 'http';
      if (protocol !== 'http')
        found.push(diagnostic('BW1603', `${path}.calls`, { service: key, callee, protocol }));
    }
  }
  for (const { key, versioned, expireDays, purpose } of Object.values(plan.buckets)) {
    if (purpose !== 'store') continue;
    const missing = [...(versioned ? ['versions'] : []), ...(expireDays === null ? [] : ['expiry'])];
    if (missing.length > 0)
      found.push(diagnostic('BW1604', `stores.${key}`, { what: missing.join(' and ') }));
  }
  for (const { key, engine } of Object.values(plan.databases)) {
    if (ownDatabases.includes(key) || engine.majorVersion === POSTGRES_MAJOR) continue;
    found.push(diagnostic('BW1605', `stores.${key}`, { local: POSTGRES_MAJOR, planned: engine.version }));
  }
  return found;
}
