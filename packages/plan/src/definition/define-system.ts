import type { ServiceDefinition } from './service.ts';
import type { StoreDefinition } from './stores.ts';
import type { Definition, EnvironmentOverrides, SystemOptions } from './system.ts';

/** What `defineSystem` accepts. */
export interface SystemDefinition<StoreName extends string, ServiceName extends string>
  extends SystemOptions {
  readonly stores?: Readonly<Record<StoreName, StoreDefinition>>;
  readonly services: Readonly<Record<ServiceName, ServiceDefinition>>;
  readonly environments?: Readonly<
    Record<string, EnvironmentOverrides<NoInfer<StoreName>, NoInfer<ServiceName>>>
  >;
}

/**
 * Defines a system. It returns what it is given: inert data, resolved by `resolve` or the command line.
 *
 * @example
 * export default defineSystem({
 *   name: 'hello',
 *   region: 'eu-south-1',
 *   services: { web: { image: './web', port: 3000, routes: ['/*'] } },
 * });
 */
export function defineSystem<
  const StoreName extends string = never,
  const ServiceName extends string = never,
>(definition: SystemDefinition<StoreName, ServiceName>): Definition {
  return definition;
}
