import { DATA_TRAPS } from './data.ts';
import { DEPLOYMENT_TRAPS } from './deployments.ts';
import { INFRASTRUCTURE_TRAPS } from './infrastructure.ts';
import { LOAD_BALANCING_TRAPS } from './load-balancing.ts';
import { SCALING_TRAPS } from './scaling.ts';
import type { TrapGroup } from './trap.ts';

export { renderTraps } from './report.ts';
export type { Trap, TrapGroup, TrapTest } from './trap.ts';

/** The ways in which deployments to ECS go wrong, by subject. */
export const TRAPS: readonly TrapGroup[] = [
  DEPLOYMENT_TRAPS,
  SCALING_TRAPS,
  LOAD_BALANCING_TRAPS,
  DATA_TRAPS,
  INFRASTRUCTURE_TRAPS,
];
