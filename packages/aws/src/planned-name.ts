import type { OutputPlan, Plan } from '@breakwater/plan';

/** The name of the resource, where the output is one; null for everything that AWS decides. */
export function plannedName(value: OutputPlan['value'], plan: Plan): string | null {
  switch (value.kind) {
    case 'cluster':
      return value.field === 'name' ? plan.cluster.name : null;
    case 'service':
      return value.field === 'name' ? (plan.services[value.service]?.name ?? null) : null;
    case 'table':
      return value.field === 'name' ? (plan.tables[value.table]?.name ?? null) : null;
    case 'bucket':
      return value.field === 'name' ? (plan.buckets[value.bucket]?.name ?? null) : null;
    default:
      return null;
  }
}
