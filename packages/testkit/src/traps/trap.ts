/** A test that shows it: the file from the repository's root, and the test's whole name as it is written there, or the code or id of a case. */
export type TrapTest = readonly [file: string, name: string];

/** One way in which deployments to ECS go wrong. */
export interface Trap {
  /** 1 to 48, for good. */
  readonly number: number;
  /** What goes wrong, as a heading. */
  readonly title: string;
  /** What AWS does, in a sentence or two. */
  readonly what: string;
  /** Where AWS, or who found it, says so; null where nobody has written it down. */
  readonly source: string | null;
  /** How Breakwater avoids it, or what it says in time. */
  readonly avoided: string;
  /** Tests that show it; empty only where it cannot apply, and `avoided` says why. */
  readonly tests: readonly TrapTest[];
  /** What remains for people to mind. */
  readonly remains?: string;
}

/** Traps of one subject. */
export interface TrapGroup {
  readonly title: string;
  readonly traps: readonly Trap[];
}
