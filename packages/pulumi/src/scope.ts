import type { Plan, RemovalPlan } from '@breakwater/plan';
import type * as pulumi from '@pulumi/pulumi';
import type { Place } from './place.ts';
import type { ApplyTransform } from './transform.ts';

/** What each part of a system is built from, and where its resources belong. */
export interface Scope {
  readonly plan: Plan;
  readonly place: Place;
  readonly transform: ApplyTransform;
  /** Name of the whole component: the first word of all names. */
  readonly system: string;
  /** The part: parent of its resources. */
  readonly parent: pulumi.Resource;
}

/** Name of a resource in Pulumi, by the plan's key: `shop-service-api`. Growing or reordering a plan changes none. */
export function idOf({ system }: Pick<Scope, 'system'>, key: string): string {
  return `${system}-${key.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-|-$/g, '')}`;
}

/** Options of a resource that AWS names, or that has no name. */
export function child(
  { parent }: Scope,
  options: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions {
  return { parent, ...options };
}

/**
 * Options of a resource with a name of the plan's. Its name is taken while it stands, so what replaces it can only come
 * after it is gone.
 */
export function named(
  { parent }: Scope,
  options: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions {
  return { parent, deleteBeforeReplace: true, ...options };
}

/** The same for what holds data: kept when the plan keeps it, and in the way of `pulumi destroy` in a protected environment. */
export function stored(
  scope: Scope,
  removal: RemovalPlan,
  options: pulumi.CustomResourceOptions = {},
): pulumi.CustomResourceOptions {
  return named(scope, { ...retained(removal), ...protectedIn(scope), ...options });
}

/** Leaves the resource in AWS when it leaves the program. */
export function retained(removal: RemovalPlan): pulumi.CustomResourceOptions {
  return removal === 'retain' ? { retainOnDelete: true } : {};
}

/** Nothing with this option is deleted before someone takes it off: what the termination protection of a stack is elsewhere. */
export function protectedIn({ plan }: Pick<Scope, 'plan'>): pulumi.CustomResourceOptions {
  return plan.protect ? { protect: true } : {};
}

/** The system's tags with those of the entry, and the name that the console shows. */
export function tagsOf(
  { plan }: Pick<Scope, 'plan'>,
  own: Readonly<Record<string, string>> = {},
  name?: string,
): Record<string, string> {
  return { ...plan.tags, ...own, ...(name === undefined ? {} : { Name: name }) };
}
