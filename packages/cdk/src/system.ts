import type { Plan } from '@breakwater/plan';
import { Construct } from 'constructs';
import { addOutputs } from './outputs.ts';
import { DashboardPart } from './parts/dashboard.ts';
import { DataPart } from './parts/data/data-part.ts';
import { FoundationPart } from './parts/foundation/foundation-part.ts';
import { RegistriesPart } from './parts/registries.ts';
import { ServicePart } from './parts/service/service-part.ts';
import type { SystemProps } from './system-props.ts';
import { applyTransform } from './transform.ts';

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
export class System extends Construct {
  readonly plan: Plan;
  readonly registries: RegistriesPart;
  readonly foundation: FoundationPart;
  readonly data: DataPart;
  /** By the service's key in the definition. */
  readonly services: Readonly<Record<string, ServicePart>>;
  /** Null when the definition wants none. */
  readonly dashboard: DashboardPart | null;

  constructor(scope: Construct, id: string, { plan, images = {}, transform: given = {} }: SystemProps) {
    super(scope, id);
    const transform = applyTransform(given);
    this.plan = plan;
    this.registries = new RegistriesPart(this, 'Registries', { plan, transform });
    this.foundation = new FoundationPart(this, 'Foundation', { plan, transform });
    this.data = new DataPart(this, 'Data', { plan, transform, foundation: this.foundation });
    const services: Record<string, ServicePart> = {};
    for (const key of Object.keys(plan.services)) {
      const { registries, foundation, data } = this;
      const image = images[key] ?? null;
      services[key] = new ServicePart(this, key, {
        plan,
        transform,
        key,
        registries,
        foundation,
        data,
        image,
      });
    }
    this.services = services;
    this.dashboard =
      plan.dashboard === null
        ? null
        : new DashboardPart(this, 'Dashboard', { plan, transform, foundation: this.foundation, services });
    for (const { key } of plan.stacks) addOutputs(this, plan, key, this);
  }
}
