/** How a deployment with two target groups moves production traffic. Times in milliseconds. */
export type TrafficStrategy =
  | { readonly kind: 'BLUE_GREEN'; readonly bakeMs: number }
  | {
      readonly kind: 'CANARY';
      /** 0.1 to 100, default 5. */
      readonly canaryPercent: number;
      /** Default 10 minutes. */
      readonly canaryBakeMs: number;
      readonly bakeMs: number;
    }
  | {
      readonly kind: 'LINEAR';
      /** 3 to 100, default 10. */
      readonly stepPercent: number;
      /** After each step but the last. Default 6 minutes. */
      readonly stepBakeMs: number;
      readonly bakeMs: number;
    };

/** Ranges and defaults. Documented: {@link https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html}. */
export const TRAFFIC_STRATEGY_LIMITS = {
  bakeMs: { min: 0, max: 1_440 * 60_000 },
  canaryPercent: { min: 0.1, max: 100, step: 0.1, default: 5 },
  canaryBakeMs: { min: 0, max: 1_440 * 60_000, default: 10 * 60_000 },
  stepPercent: { min: 3, max: 100, step: 0.1, default: 10 },
  stepBakeMs: { min: 0, max: 1_440 * 60_000, default: 6 * 60_000 },
} as const;

/** One production shift: green gets `greenPercent`, then the deployment waits for `bakeMs`. */
export interface TrafficStep {
  readonly greenPercent: number;
  readonly bakeMs: number;
}

/**
 * The production shifts in order; the last one is 100 % and has no bake of its own (BAKE_TIME follows).
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/canary-deployment.html
 * @example trafficSteps({ kind: 'CANARY', canaryPercent: 5, canaryBakeMs: 600_000, bakeMs: 0 })
 *   // [{ greenPercent: 5, bakeMs: 600_000 }, { greenPercent: 100, bakeMs: 0 }]
 */
export function trafficSteps(strategy: TrafficStrategy): readonly TrafficStep[] {
  const last: TrafficStep = { greenPercent: 100, bakeMs: 0 };
  switch (strategy.kind) {
    case 'BLUE_GREEN':
      return [last];
    case 'CANARY':
      return strategy.canaryPercent >= 100
        ? [last]
        : [{ greenPercent: strategy.canaryPercent, bakeMs: strategy.canaryBakeMs }, last];
    case 'LINEAR': {
      // In tenths of a percent, so that ten steps of 10.0 are exactly 100.
      const step = Math.max(1, Math.round(strategy.stepPercent * 10));
      const steps: TrafficStep[] = [];
      for (let tenths = step; tenths < 1000; tenths += step) {
        steps.push({ greenPercent: tenths / 10, bakeMs: strategy.stepBakeMs });
      }
      return [...steps, last];
    }
  }
}

/**
 * What makes a strategy one that ECS would refuse, as a sentence; undefined when it is fine.
 */
export function trafficStrategyProblem(strategy: TrafficStrategy): string | undefined {
  const limits = TRAFFIC_STRATEGY_LIMITS;
  const values: readonly (readonly [string, number, { readonly min: number; readonly max: number }])[] =
    strategy.kind === 'BLUE_GREEN'
      ? [['bake time', strategy.bakeMs, limits.bakeMs]]
      : strategy.kind === 'CANARY'
        ? [
            ['bake time', strategy.bakeMs, limits.bakeMs],
            ['canary percent', strategy.canaryPercent, limits.canaryPercent],
            ['canary bake time', strategy.canaryBakeMs, limits.canaryBakeMs],
          ]
        : [
            ['bake time', strategy.bakeMs, limits.bakeMs],
            ['step percent', strategy.stepPercent, limits.stepPercent],
            ['step bake time', strategy.stepBakeMs, limits.stepBakeMs],
          ];
  for (const [name, value, { min, max }] of values) {
    if (!(value >= min && value <= max)) return `The ${name} is ${value}; it must be from ${min} to ${max}.`;
  }
  return undefined;
}
