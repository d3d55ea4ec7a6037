import type { Severity } from '@breakwater/plan';
import type { CheckedSystem } from './checked-system.ts';

/** One place where a rule is broken. */
export interface Hit {
  readonly where: string;
  readonly what: string;
  /** Where it differs from the rule's. */
  readonly severity?: Severity;
  readonly fix?: string;
}

/** A rule of our own: declared once, with its sentences; pure, over the plan and the templates made from it. */
export interface Rule {
  /** `check/…`; keeps its meaning for ever. */
  readonly id: `check/${string}`;
  readonly severity: Severity;
  /** What it is about, as a heading. */
  readonly title: string;
  readonly why: string;
  readonly fix: string;
  readonly find: (system: CheckedSystem) => readonly Hit[];
}
