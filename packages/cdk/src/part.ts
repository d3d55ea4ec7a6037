import type { Plan } from '@breakwater/plan';
import type { ApplyTransform } from './transform.ts';

/** What each part of a system is built from. */
export interface PartProps {
  readonly plan: Plan;
  readonly transform: ApplyTransform;
}
