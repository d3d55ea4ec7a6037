import type { GrantPlan, Plan } from '@breakwater/plan';
import type { StackModel } from './model.ts';

/** Why a policy's statement is there, as the plan says; null where it does not, or where several reasons could be meant. */
export function grantReason(item: unknown, model: StackModel, plan: Plan): string | null {
  if (typeof item !== 'object' || item === null || !('Action' in item) || !('Effect' in item)) return null;
  const part = plan.stacks.find(({ name }) => name === model.stack.name)?.key ?? '';
  const service = part.startsWith('service/') ? plan.services[part.slice('service/'.length)] : undefined;
  if (service === undefined) return null;
  const actions: readonly unknown[] = Array.isArray(item.Action) ? item.Action : [item.Action];
  const everywhere = 'Resource' in item && item.Resource === '*';
  const roles = [service.executionRole, service.taskRole].map(({ grants }) =>
    // CDK makes one statement of all that is allowed on everything.
    everywhere ? wholeOf(grants, actions) : grants.filter((grant) => same(grant.actions, actions)),
  );
  const reasons = new Set(roles.flat().map(({ because }) => because.replace(/\s+/g, ' ')));
  return reasons.size === 1 || (everywhere && reasons.size > 0) ? [...reasons].join('; ') : null;
}

/** The grants on everything that make up exactly these actions; none where they do not. */
function wholeOf(grants: readonly GrantPlan[], actions: readonly unknown[]): readonly GrantPlan[] {
  const parts = grants.filter(({ resource }) => resource.kind === 'any');
  return same([...new Set(parts.flatMap((grant) => grant.actions))], actions) ? parts : [];
}

function same(actions: readonly string[], others: readonly unknown[]): boolean {
  return actions.length === others.length && actions.every((name) => others.includes(name));
}
