import type { Plan } from '@breakwater/plan';
import type { Model } from '../model.ts';
import type { SystemName, Variant } from '../variants.ts';

/** One thing that a target must emit. */
export interface Expectation {
  /** A sentence about what is emitted; unique in its row. */
  readonly name: string;
  /** Environment or variation of the definition that it is read from. @default 'dev' */
  readonly variant?: Variant;
  /** Systems that a common row's expectation can be read from. @default all four */
  readonly systems?: readonly SystemName[];
  /**
   * Throws, with what is wrong in words, unless the model shows it.
   * `plan` is there to know which entries a system has; expected values are written out, never read from it.
   */
  readonly check: (model: Model, plan: Plan) => void;
}

/** What is shown elsewhere, because no template can show it. */
export interface ShownBy {
  readonly what: string;
  /** Why nothing that a target emits can show it. */
  readonly reason: string;
  /** Test files, from the repository's root; empty while there is none, which the reference page shows as a gap. */
  readonly tests: readonly string[];
}

/** A row of the requirements. */
export interface Row {
  /** `catalog/network`; `common/…` holds for every system. */
  readonly id: string;
  /** The row's words. */
  readonly requirement: string;
  readonly expectations: readonly Expectation[];
  readonly shownBy?: readonly ShownBy[];
}

/** The rows of one system, or those common to all. */
export interface RowGroup {
  readonly system: SystemName | 'common';
  readonly title: string;
  readonly rows: readonly Row[];
}
