import type { ServicePlan } from '@breakwater/plan';
import type * as aws from '@pulumi/aws';
import type { Scope } from '../../scope.ts';
import type { DataPart } from '../data/data-part.ts';
import type { FoundationPart } from '../foundation/foundation-part.ts';
import type { RegistriesPart } from '../registries.ts';

/** What a service is built from. */
export interface ServiceNeeds {
  /** The service's key in the plan. */
  readonly key: string;
  readonly foundation: FoundationPart;
  readonly data: DataPart;
  readonly registries: RegistriesPart;
  /** Full reference by digest of the image to run; null: the plan's own tag or public image. */
  readonly image: string | null;
}

/** The same with the service's entry of the plan and the scope of its resources. */
export interface ServiceContext extends ServiceNeeds {
  readonly scope: Scope;
  readonly service: ServicePlan;
}

/** The target groups of a service; null where it has none of that colour. */
export interface TargetGroups {
  readonly blue: aws.lb.TargetGroup | null;
  readonly green: aws.lb.TargetGroup | null;
}
