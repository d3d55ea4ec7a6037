import { chooseTarget, selectableTargets, type TargetHealth } from '@breakwater/behaviour';
import type { Target, TargetGroupSettings, TargetHealthSnapshot } from './types.ts';
import type { UpstreamConnection } from './upstream-connection.ts';

/** A registered or draining target with what the router knows about it. */
export interface TargetEntry {
  readonly target: Target;
  readonly group: TargetGroup;
  health: TargetHealth;
  /** What the last health check found, for people. */
  detail: string;
  /** Requests and tunnels on it at this moment. */
  outstandingRequests: number;
  /** No request is sent to it any more. */
  gone: boolean;
  readonly connections: Set<UpstreamConnection>;
  /** Kept-alive connections without a request; the last one was used last. */
  readonly idle: UpstreamConnection[];
  /** Called when `outstandingRequests` falls to 0 while draining. */
  drained: (() => void) | undefined;
  stopChecking: () => void;
}

/** A target group and its targets. */
export interface TargetGroup {
  readonly name: string;
  settings: TargetGroupSettings;
  readonly entries: Map<string, TargetEntry>;
  /** Draining entries, also when a target with the same id has been registered again. */
  readonly draining: Set<TargetEntry>;
  /** Targets that requests may go to at this moment. */
  routable: readonly TargetEntry[];
  /** Position of the round robin. */
  turn: number;
  /** 0 ≤ x < 1, for the algorithms that need it. */
  readonly random: () => number;
}

/** Makes an empty group. */
export function createTargetGroup(
  name: string,
  settings: TargetGroupSettings,
  random: () => number,
): TargetGroup {
  return { name, settings, entries: new Map(), draining: new Set(), routable: [], turn: 0, random };
}

/** Recomputes which targets get requests; call after every change of a state or of the membership. */
export function refreshRoutable(group: TargetGroup): void {
  group.routable = selectableTargets([...group.entries.values()].filter((entry) => !entry.gone)).targets;
}

/** The target for the next request, or undefined when the group has none registered. */
export function chooseEntry(group: TargetGroup): TargetEntry | undefined {
  const index = chooseTarget(group.settings.algorithm, group.routable, group.turn, group.random);
  group.turn = index + 1;
  return group.routable[index];
}

/** What {@link Router.targetHealth} says about an entry. */
export function snapshotOf(entry: TargetEntry): TargetHealthSnapshot {
  const { target, group, health, detail } = entry;
  return {
    group: group.name,
    id: target.id,
    host: target.host,
    port: target.port,
    zone: target.zone,
    state: health.state,
    reason: health.reason ?? '',
    detail,
    inFlight: entry.outstandingRequests,
  };
}
