import type { Plan, StackPart } from '@breakwater/plan';
import { Construct } from 'constructs';
import { addOutputs } from './outputs.ts';
import type { DashboardPart } from './parts/dashboard.ts';
import type { DataPart } from './parts/data/data-part.ts';
import type { FoundationPart } from './parts/foundation/foundation-part.ts';
import type { RegistriesPart } from './parts/registries.ts';
import type { ServicePart } from './parts/service/service-part.ts';
import { createParts, type SystemParts } from './system-parts.ts';
import type { SystemProps } from './system-props.ts';

/** Ids of the constructs of the parts that are no service; a service's is its key. */
const IDS: Readonly<Partial<Record<StackPart, string>>> = {
  registries: 'Registries',
  foundation: 'Foundation',
  data: 'Data',
  dashboard: 'Dashboard',
};

/**
 * A system inside any stack of a CDK app: everything that the plan says, in one scope. Every construct can be reached:
 * `system.services.api.service` is an `ecs.FargateService`, `system.foundation.vpc` an `ec2.Vpc`.
 *
 * One stack holds at most 500 resources, and a service's first deployment waits for an image that must be in its repository by then.
 * `createStacks` divides a system so that neither bites.
 *
 * @example
 * const { plan } = resolve(definition, { env: 'dev' });
 * if (plan) {
 *   const shop = new System(stack, 'Shop', { plan });
 *   shop.foundation.vpc.addFlowLog('FlowLog');
 * }
 */
export class System extends Construct implements SystemParts {
  readonly plan: Plan;
  readonly registries: RegistriesPart;
  readonly foundation: FoundationPart;
  readonly data: DataPart;
  /** By the service's key in the definition. */
  readonly services: Readonly<Record<string, ServicePart>>;
  /** Null when the definition wants none. */
  readonly dashboard: DashboardPart | null;

  constructor(scope: Construct, id: string, props: SystemProps) {
    super(scope, id);
    const parts = createParts(props, (part) => [this, IDS[part] ?? part.slice('service/'.length)]);
    this.plan = parts.plan;
    this.registries = parts.registries;
    this.foundation = parts.foundation;
    this.data = parts.data;
    this.services = parts.services;
    this.dashboard = parts.dashboard;
    for (const { key } of parts.plan.stacks) addOutputs(this, parts.plan, key, this);
  }
}
