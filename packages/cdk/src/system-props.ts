import type { Plan } from '@breakwater/plan';
import type { Transform } from './transform.ts';

/** What a system is made from. */
export interface SystemProps {
  /** From `resolve(definition, { env })` of `breakwater` or `@breakwater/plan`. */
  readonly plan: Plan;
  /**
   * Images by service, as `<repository uri>@sha256:…`: exactly those run, whatever becomes of a tag.
   * A service that is not in it runs the tag of its plan.
   */
  readonly images?: Readonly<Record<string, string>>;
  /** Changes what constructs are created with. */
  readonly transform?: Transform;
}
