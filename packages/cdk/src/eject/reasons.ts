import type { GrantPlan, Plan } from '@breakwater/plan';
import type { StackModel } from './model.ts';

/** Why a policy's statement is there, as the plan says; null where it does not, or where several reasons could be meant. */
export function grantReason(item: unknown, model: StackModel, plan: Plan): string | null {
  if (typeof item !== 'object' || item === null || !('Action' in item) || !('Effect' in item)) return null;
  const part = plan.stacks.find(({ name }) => name === model.stack.name)?.key ?? '';
  const service = part.startsWith('service/') ? plan.services[part.slice('service/'.length)] : undefined;
  if (service === undefined) return null;
  const grants = [...service.executionRole.grants, ...service.taskRole.grants];
  const reasons = new Set(grants.filter((grant) => allows(grant, item.Action)).map(({ because }) => because));
  const [reason] = reasons;
  return reasons.size === 1 && reason !== undefined ? reason.replace(/\s+/g, ' ') : null;
}

function allows(grant: GrantPlan, action: unknown): boolean {
  const actions: readonly unknown[] = Array.isArray(action) ? action : [action];
  return actions.length === grant.actions.length && grant.actions.every((name) => actions.includes(name));
}
