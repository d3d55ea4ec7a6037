import type { Plan, StackPart } from '@breakwater/plan';
import type { Construct } from 'constructs';
import { DashboardPart } from './parts/dashboard.ts';
import { DataPart } from './parts/data/data-part.ts';
import { FoundationPart } from './parts/foundation/foundation-part.ts';
import { RegistriesPart } from './parts/registries.ts';
import { ServicePart } from './parts/service/service-part.ts';
import type { SystemProps } from './system-props.ts';
import { applyTransform } from './transform.ts';

/** Everything that a system consists of. */
export interface SystemParts {
  readonly plan: Plan;
  readonly registries: RegistriesPart;
  readonly foundation: FoundationPart;
  readonly data: DataPart;
  /** By the service's key in the definition. */
  readonly services: Readonly<Record<string, ServicePart>>;
  /** Null when the definition wants none. */
  readonly dashboard: DashboardPart | null;
}

/**
 * Creates the parts of a system, each after those it stands on.
 * @param place scope and id of a part's construct; ids within a scope differ
 */
export function createParts(
  { plan, images = {}, transform: given = {} }: SystemProps,
  place: (part: StackPart) => readonly [scope: Construct, id: string],
): SystemParts {
  const transform = applyTransform(given);
  const registries = new RegistriesPart(...place('registries'), { plan, transform });
  const foundation = new FoundationPart(...place('foundation'), { plan, transform });
  const data = new DataPart(...place('data'), { plan, transform, foundation });
  const services: Record<string, ServicePart> = {};
  for (const key of Object.keys(plan.services)) {
    const image = images[key] ?? null;
    const props = { plan, transform, key, registries, foundation, data, image };
    services[key] = new ServicePart(...place(`service/${key}`), props);
  }
  const dashboard =
    plan.dashboard === null
      ? null
      : new DashboardPart(...place('dashboard'), { plan, transform, foundation, services });
  return { plan, registries, foundation, data, services, dashboard };
}
