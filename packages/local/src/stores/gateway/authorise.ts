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
  if (action !== need.action) return false;
  return resource.endsWith('*')
    ? need.resource.startsWith(resource.slice(0, -1))
    : need.resource === resource;
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
