import type { Plan } from '@breakwater/plan';
import { idOf } from '../scope.ts';
import type { Registration } from './registration.ts';

/** A part of a system with what it holds. */
export interface Part {
  /** As stacks are named in a plan: `registries`, `foundation`, `data`, `service/api`, `dashboard`; `system` is what holds them. */
  readonly key: string;
  /** The component; null where there is none, for what stands outside of all components. */
  readonly component: Registration | null;
  /** What the part holds, without the component. */
  readonly resources: readonly Registration[];
}

const COMPONENT = /^breakwater:index:(\w+)$/;
const STACK = 'pulumi:pulumi:Stack';

/** What a system's program registers, by part, in the order of the plan's stacks; those that the system has not are left out. */
export function partsOf(
  registrations: readonly Registration[],
  plan: Pick<Plan, 'services'>,
  system: string,
): readonly Part[] {
  const services = new Map(Object.keys(plan.services).map((key) => [idOf({ system }, key), key]));
  const components = new Map<string, string>();
  for (const { urn, type, name } of registrations) {
    const kind = COMPONENT.exec(type)?.[1];
    if (kind === 'Service') components.set(urn, `service/${services.get(name) ?? name}`);
    else if (kind !== undefined) components.set(urn, kind.toLowerCase());
  }
  const byUrn = new Map(registrations.map((each) => [each.urn, each]));
  const ownerOf = ({ parent }: Registration): string => {
    const above = parent === null ? undefined : byUrn.get(parent);
    if (above === undefined) return 'system';
    return components.get(above.urn) ?? ownerOf(above);
  };
  const order = ['system', 'registries', 'foundation', 'data', ...keysOfServices(plan), 'dashboard'];
  return order.flatMap((key) => {
    const component = registrations.find(({ urn }) => components.get(urn) === key) ?? null;
    const resources = registrations.filter(
      (each) => each.type !== STACK && !components.has(each.urn) && ownerOf(each) === key,
    );
    return component === null && resources.length === 0 ? [] : [{ key, component, resources }];
  });
}

const keysOfServices = ({ services }: Pick<Plan, 'services'>): readonly string[] =>
  Object.keys(services).map((key) => `service/${key}`);
