import type { ServicePlan } from '@breakwater/plan';
import type { PartProps } from '../../part.ts';
import type { Data, Foundation, Registries } from '../../parts.ts';

/** What a service is built from. */
export interface ServiceProps extends PartProps {
  /** The service's key in the plan. */
  readonly key: string;
  readonly foundation: Foundation;
  readonly data: Data;
  readonly registries: Registries;
  /** Full reference by digest of the image to run; null: the plan's own tag or public image. */
  readonly image: string | null;
}

/** The same with the service's entry of the plan. */
export interface ServiceContext extends ServiceProps {
  readonly service: ServicePlan;
}
