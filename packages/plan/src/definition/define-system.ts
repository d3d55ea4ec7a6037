import type { ServiceOptions, UseDefinition } from './service.ts';
import type { StoreDefinition } from './stores.ts';
import type { Definition, EnvironmentOverrides, SystemOptions } from './system.ts';

/** One member of a union, whichever the compiler finds last. */
type Last<U> = (U extends unknown ? (take: () => U) => void : never) extends (take: infer F) => void
  ? F extends () => infer L
    ? L
    : never
  : never;

/** The members of a union of names as a list: `catalog, orders`. Evaluated for a mistake only. */
type Listed<U extends string, Text extends string = ''> = [U] extends [never]
  ? Text
  : Last<U> extends infer L extends string
    ? Listed<Exclude<U, L>, Text extends '' ? L : `${L}, ${Text}`>
    : never;

/** What the compiler says about a store that does not exist. */
type NoStore<Name extends string, Stores extends string> = [Stores] extends [never]
  ? `There is no store named '${Name}'. There are no stores.`
  : `There is no store named '${Name}'. Stores: ${Listed<Stores>}.`;

/** What the compiler says about a service that does not exist. */
type NoService<
  Name extends string,
  Services extends string,
> = `There is no service named '${Name}'. Services: ${Listed<Services>}.`;

/** Never what anyone writes: the compiler shows its sentence where a name is wrong. */
export interface Mistake<Sentence extends string> {
  readonly mistake: Sentence;
}

type StoreNames<Name extends string, Stores extends string> = Name extends Stores
  ? Name
  : Mistake<NoStore<Name, Stores>>;
type ServiceNames<Name extends string, Services extends string> = Name extends Services
  ? Name
  : Mistake<NoService<Name, Services>>;

/** A service whose names are checked: `Used` and `Called` are all names that any service uses or calls. */
export interface CheckedService<
  Stores extends string,
  Services extends string,
  Used extends string,
  Called extends string,
> extends ServiceOptions {
  /** Stores: their names, or name and how. Access is granted and settings are injected in one move. */
  readonly uses?:
    | readonly (Used & NoInfer<StoreNames<Used, Stores>>)[]
    // Without stores the object would be empty, and an empty object type accepts a list.
    | ([Stores] extends [never] ? never : { readonly [S in NoInfer<Stores>]?: boolean | UseDefinition });
  /** Services that it calls by name. */
  readonly calls?: readonly (Called & NoInfer<ServiceNames<Called, Services>>)[];
}

/** What `defineSystem` accepts. All names are inferred: those of stores from `stores`, those of services from `services`. */
export interface SystemDefinition<
  StoreName extends string,
  ServiceName extends string,
  Used extends string = StoreName,
  Called extends string = ServiceName,
> extends SystemOptions {
  readonly stores?: Readonly<Record<StoreName, StoreDefinition>>;
  readonly services: Readonly<
    Record<ServiceName, CheckedService<NoInfer<StoreName>, NoInfer<ServiceName>, Used, Called>>
  >;
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
  const Used extends string = never,
  const Called extends string = never,
>(definition: SystemDefinition<StoreName, ServiceName, Used, Called>): Definition {
  // Checked names are names: a definition whose names nobody has checked is the wider type.
  return definition as unknown as Definition;
}
