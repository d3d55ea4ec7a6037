import type { Allowance, Principal } from './protocol.ts';

/** What a request needs. */
export interface Need {
  readonly action: string;
  /** ARN. */
  readonly resource: string;
}

/**
 * The first of the needs that the principal's role does not grant; null when it grants all. Nothing is allowed that no
 * grant allows, as under IAM with identity policies only.
 */
export function findRefusal({ allowed }: Pick<Principal, 'allowed'>, needs: readonly Need[]): Need | null {
  return needs.find((need) => !allowed.some((allowance) => covers(allowance, need))) ?? null;
}

function covers({ action, resource }: Allowance, need: Need): boolean {
  return matches(action, need.action) && matches(resource, need.resource);
}

/** A pattern may end in `*`. */
function matches(pattern: string, value: string): boolean {
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}

/** IAM's words for it. */
export function refusalMessage(
  { arn }: Pick<Principal, 'arn'>,
  { action, resource }: Need,
  quoted: boolean,
): string {
  const shown = quoted ? `"${resource}"` : resource;
  return `User: ${arn} is not authorized to perform: ${action} on resource: ${shown} because no identity-based policy allows the ${action} action`;
}
