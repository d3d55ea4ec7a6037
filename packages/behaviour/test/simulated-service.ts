import type { Datapoint } from '../src/cloudwatch/datapoint.ts';
import type { ScalingDecision } from '../src/scaling/decision.ts';
import type { TargetTrackingPolicyOptions } from '../src/scaling/policy.ts';
import { targetTrackingPolicy } from '../src/scaling/policy.ts';
import type { TargetTrackingInput } from '../src/scaling/situation.ts';
import { stepTargetTracking } from '../src/scaling/target-tracking.ts';
import type { ScalableTarget } from '../src/scaling/target-tracking-state.ts';
import { initialTargetTracking } from '../src/scaling/target-tracking-state.ts';

export const MINUTE = 60_000;

/** A service for tests, whose tasks start at once (unless held) and whose metric is set by the test, minute by minute. */
export class SimulatedService {
  target: ScalableTarget;
  state: ReturnType<typeof initialTargetTracking>;
  now = 0;
  running: number;
  desired: number;
  metrics: Record<string, number | undefined> = {};
  data: Record<string, Datapoint[]> = {};
  extra: Partial<TargetTrackingInput> = {};
  /** Tasks that are wanted but do not start. */
  held = false;
  decisions: ScalingDecision[] = [];

  constructor(tasks: number, min: number, max: number, policies: readonly TargetTrackingPolicyOptions[]) {
    const defaults = { publishDelayMs: 0, scaleOutCooldownMs: 0, scaleInCooldownMs: 0 };
    this.target = {
      minCapacity: min,
      maxCapacity: max,
      policies: policies.map((policy) => targetTrackingPolicy({ ...defaults, ...policy })),
    };
    this.state = initialTargetTracking(this.target, 0);
    this.running = tasks;
    this.desired = tasks;
  }

  step(): ScalingDecision | undefined {
    const step = stepTargetTracking(this.target, this.state, {
      now: this.now,
      running: this.running,
      desired: this.desired,
      deploymentInProgress: false,
      datapoints: this.data,
      ...this.extra,
    });
    this.state = step.state;
    if (step.decision !== undefined) {
      this.decisions.push(step.decision);
      this.desired = step.decision.to;
    }
    if (!this.held) this.running = this.desired;
    return step.decision;
  }

  /** Lets minutes pass, one step each second, and returns the last decision. */
  minutes(
    count: number,
    metrics: Record<string, number | undefined> = this.metrics,
  ): ScalingDecision | undefined {
    this.metrics = metrics;
    let last: ScalingDecision | undefined;
    for (let second = 1; second <= count * 60; second++) {
      this.now += 1_000;
      for (const policy of this.target.policies) {
        const value = this.metrics[policy.name];
        if (this.now % policy.periodMs !== 0 || value === undefined) continue;
        const series = this.data[policy.name] ?? [];
        series.push({ timestamp: this.now - policy.periodMs, value });
        this.data[policy.name] = series.slice(-80);
      }
      last = this.step() ?? last;
    }
    return last;
  }
}
