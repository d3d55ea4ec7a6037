import { AURORA_REFUSES, SERVERLESS_ACU } from '../data/engines.ts';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { join } from '../path.ts';
import type { Plan } from '../plan/plan.ts';
import type { DatabasePlan } from '../plan/stores.ts';
import { where } from './where.ts';

function checkCapacity(database: DatabasePlan, path: string): readonly Diagnostic[] {
  const { capacity, engine } = database;
  if (capacity.kind === 'provisioned') {
    return engine.kind === 'aurora-postgresql' && AURORA_REFUSES.includes(capacity.instanceClass)
      ? [diagnostic('BW1506', path, { actual: capacity.instanceClass })]
      : [];
  }
  const { minimumAcu, maximumAcu } = capacity;
  const actual = `${minimumAcu} to ${maximumAcu} ACU`;
  if (minimumAcu > maximumAcu)
    return [diagnostic('BW1502', path, { actual, reason: 'the minimum is above the maximum' })];
  if (maximumAcu > SERVERLESS_ACU.maximum)
    return [diagnostic('BW1502', path, { actual, reason: `the most is ${SERVERLESS_ACU.maximum}` })];
  if (maximumAcu < 1) return [diagnostic('BW1502', path, { actual, reason: 'the maximum is at least 1' })];
  return minimumAcu === 0 ? [diagnostic('BW1508', path)] : [];
}

/** RDS accepts this as a master user. */
function isUserName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9]{0,15}$/.test(name) && !['admin', 'rdsadmin'].includes(name.toLowerCase());
}

function checkSecrets(plan: Plan): readonly Diagnostic[] {
  const injected = new Set(
    Object.values(plan.services).flatMap(({ secrets }) => Object.values(secrets).map(({ secret }) => secret)),
  );
  return Object.values(plan.secrets).flatMap((secret) => {
    const at = (field: string) => where(plan, `${join('secrets', secret.key)}.${field}`);
    const found: Diagnostic[] = [];
    if (
      /-[A-Za-z0-9]{6}$/.test(secret.name) &&
      plan.origins[`${join('secrets', secret.key)}.name`]?.kind === 'given'
    ) {
      found.push(diagnostic('BW1501', at('name'), { name: secret.name }));
    }
    if (secret.kind === 'existing') {
      const missing = secret.key.startsWith('database/')
        ? ['username', 'password'].filter((field) => !secret.fields.includes(field))
        : [];
      found.push(...missing.map((field) => diagnostic('BW1503', at('fields.0'), { field })));
      return found;
    }
    if (secret.key.startsWith('database/') && !isUserName(secret.username))
      found.push(diagnostic('BW1507', at('username'), { actual: secret.username }));
    if (secret.rotationDays !== null && injected.has(secret.key))
      found.push(diagnostic('BW1504', at('rotationDays')));
    return found;
  });
}

/** Rules about databases, secrets and what uses them. */
export function checkStores(plan: Plan): readonly Diagnostic[] {
  const databases = Object.values(plan.databases).flatMap((database) => {
    const capacity = database.capacity.kind === 'provisioned' ? 'instanceClass' : 'minimumAcu';
    return checkCapacity(database, where(plan, `databases.${database.key}.capacity.${capacity}`));
  });
  const used = new Set(Object.values(plan.services).flatMap(({ uses }) => uses));
  const stores = [
    ...Object.keys(plan.databases),
    ...Object.keys(plan.tables),
    ...Object.values(plan.buckets).flatMap(({ key, purpose }) => (purpose === 'store' ? [key] : [])),
    ...Object.keys(plan.secrets).filter((key) => !key.startsWith('database/')),
  ];
  const unused = stores.filter((key) => !used.has(key)).map((key) => diagnostic('BW1505', `stores.${key}`));
  return [...databases, ...checkSecrets(plan), ...unused];
}
