import type { Live } from './live/live.ts';
import type { Outcome } from './outcome.ts';

/** Parts of a system that checks are grouped by, in the order in which they are reported. */
export const AREAS = [
  'outputs',
  'network',
  'security-groups',
  'load-balancer',
  'target-groups',
  'cluster',
  'services',
  'scaling',
  'registries',
  'databases',
  'tables',
  'buckets',
  'secrets',
  'keys',
  'logs',
  'topics',
  'alarms',
  'dashboard',
  'tags',
  'behaviour',
  'stacks',
] as const;

/** One of the parts of a system that checks are grouped by. */
export type Area = (typeof AREAS)[number];

/** A question with an answer of yes or no about one part of a system in an account. */
export interface Check {
  /** Stable: `databases.products.backups`. */
  readonly id: string;
  readonly area: Area;
  /** What holds when it passes, as a clause: `backups of database-products-dev are kept`. */
  readonly title: string;
  readonly run: (live: Live) => Promise<Outcome>;
}

/** Makes the checks of an area: the id is the area, the resource's key where there is one, and the aspect. */
export function check(
  area: Area,
  name: string,
  title: string,
  run: (live: Live) => Promise<Outcome> | Outcome,
): Check {
  return { id: `${area}.${name}`, area, title, run: async (live) => run(live) };
}
