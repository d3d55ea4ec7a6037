import type { Plan, RolePlan } from '@breakwater/plan';
import type { Allowance } from './protocol.ts';

/** What a role's grants allow on tables and buckets, in IAM's terms. Grants on anything else have no server here. */
export function allowancesOf(role: RolePlan, plan: Plan, account: string): readonly Allowance[] {
  return role.grants.flatMap(({ actions, resource }) => {
    if (resource.kind === 'any') return [];
    const resources = resourcesOf(resource.kind, resource.key, plan, account);
    return actions.flatMap((action) => resources.map((arn): Allowance => ({ action, resource: arn })));
  });
}

function resourcesOf(kind: string, key: string, plan: Plan, account: string): readonly string[] {
  if (kind === 'table') {
    const table = plan.tables[key];
    if (table === undefined) return [];
    const arn = `arn:aws:dynamodb:${plan.region}:${account}:table/${table.name}`;
    // A table's grant is on its indexes too, where it has some.
    return table.indexes.length === 0 ? [arn] : [arn, `${arn}/index/*`];
  }
  const bucket = plan.buckets[key];
  if (bucket === undefined) return [];
  if (kind === 'bucket') return [`arn:aws:s3:::${bucket.name}`];
  return kind === 'bucket-objects' ? [`arn:aws:s3:::${bucket.name}/*`] : [];
}
