import type { ServiceDefinition, UseDefinition } from '../definition/service.ts';
import type { AuroraPostgresDefinition, PostgresDefinition, StoreDefinition } from '../definition/stores.ts';
import type { Definition } from '../definition/system.ts';
import { parseSeconds } from '../units.ts';

/** Seconds of a duration that has been checked. */
export function seconds(text: string): number {
  return parseSeconds(text) ?? 0;
}

/** Whole days of a duration that has been checked. */
export function days(text: string): number {
  return seconds(text) / 86_400;
}

export type DatabaseDefinition = AuroraPostgresDefinition | PostgresDefinition;

export function isDatabase(store: StoreDefinition): store is DatabaseDefinition {
  return store.kind === 'aurora-postgres' || store.kind === 'postgres';
}

/** A store that a service uses, and where the definition says so. */
export interface Use extends UseDefinition {
  readonly store: string;
  readonly path: string;
}

/** What a service uses, from the list or the object, by name; unknown stores and those switched off are left out. */
export function usesOf(
  service: ServiceDefinition,
  key: string,
  stores: Readonly<Record<string, unknown>>,
): readonly Use[] {
  const path = `services.${key}.uses`;
  const all: readonly Use[] = isList(service.uses)
    ? service.uses.map((store, index) => ({ store, path: `${path}.${index}` }))
    : Object.entries(service.uses ?? {})
        .filter(([, use]) => use !== false)
        .map(([store, use]) => ({
          ...(typeof use === 'object' ? use : {}),
          store,
          path: `${path}.${store}`,
        }));
  const seen = new Map(
    all.filter(({ store }) => Object.hasOwn(stores, store)).map((use) => [use.store, use]),
  );
  return [...seen.values()].sort((a, b) => (a.store < b.store ? -1 : 1));
}

function isList(uses: ServiceDefinition['uses']): uses is readonly string[] {
  return Array.isArray(uses);
}

/** Services that this one calls; unknown ones are left out. */
export function callsOf(
  service: ServiceDefinition,
  services: Readonly<Record<string, unknown>>,
): readonly string[] {
  return [...new Set(service.calls ?? [])].filter((name) => Object.hasOwn(services, name)).sort();
}

/** Which services others call, or that offer themselves to be called. */
export function isCalled(key: string, definition: Definition): boolean {
  const own = definition.services[key]?.connect;
  if (own !== undefined) return own !== false;
  return Object.values(definition.services).some((service) =>
    callsOf(service, definition.services).includes(key),
  );
}

/** `user-sessions` as `UserSessions`. */
export function pascal(text: string): string {
  return text.replace(/(?:^|[^a-z0-9])([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
}

/** `user-sessions` as `USER_SESSIONS`. */
export function upperSnake(text: string): string {
  return text.replace(/[^a-z0-9]+/gi, '_').toUpperCase();
}
