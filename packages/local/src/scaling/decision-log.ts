import type { ScalingDecision } from '@breakwater/protocol';

/** The autoscaler's decisions with their reasons, newest last; bounded per service. */
export interface DecisionLog {
  add(decision: ScalingDecision): void;
  list(service: string | null): readonly ScalingDecision[];
}

const KEPT_PER_SERVICE = 500;

export function createDecisionLog(): DecisionLog {
  const byService = new Map<string, ScalingDecision[]>();
  return {
    add(decision) {
      const decisions = byService.get(decision.service) ?? [];
      byService.set(decision.service, decisions);
      decisions.push(decision);
      if (decisions.length > KEPT_PER_SERVICE) decisions.shift();
    },
    list: (service) =>
      service === null
        ? [...byService.values()].flat().sort((a, b) => a.at - b.at)
        : [...(byService.get(service) ?? [])],
  };
}
