import { chooseTarget, registerTarget, selectableTargets, type TargetHealth } from '@breakwater/behaviour';
import { createHost, type HostPool, type UpstreamHost } from './host-pool.ts';
import { resend } from './resending.ts';
import type { Target, TargetGroupSettings, TargetHealthSnapshot } from './types.ts';

/** A registered or draining target with what the router knows about it. */
export interface TargetEntry extends UpstreamHost {
  readonly group: TargetGroup;
  health: TargetHealth;
  /** What the last health check found, for people. */
  detail: string;
  stopChecking: () => void;
}

/** A target group and its targets. */
export interface TargetGroup extends HostPool {
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
  const group: TargetGroup = {
    name,
    settings,
    entries: new Map(),
    draining: new Set(),
    routable: [],
    turn: 0,
    random,
    keepBodyBytes: 0,
    choose: () => chooseEntry(group),
    chooseAgain: (failed) => resend(failed, () => chooseEntry(group), group.routable.length),
    onAttempt: undefined,
  };
  return group;
}

/** A target that has just been registered. */
export function createEntry(target: Target, group: TargetGroup, now: number): TargetEntry {
  return {
    ...createHost(target),
    group,
    health: registerTarget(now),
    detail: 'not checked yet',
    stopChecking: () => {},
  };
}

/** Recomputes which targets get requests; call after every change of a state or of the membership. */
export function refreshRoutable(group: TargetGroup): void {
  group.routable = selectableTargets([...group.entries.values()].filter((entry) => !entry.gone)).targets;
}

/** The target for the next request, or undefined when the group has none registered. */
function chooseEntry(group: TargetGroup): TargetEntry | undefined {
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
