import type { RequestRecord } from '../router/types.ts';
import type { RequestSample } from './types.ts';

/** Whose target group it is. `group` is null for services with one: then nothing is kept per group. */
export interface GroupOwner {
  readonly service: string;
  readonly group: string | null;
}

/**
 * What the metrics take of the router's record of a request. The target's own status counts even when the client
 * got another one because the answer broke off; without one the load balancer made the answer up.
 * @param ownerOf finds the owner of a target group by its name in the router
 */
export function toRequestSample(
  record: RequestRecord,
  ownerOf: (group: string) => GroupOwner | undefined,
): RequestSample {
  const owner = record.group === '' ? undefined : ownerOf(record.group);
  const elbGenerated = record.targetStatus === 0;
  return {
    service: owner?.service ?? null,
    task: record.target === '' ? null : record.target,
    group: owner?.group ?? null,
    route: record.rule === '' ? null : record.rule,
    status: elbGenerated ? record.status : record.targetStatus,
    targetMs: record.targetMs,
    elbGenerated,
    at: record.start + record.durationMs,
  };
}
