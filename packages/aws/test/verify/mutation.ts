import type { Deployed } from './deployed.ts';

/** A change behind the system's back, and the checks that must see it: these and no others. */
export interface Mutation {
  readonly name: string;
  /** Ids of the checks that fail. */
  readonly caughtBy: readonly string[];
  /** Makes the change; the function returned takes it back. */
  readonly change: (deployed: Deployed) => Promise<() => Promise<unknown>>;
}
